"""Numbers as documents write them: digits with separators, number words, and their multipliers."""

import re

UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
ORDINALS = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        start=1,
    )
}
SCALES = {
    "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 1_000_000_000_000,
    "k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, "tn": 1_000_000_000_000,
}  # fmt: skip

_LONGEST_FIRST = "|".join(sorted(UNITS, key=len, reverse=True))
# "twenty", "twenty-five", "seven"
SMALL_WORDS = rf"(?:(?:{'|'.join(TENS)})(?:[-\s](?:{'|'.join(list(UNITS)[1:10])}))?|{_LONGEST_FIRST})"
# "seven", "two hundred", "three hundred and fifty"
WORDS = rf"(?:(?:{SMALL_WORDS}|a)[-\s]hundred(?:\sand\s{SMALL_WORDS})?|{SMALL_WORDS})"
# "5,000", "1.25", "400": at most fifteen digits, so that a page of digits is no number
DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,6})?"


def number(text: str, *, scale: str | None = None) -> float:
    """The value of digits or number words, times a scale word.

    "5,000" is 5000.0, "three hundred and fifty" 350.0, "2.3" with "bn" 2300000000.0. ValueError for anything else.
    """
    plain = text.replace(",", "").strip().lower()
    factor = SCALES[scale.lower()] if scale else 1
    if plain[:1].isdigit():
        # by way of decimal text, so that 2.3bn is 2300000000 and not a hair off
        return round(float(plain) * factor, 6)
    total = 0
    for word in re.split(r"[-\s]+", plain):
        if word == "hundred":
            total = 100 * (total or 1)
        elif word in UNITS or word in TENS or word == "a":
            total += UNITS.get(word) or TENS.get(word) or (word == "a")
        elif word != "and":
            raise ValueError(f"{text!r} is no number")
    return float(total * factor)
