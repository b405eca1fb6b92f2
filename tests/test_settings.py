"""Settings: one set, checked at once."""

from importlib import metadata
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.settings import Settings, __version__, load_settings, models_digest


def test_no_file_gives_the_defaults() -> None:
    assert load_settings() == Settings()


def test_a_file_overrides_and_lexicon_paths_are_relative_to_it(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    (tmp_path / "bodies.toml").touch()
    file.write_text('link_neighbours = 5\nlink_threshold = 0.75\nlexicon_files = ["bodies.toml"]\n', encoding="utf-8")
    settings = load_settings(file)
    assert (settings.link_neighbours, settings.link_threshold) == (5, 0.75)
    assert settings.lexicon_files == (tmp_path.resolve() / "bodies.toml",)


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('link_neighbors = 5\nlink_threshold = "high"\nmax_characters = true\n', encoding="utf-8")
    with pytest.raises(WrongUsage) as refused:
        load_settings(file)
    assert all(word in str(refused.value) for word in ("link_neighbors", "link_threshold", "max_characters"))


@pytest.mark.parametrize("content", [b"= nothing", b"\xff\xfe\x00", None], ids=["no TOML", "no text", "no file"])
def test_a_file_that_cannot_be_read_is_wrong_usage(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WrongUsage, match=r"settings\.toml"):
        load_settings(file)


def test_the_digest_tells_settings_apart() -> None:
    assert Settings().digest() == Settings().digest() != Settings(link_neighbours=3).digest()


def test_the_digest_of_the_models_is_stable() -> None:
    assert models_digest() == models_digest()
    assert len(models_digest()) == 16


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("link_neighbours = 0", "link_neighbours must be at least 1"),
        ("max_file_bytes = -1", "max_file_bytes must be at least 1"),
        ("max_unpacked_bytes = 0", "max_unpacked_bytes must be at least 1"),
        ("max_page_objects = 0", "max_page_objects must be at least 1"),
        ("link_threshold = 0.3", "link_threshold must be at least 0.5"),
        ('encoder = "/nowhere"', "no such folder: /nowhere"),
        ('lexicon_files = ["nowhere.toml"]', "no such file"),
    ],
)
def test_values_that_cannot_work_are_refused_at_once(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(WrongUsage, match=said):
        load_settings(file)


def test_the_digest_knows_what_a_lexicon_file_says(tmp_path: Path) -> None:
    file = tmp_path / "bodies.toml"
    file.write_text("# nobody yet\n", encoding="utf-8")
    before = Settings(lexicon_files=(file,)).digest()
    file.write_text("# somebody\n", encoding="utf-8")
    assert Settings(lexicon_files=(file,)).digest() != before


def test_another_encoder_makes_other_vectors() -> None:
    assert models_digest() != models_digest("/another/encoder")


def test_the_same_weights_read_in_another_way_make_other_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or those that a database keeps from an earlier program would be compared with new ones."""
    before = models_digest()
    monkeypatch.setattr("extractor.settings._READ_AS", b"in another way")
    assert models_digest.__wrapped__() != before


def test_the_version_is_said_in_one_place() -> None:
    assert metadata.version("commitment-extractor") == __version__
