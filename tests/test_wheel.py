"""The wheel holds everything: models, lexicon, pages and metadata work from an empty folder, without the checkout."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LETTER = "NHS England will recruit 500 midwives by March 2025.\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built wheel unpacked in it, as pip would."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)],
        check=True,
        timeout=120,
    )
    (wheel,) = wheels.glob("*.whl")
    assert wheel.stat().st_size < 25_000_000
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True, timeout=120)
    return target


def python(installed: Path, cwd: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_documents_are_read_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    where = python(installed, tmp_path, "-c", "import extractor; print(extractor.__file__)")
    assert where.stdout.startswith(str(installed))
    found = python(installed, tmp_path, "-m", "extractor", "extract", "letter.txt", "--format", "jsonl")
    assert found.returncode == 0, found.stderr
    row = json.loads(found.stdout)
    assert (row["owners"][0], row["deadline"]["end"], row["metrics"][0]["value"]) == ("NHS England", "2025-03-31", 500)


def test_pages_and_sources_are_inside(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    assert python(installed, tmp_path, "-m", "extractor", "run", "letter.txt").returncode == 0
    code = (
        "import asyncio; from pathlib import Path;"
        "from extractor.cli import shipped_sources; from extractor.fetch import read_sources;"
        "from extractor.web.server import make_datasette; read_sources(shipped_sources());"
        "page = asyncio.run(make_datasette(Path('commitments.db')).client.get('/'));"
        "print(page.status_code, 'recruit 500 midwives' in page.text)"
    )
    done = python(installed, tmp_path, "-c", code)
    assert done.stdout.strip() == "200 True", done.stderr
