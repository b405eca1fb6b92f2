"""What the package says it needs, what the lock pins, what the code imports and whose licences there are: all agree."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.licences import SHIPPED, licence_of, listing, normal, run_time

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
# Imported where a command needs it, and then a missing one is said in a line.
OPTIONAL = {"distributed": "cluster", "pytesseract": "ocr"}


def asked(lines: list[str]) -> dict[str, Requirement]:
    return {normal(requirement.name): requirement for requirement in map(Requirement, lines)}


def pinned() -> dict[str, Version]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return {normal(name): Version(version) for name, _, version in (line.partition("==") for line in lines)}


def imported() -> set[str]:
    """The packages that the code imports, by the names of what is installed."""
    found = set()
    for module in (ROOT / "extractor").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    installed = packages_distributions()
    return {normal(installed[name][0]) for name in found - sys.stdlib_module_names - {"extractor"}}


def test_the_lock_is_within_the_ranges() -> None:
    pins = pinned()
    wanted = [Requirement(line) for lines in (PROJECT["dependencies"], *EXTRAS.values()) for line in lines]
    missing = [str(each) for each in wanted if normal(each.name) not in pins]
    beyond = [str(each) for each in wanted if (pin := pins.get(normal(each.name))) and pin not in each.specifier]
    assert (missing, beyond) == ([], [])


def test_every_import_is_declared() -> None:
    declared = set(asked(PROJECT["dependencies"]))
    optional = {normal(name) for name, extra in OPTIONAL.items() if normal(name) in asked(EXTRAS[extra])}
    assert imported() - declared == optional


def test_nothing_is_declared_that_is_not_imported() -> None:
    assert set(asked(PROJECT["dependencies"])) - imported() == set()


def test_extras_are_those_that_the_readme_and_messages_name() -> None:
    assert set(EXTRAS) == {"ocr", "cluster", "dev"}
    for extra in OPTIONAL.values():
        assert re.search(rf"\[{extra}\]", (ROOT / "README.md").read_text(encoding="utf-8")), extra


def test_the_list_of_licences_is_what_is_installed() -> None:
    """Where this fails after an upgrade: `python -m tests.licences > models/LICENCES.md`."""
    listed = (ROOT / "models" / "LICENCES.md").read_text(encoding="utf-8").splitlines()
    installed = list(listing())
    # a later Python brings along what some packages make up for on 3.11
    assert installed == (listed if sys.version_info < (3, 12) else [line for line in listed if line in set(installed)])


def test_all_that_is_shipped_has_a_licence() -> None:
    named = {name for where, _, _ in SHIPPED for name in where.split(", ")}
    models = {f"models/{path.name}" for path in (ROOT / "models").iterdir() if path.suffix != ".md"}
    assert models <= named
    notice = "Contains public sector information"
    public = [path for path in (ROOT / "extractor").rglob("*.toml") if notice in path.read_text(encoding="utf-8")]
    assert public
    credited = next(licence for where, licence, _ in SHIPPED if where == "extractor/lexicon")
    assert all(path.name in credited and path.parent.name == "lexicon" for path in public), "whom must we name?"


def test_a_card_and_the_list_agree_on_share_alike() -> None:
    for where, licence, _ in SHIPPED:
        if (card := ROOT / where / "README.md").is_file():
            said = "| licence of the weights | CC BY-SA 4.0" in card.read_text(encoding="utf-8")
            assert said == (licence == "CC-BY-SA-4.0"), where


@pytest.mark.parametrize("name", ["torch", "spacy", "certifi"])
def test_packages_say_their_licence(name: str) -> None:
    assert re.search(r"Apache|BSD|MIT|MPL", licence_of(run_time()[name]))


def test_the_package_names_the_licence_of_everything_shipped() -> None:
    """An installer reads this one line, and not the list."""
    spelled = {name for _, licence, _ in SHIPPED for name in re.findall(r"[A-Z]+\w*(?:-[\w.]+)+", licence)}
    assert set(PROJECT["license"].split(" AND ")) == spelled
