"""The corpus gives what it gave: a change of behaviour is seen item by item, and made on purpose."""

from tests.golden.freeze import current, differences, load


def test_the_corpus_gives_what_it_gave() -> None:
    lines = differences(load(), current())
    assert not lines, "read the differences, then freeze with `python -m tests.golden`:\n" + "\n".join(lines)


def test_differences_are_told_by_item() -> None:
    frozen: dict[str, dict[str, object]] = {
        "a:1": {"quote": "We will.", "is": "firm"},
        "a:9": {"quote": "We may.", "is": "proposal"},
    }
    now: dict[str, dict[str, object]] = {
        "a:1": {"quote": "We will.", "is": "aim"},
        "b:2": {"quote": "It fell.", "is": "measure"},
    }
    assert differences(frozen, now) == ["lost    a:9 We may.", "gained  b:2 It fell.", "changed a:1 is: 'firm' → 'aim'"]
