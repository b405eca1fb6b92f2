"""The wheel holds everything: models, lexicon, pages and metadata work from an empty folder, without the checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = "commitment_extractor"
LETTER = "NHS England will recruit 500 midwives by March 2025.\n"
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
OFFLINE = ["--no-deps", "--no-build-isolation", "--no-index"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    return built(ROOT, tmp_path_factory.mktemp("wheels"))


def built(source: Path, into: Path) -> Path:
    subprocess.run([*PIP, "wheel", *OFFLINE, "--wheel-dir", str(into), str(source)], check=True, timeout=120)
    (wheel,) = into.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh virtual environment into which pip has installed the wheel; returns its folder of commands.

    Its dependencies are those of the environment that runs the tests, seen through links, but for our own package: so
    pip checks every one against the ranges that the wheel asks for, and needs neither a network nor a minute.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv")
    commands = folder / "venv" / "bin"
    seen, packages = folder / "packages", Path(sysconfig.get_path("purelib"))
    seen.mkdir()
    for entry in packages.iterdir():
        if not entry.name.lstrip("_").startswith(OURS):
            (seen / entry.name).symlink_to(entry)
    (own,) = (folder / "venv").glob("lib/python*/site-packages")
    (own / "dependencies.pth").write_text(f"{seen}\n", encoding="utf-8")
    pip = [*PIP, "--python", str(commands / "python"), "install", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, str(wheel)], check=True, timeout=120)
    return commands


def outcome(command: list[str | Path], cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_documents_are_read_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    where = outcome([installed / "python", "-c", "import extractor; print(extractor.__file__)"], tmp_path)
    assert where.stdout.startswith(str(installed.parent))
    found = outcome([installed / "extractor", "extract", "letter.txt", "--format", "jsonl"], tmp_path)
    assert found.returncode == 0, found.stderr
    row = json.loads(found.stdout)
    assert (row["owners"][0], row["deadline"]["end"], row["metrics"][0]["value"]) == ("NHS England", "2025-03-31", 500)


def test_pages_and_sources_are_inside(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    assert outcome([installed / "extractor", "run", "letter.txt"], tmp_path).returncode == 0
    code = (
        "import asyncio; from pathlib import Path;"
        "from extractor.cli import shipped_sources; from extractor.fetch import read_sources;"
        "from extractor.web.server import make_datasette; read_sources(shipped_sources());"
        "page = asyncio.run(make_datasette(Path('commitments.db')).client.get('/'));"
        "print(page.status_code, 'recruit 500 midwives' in page.text)"
    )
    done = outcome([installed / "python", "-c", code], tmp_path)
    assert done.stdout.strip() == "200 True", done.stderr


def test_the_wheel_is_small_and_carries_its_licences(wheel: Path) -> None:
    assert wheel.stat().st_size < 25_000_000
    names = zipfile.ZipFile(wheel).namelist()
    licences = {name.partition(".dist-info/licenses/")[2] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "models/LICENCES.md"}
    assert not [name for name in names if name.startswith(("tests/", "corpus/"))]


def test_the_source_archive_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    assert archive.stat().st_size < 30_000_000
    with tarfile.open(archive) as packed:
        inside = {name.partition("/")[2] for name in packed.getnames()}
        packed.extractall(tmp_path / "source", filter="data")
    assert {"SECURITY.md", "requirements.lock", "tests/test_wheel.py", "corpus/sources.toml"} <= inside
    (source,) = (tmp_path / "source").iterdir()
    again = built(source, tmp_path / "wheels")
    assert contents(again) == contents(wheel)


def contents(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as packed:
        return {each.filename: each.CRC for each in packed.infolist()}
