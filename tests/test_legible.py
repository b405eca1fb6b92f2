"""Doubts about what a passage says: other languages, noise of recognition, rows of numbers, text without end."""

import random
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from extractor.encoder import MAX_CHARACTERS, pinned_encoder
from extractor.encoder.tokens import load_tokenizer
from extractor.find.legible import UNREADABLE, find_doubts
from tests.labelled import kept_statements
from tests.linear import check_linear


@lru_cache(maxsize=1)
def tokenizer() -> Tokenizer:
    return load_tokenizer(pinned_encoder())


def rules(text: str) -> list[str]:
    return [doubt.rule for doubt in find_doubts(text, tokenizer())]


ENDLESS = "we will recruit nurses and open wards and train staff " * 60

DOUBTS = [
    # the text, the rules of its doubts, why
    ("We will recruit 40 nurses by March 2025 and report each quarter.", [], "plain English"),
    ("RJ to circulate the rota.", [], "too few words to tell the language by"),
    (
        "Northumbria, Tyneside, Wearside, Gateshead and Cumbria ICBs to report.",
        ["strange"],
        "names alone: not thrown out",
    ),
    ("Complete.", [], "one word"),
    ("ICB CEO, CNO, CPO and HRD to sign off the EDI, WRES and WDES returns by Q3.", [], "an alphabet of offices"),
    ("12.5 | 13.1 | 40 | 88.2 | 7 | 3,412", ["letters"], "a row of figures"),
    ("Band 5 | 1,204 | 1,311 | 9% | 88.2 | 3,412 | 17.5", ["letters"], "with one word at its head"),
    ("2024/25 | Recruit 40 nurses | Director of Nursing | 31/3/25", [], "a row of an action log"),
    ("…………… 14", ["letters"], "a line of a table of contents"),
    (
        "Wir werden bis Ende des Jahres vierzig neue Pflegekräfte einstellen und die Ausbildung verbessern.",
        [UNREADABLE],
        "German",
    ),
    (
        "Byddwn yn recriwtio deugain o nyrsys newydd erbyn diwedd y flwyddyn ac yn gwella hyfforddiant.",
        [UNREADABLE],
        "Welsh, which public bodies print beside the English",
    ),
    (
        "Do końca roku zatrudnimy czterdzieści nowych pielęgniarek i poprawimy warunki szkolenia.",
        [UNREADABLE],
        "Polish",
    ),
    ("Мы наймём сорок новых медсестёр до конца года и улучшим условия обучения.", [UNREADABLE], "another script"),
    (
        "vve wi11 recrnit f0rty nevv nnrses bv tbe eud of tbe vear aud inoprove traiuing forr aII sta丘",
        [UNREADABLE],
        "English badly recognised",
    ),
    (
        "We wiIl rccruit forty ncw nurscs by thc eud of tbe ycar and lmprove training for all staff.",
        ["strange"],
        "English not quite so badly recognised",
    ),
    (ENDLESS, ["length"], "good words that never end"),
    (ENDLESS[: MAX_CHARACTERS - 1] + ".", [], "as long as a passage may be"),
    ("1 2 3 4 5 6 7 8 9 " * 400, ["length", "letters"], "numbers that never end"),
]


@pytest.mark.parametrize(("text", "found", "why"), DOUBTS, ids=[why for *_, why in DOUBTS])
def test_doubts(text: str, found: list[str], why: str) -> None:
    assert rules(text) == found, why


def test_french_is_doubted() -> None:
    # near enough to English that some of it may pass for names: doubted, if not always thrown out
    text = "Nous recruterons quarante infirmières avant la fin de l'année et améliorerons la formation continue."
    assert set(rules(text)) & {"strange", UNREADABLE}


def test_the_more_a_text_is_spoilt_the_more_it_is_doubted() -> None:
    text = "We will recruit forty new nurses by the end of the year and improve the training of all staff. "
    draw = random.Random(4)

    def spoil(share: float) -> str:
        return "".join(draw.choice("bcdfkqxz01l") if c.isalpha() and draw.random() < share else c for c in text)

    doubted = [sum(bool(rules(spoil(share))) for _ in range(40)) for share in (0.0, 0.1, 0.3, 0.6)]
    assert doubted[0] == 0
    assert doubted == sorted(doubted)
    assert doubted[-1] == 40


def test_the_labelled_statements_read_well() -> None:
    """What is doubted of good English: few units, and next to none of them thrown out."""
    found = [rules(one.passage.text) for one in kept_statements()]
    assert sum(map(bool, found)) / len(found) < 0.02
    assert sum(UNREADABLE in doubts for doubts in found) / len(found) < 0.002


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_may_be_doubted(text: str) -> None:
    doubts = find_doubts(text, tokenizer())
    assert len({doubt.rule for doubt in doubts}) == len(doubts)
    assert all(doubt.detail and doubt.score >= 0 for doubt in doubts)


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        ("nurses and wards ", "50,000 words without a full stop"),
        ("x", "one word without end"),
        ("12 ", "figures without end"),
        ("丘", "a script without spaces"),
        ("­​", "signs that are not seen"),
        ("ﷺ", "signs that unfold into many"),
    ],
    ids=["words", "one word", "figures", "no spaces", "unseen", "unfolding"],
)
def test_endless_text_takes_linear_time(unit: str, why: str) -> None:
    def run(text: str) -> None:
        assert find_doubts(text, tokenizer())[0].rule == "length", why

    check_linear(run, unit, length=100_000)
