"""Freeze the golden run."""

from tests.golden.freeze import FROZEN, current, dump

FROZEN.write_text(dump(current()), encoding="utf-8")
