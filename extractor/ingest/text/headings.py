"""Which blocks of a plain text are headings, and how high."""

import re
from collections.abc import Sequence

from extractor.ingest.lines import is_capitals, is_label, looks_like_heading
from extractor.ingest.text.groups import Group

_DECIMAL = re.compile(r"(\d+(?:\.\d+)*)\.?\s")
# A section's number without a full stop behind it, which a street's or a day's may be as well.
_SECTION = re.compile(r"(\d{1,2})((?:\.\d{1,2}){0,3})\s+[A-Z]")
_SALUTATION = re.compile(r"dear\b|to whom\b", re.IGNORECASE)
_POSTCODE = re.compile(r".*\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")
# A letter opens with its salutation within so many lines.
LETTER_HEAD = 30


def find_headings(groups: Sequence[Group]) -> dict[int, int]:
    """Which groups are headings, with their levels.

    A candidate is a short line without a closing mark, or one that is underlined. In a run of three or more (names of
    those present, cells of a table that lost its form) only the line before real text, labels, lines in capitals and
    underlined ones are headings; in the head of a letter (an address) only the first and those in capitals.
    """
    salutation = next((at for at, group in enumerate(groups[:LETTER_HEAD]) if _SALUTATION.match(group.text)), 0)
    candidate = [_is_candidate(groups, number) for number in range(len(groups))]
    if salutation and salutation + 1 < len(groups) - 1:
        candidate[salutation + 1] |= _is_subject(groups[salutation + 1])
    chosen: list[int] = []
    number = 0
    while number < len(groups):
        if not candidate[number]:
            number += 1
            continue
        end = number
        while end < len(groups) and candidate[end]:
            end += 1
        for at in range(number, end):
            group = groups[at]
            strong = is_capitals(group.text) or group.underline or (at >= salutation and _is_strong(group))
            before_text = end < len(groups) and at >= salutation and (at == end - 1 or end - number == 2)
            if at == 0 or strong or before_text:
                chosen.append(at)
        number = end
    return _levels(groups, chosen)


def _is_subject(group: Group) -> bool:
    """Whether a line right below the salutation says what the letter is about, a colon within it or not."""
    return (
        group.kind == "paragraph"
        and looks_like_heading(group.text.replace(":", " –", 1))
        and not any(mark in group.text for mark in "\n\r")
    )


def _is_strong(group: Group) -> bool:
    return is_label(group.text) or group.marker is not None


def _is_candidate(groups: Sequence[Group], number: int) -> bool:
    group = groups[number]
    if group.underline:
        return True
    if group.kind == "row" or "\n" in group.text or "\r" in group.text or _POSTCODE.fullmatch(group.text[:120]):
        return False
    if group.marker is not None:
        return _is_numbered_heading(groups, number)
    if group.kind != "paragraph" or not looks_like_heading(group.text):
        return False
    following = groups[number + 1] if number + 1 < len(groups) else None
    if group.text.endswith(":") and following is not None and following.kind == "item":
        return len(group.text.split()) <= 2
    return True


def _is_numbered_heading(groups: Sequence[Group], number: int) -> bool:
    """Whether "3. Workforce" is a section's heading: it looks like one and its neighbours are no items of its list."""
    group = groups[number]
    if group.marker is None or not group.marker.style.startswith(("number", "decimal")):
        return False
    if not looks_like_heading(group.text) or group.text.endswith(":"):
        return False
    around = [groups[at] for at in (number - 1, number + 1) if 0 <= at < len(groups)]
    same = [other for other in around if other.marker and other.marker.style == group.marker.style]
    return not any(looks_like_heading(other.text) for other in same) and number + 1 < len(groups)


def _levels(groups: Sequence[Group], chosen: list[int]) -> dict[int, int]:
    """Levels from what sets headings apart in this text.

    In this order: the opening title, underlining, capitals, numbers, plain lines, labels.
    """
    levels: dict[int, int] = {}
    depths = _depths(groups, chosen)
    capitals = any(is_capitals(groups[at].text) for at in chosen if at)
    underlined = any(groups[at].underline for at in chosen if at)
    above = 1 + capitals + underlined
    plain = above + 1 + bool(depths)
    for at in chosen:
        group = groups[at]
        if group.underline:
            level = 1 if group.underline == "=" else 2
        elif at in depths:
            level = above + depths[at]
        elif at == 0:
            level = 1
        elif is_capitals(group.text):
            level = 2 + underlined
        elif group.text.endswith(":"):
            level = plain + 2
        else:
            level = plain
            if at - 1 in levels and levels[at - 1] == plain:
                level = plain + 1
        levels[at] = min(6, level)
    return levels


def _depths(groups: Sequence[Group], chosen: list[int]) -> dict[int, int]:
    """How deep the numbers of numbered headings go: 1 for "3.", 2 for "3.1".

    Numbers without a full stop must count on from section to section.
    """
    depths: dict[int, int] = {}
    section = 0
    for at in chosen:
        group = groups[at]
        bare = _SECTION.match(group.text) if group.marker is None else None
        if group.marker is not None:
            parts = _DECIMAL.match(group.marker.sign + " ")
            depths[at] = parts.group(1).count(".") + 1 if parts else 1
            number = group.marker.sign.split(".")[0].strip("()")
            section = int(number) if number.isdecimal() else section
        elif bare and int(bare.group(1)) == section + (not bare.group(2)):
            section = int(bare.group(1))
            depths[at] = bare.group(2).count(".") + 1
    return depths
