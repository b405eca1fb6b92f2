"""The pictures of the README: the script that makes them runs, and each that the README shows is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.archive import Archive
from tests.browser.chromium import CHROMIUM
from tests.browser.screenshots import LARGEST, SHOTS, shots
from tests.browser.serving import ROOT, SECONDS


def test_the_script_makes_every_picture(archive: Archive, tmp_path: Path) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    command = [sys.executable, "-m", "tests.browser.screenshots", "--db", str(archive.path), "--to", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=SECONDS)
    for shot in shots(archive.path):
        file = tmp_path / f"{shot.name}.png"
        assert file.stat().st_size <= LARGEST, shot.name
        with Image.open(file) as picture:
            assert picture.size == (shot.width, shot.height)
            assert len(picture.getcolors() or ()) > 8, f"{shot.name} shows nothing"


def test_the_kept_pictures_are_those_of_the_script(archive: Archive) -> None:
    assert {file.stem for file in SHOTS.iterdir()} == {shot.name for shot in shots(archive.path)}
    assert all(file.stat().st_size <= LARGEST for file in SHOTS.iterdir())


def test_the_readme_shows_pictures_that_are_there() -> None:
    shown = re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    ours = [(said, address) for said, address in shown if "://" not in address]
    assert ours, "the README shows none"
    for said, address in ours:
        assert said, f"{address} has no text for those who cannot see it"
        assert (ROOT / address).is_file(), address
