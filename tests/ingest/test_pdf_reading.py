"""Made PDFs, tagged, untagged and with broken tags, read and held against what they say."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pdfs.chromium import chromium
from tests.pdfs.draw import make
from tests.pdfs.matrix import CASES, Case
from tests.pdfs.samples import plan
from tests.pdfs.score import score_text, summary
from tests.pdfs.shortfalls import LEAST, MOST, PRINTED, measure, printed, recorded, short_of
from tests.pdfs.spec import Look, Truth
from tests.pdfs.tags import BREAKAGES
from tests.pdfs.tagtree import truth_of

KNOWN = recorded()
SCORER = Path(__file__).resolve().parents[3] / "shared" / "gold" / "score_pdf.py"


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_made_document_is_read(case: Case) -> None:
    short = short_of(measure(case.made()), KNOWN.get(case.id, {}))
    assert not short, f"{case.id} ({case.why}): {short}"


def test_known_shortfalls_are_of_documents_that_exist_and_fall_short() -> None:
    assert KNOWN.keys() <= {*PRINTED, *(case.id for case in CASES)}
    for figures in KNOWN.values():
        assert all(figure < LEAST[name] if name in LEAST else figure > MOST[name] for name, figure in figures.items())


def test_the_matrix_has_every_breakage_and_no_id_twice() -> None:
    assert {case.tagging for case in CASES} == {"untagged", "tagged", *BREAKAGES}
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(case.why for case in CASES)


SAMPLE = make(plan(look=Look(header="plain", numbers="of"), notes=True, lists=True), "tagged")


def perfect(truth: Truth) -> str:
    return "\n\n".join(unit.text for unit in truth.units)


def torn(truth: Truth) -> str:
    """Every third block has a running line in its middle."""
    texts = [unit.text for unit in truth.units]
    for at in range(0, len(texts), 3):
        words = texts[at].split()
        words.insert(len(words) // 2, truth.running[0][0])
        texts[at] = " ".join(words)
    return "\n\n".join(texts)


def turned(truth: Truth) -> str:
    """The second half stands before the first."""
    texts = [unit.text for unit in truth.units]
    half = len(texts) // 2
    return "\n\n".join([*texts[half:], *texts[:half]])


def doubled(truth: Truth) -> str:
    return perfect(truth) * 2


def framed(truth: Truth) -> str:
    """Each page's running lines stand between blocks."""
    lines = "\n".join(line for page in truth.running for line in page)
    return f"{perfect(truth)}\n{lines}"


@pytest.mark.parametrize(
    ("spoil", "name", "low", "high"),
    [
        pytest.param(perfect, "whole", 1.0, 1.0, id="nothing is missing"),
        pytest.param(torn, "whole", 0.55, 0.85, id="a running line inside a block tears it"),
        pytest.param(turned, "order", 0.45, 0.6, id="half of the blocks stand where they do not belong"),
        pytest.param(doubled, "extra", 0.5, 1.0, id="text printed twice"),
        pytest.param(framed, "noise", 2.0, 2.0, id="a header and a page number on each page"),
    ],
)
def test_the_scorer_sees_what_is_wrong(spoil: Callable[[Truth], str], name: str, low: float, high: float) -> None:
    figures = summary(score_text(spoil(SAMPLE.truth), SAMPLE.truth))
    assert low <= figures[name] <= high


def test_the_scorer_sees_words_that_are_glued() -> None:
    text = perfect(SAMPLE.truth).replace("the first", "thefirst")
    figures = score_text(text, SAMPLE.truth)
    assert figures.whole == 1
    assert 0 < figures.words < 1


@pytest.mark.skipif(not SCORER.is_file(), reason="the shared scorer is not here")
@pytest.mark.parametrize("spoil", [perfect, torn, turned, framed])
def test_both_scorers_agree(spoil: Callable[[Truth], str], tmp_path: Path) -> None:
    """The shared scorer knows the tags alone; what the tags say is what we know of the document."""
    path = tmp_path / "made.pdf"
    path.write_bytes(SAMPLE.raw)
    text = spoil(SAMPLE.truth)
    ran = subprocess.run([sys.executable, SCORER, path], input=text, capture_output=True, text=True, check=True)
    words = ran.stdout.split()
    theirs = {name: float(figure) for name, figure in zip(words[::2], words[1::2], strict=True)}
    ours = summary(score_text(text, SAMPLE.truth))
    # blocks that a page break cuts are two to the shared scorer, which looks page by page
    assert theirs["whole"] == pytest.approx(ours["whole"], abs=0.12)
    assert theirs["order"] == pytest.approx(ours["order"], abs=0.1)
    # nor does it count lines that other pages do not repeat
    assert theirs["noise"] == pytest.approx(ours["noise"], abs=0.5)
    assert theirs["extra"] == pytest.approx(ours["extra"], abs=0.05)


def test_the_tag_tree_of_a_tagged_document_is_its_truth() -> None:
    """What the measurements on documents of others stand on."""
    tree = truth_of(SAMPLE.raw)
    assert tree is not None
    assert score_text(perfect(SAMPLE.truth), tree).whole > 0.85
    assert [len(page) for page in tree.running] == [len(page) for page in SAMPLE.truth.running]
    assert len(tree.notes) >= len(SAMPLE.truth.notes)
    assert truth_of(make(plan(look=Look(), chapters=1)).raw) is None


@pytest.mark.skipif(chromium() is None, reason="Chromium is not installed")
@pytest.mark.parametrize("name", PRINTED)
def test_what_a_browser_prints(name: str) -> None:
    """Its bullets are drawn as shapes, and its items have no body."""
    short = short_of(measure(printed(PRINTED[name])), KNOWN.get(name, {}))
    assert not short
