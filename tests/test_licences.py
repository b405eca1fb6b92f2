"""Which licences let a page be shown: what metadata really say, what only looks like it, and lists that are wrong."""

from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.lexicon.licences import LONGEST, SHIPPED, publishable, read

OGL, OPL = "Open Government Licence", "Open Parliament Licence"
BY, SHARE = "Creative Commons Attribution", "Creative Commons Attribution-ShareAlike"

STATED = [
    ("Open Government Licence v3.0", OGL),  # what our readers call what they find
    ("OGL-UK-3.0", OGL),  # the SPDX identifier
    ("© Crown copyright 2023. Open Government Licence v3.0", OGL),  # as title pages put it
    ("Contains public sector information licensed under the Open Government Licence v3.0.", OGL),
    ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", OGL),
    ("http://nationalarchives.gov.uk/doc/open-government-licence", OGL),  # no version, no www
    ("Open Parliament Licence v3.0", OPL),
    ("https://www.parliament.uk/site-information/copyright-parliament/open-parliament-licence/", OPL),
    ("CC BY 4.0", BY),
    ("cc-by-4.0", BY),
    ("Creative Commons Attribution 4.0 International License", BY),
    ("https://creativecommons.org/licenses/by/4.0/", BY),
    ("CC BY-SA 4.0", SHARE),
    ("https://creativecommons.org/licenses/by-sa/4.0/deed.en", SHARE),
    ("CC0 1.0 Universal", "Creative Commons Zero"),
    ("https://creativecommons.org/publicdomain/zero/1.0/", "Creative Commons Zero"),
    ("Public domain", "Public domain"),
    ("Apache-2.0 (written for this project)", "Apache License"),  # the shipped documents
]
REFUSED = [
    None,  # nothing is known
    "",
    "CC BY-NC 4.0",  # nobody knows what this site is run for
    "CC BY-ND 4.0",  # a marked page is a change
    "CC BY 4.0 NC",
    "https://creativecommons.org/licenses/by-nc/4.0/",
    "https://creativecommons.org/licenses/by-nd/4.0/",
    "https://creativecommons.org.example/licenses/by/4.0/",  # another site
    "https://example.org/?nationalarchives.gov.uk/doc/open-government-licence",
    "https://nationalarchives.gov.uk/doc/open-government-licences-compared",  # a page about it
    "Non-Commercial Government Licence v2.0",
    "not the Open Government Licence",
    "Open Government Licence except for the photographs",  # a page may be one of the photographs
    "© Crown copyright 2023",
    "Copyright NHS Confederation; for reading, not for redistribution",
    "All rights reserved",
    "<b>OGL</b> javascript:",
    "the " * LONGEST + "OGL",  # no name of a licence is a page long
]


@pytest.mark.parametrize(("licence", "name"), STATED)
def test_a_licence_is_known_by_its_names_and_addresses(licence: str, name: str) -> None:
    assert publishable(licence) == name


@pytest.mark.parametrize("licence", REFUSED)
def test_whatever_says_more_or_less_is_refused(licence: str | None) -> None:
    assert publishable(licence) is None


WRONG = [
    ('[[licence]]\nname = "X"\ncalled = ["x"]\n', "needs addresses, called, name"),  # a key is missing
    ('[[licence]]\nname = "X"\ncalled = ["X-1.0"]\naddresses = ["x.org"]\n', "'X-1.0' can never be found; write 'x'"),
    (
        '[[licence]]\nname = "X"\ncalled = ["x"]\naddresses = ["x.org"]\n'
        '[[licence]]\nname = "Y"\ncalled = ["x"]\naddresses = ["y.org"]\n',
        "'x' is both X and Y",
    ),
    ('[[licence]]\nname = "X"\ncalled = []\naddresses = ["x.org"]\n', "X: called must be a list of words"),
    ("", "licence"),  # an empty file
    ("[[licence", "licences.toml"),  # no TOML
]


@pytest.mark.parametrize(("content", "problem"), WRONG)
def test_a_list_with_a_mistake_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "licences.toml"
    file.write_text(f'openings = ["the"]\nclosings = ["licence"]\n{content}', encoding="utf-8")
    with pytest.raises(WrongUsage, match=problem):
        read(file)


def test_every_shipped_name_is_found() -> None:
    shipped = read(SHIPPED)
    assert {publishable(words) for words in shipped.names} == set(shipped.names.values())
    assert {publishable(f"https://www.{address}/") for address in shipped.addresses} == set(shipped.addresses.values())
