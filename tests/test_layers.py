"""The shape of the code: which way imports go, how long a module may be, and what a cheap command may load."""

import subprocess
import sys
from pathlib import Path

import pytest

import extractor

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "extractor").rglob("*.py"))
HEAVY = ("torch", "spacy", "sentence_transformers", "datasette", "pdfplumber", "trafilatura")


def test_imports_go_one_way() -> None:
    # In a process of its own: it switches off the loggers of whoever calls it.
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_holds_two_things(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400


def test_there_is_no_dumping_ground() -> None:
    assert not [
        module.name for module in MODULES if module.stem in {"utils", "util", "helpers", "common_utils", "misc"}
    ]


def test_public_names_are_exactly_all_and_sorted() -> None:
    assert extractor.__all__ == sorted(
        extractor.__all__, key=lambda name: (name.islower() or name.startswith("_"), name)
    )
    assert all(hasattr(extractor, name) for name in extractor.__all__)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--help"], "help must come at once"),
        (["run", "--help"], "so must the help of a command that will need every model"),
        (["dates", "{file}"], "dates are a grammar: a batch of sentences must not wait for a network to load"),
    ],
)
def test_cheap_commands_load_nothing_heavy(arguments: list[str], why: str, tmp_path: Path) -> None:
    file = tmp_path / "dates.jsonl"
    file.write_text('{"published": "2024-01-10", "text": "We will report by March."}\n', encoding="utf-8")
    code = (
        "import sys; from extractor.cli import main; status = main(sys.argv[1:]);"
        f"loaded = sorted(set({HEAVY!r}) & set(sys.modules)); sys.exit(f'loaded {{loaded}}' if loaded else status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *(argument.format(file=file) for argument in arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{why}: {done.stderr}"


def test_a_run_with_nothing_new_loads_no_model() -> None:
    code = (
        "import sys; from extractor import pipeline, relinking;"
        f"loaded = sorted(set({HEAVY!r}) & set(sys.modules)); sys.exit(f'loaded {{loaded}}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
