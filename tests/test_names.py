"""Persons' names: the recogniser keeps its floor, leaves the parse alone, and is rebuilt from what people marked."""

import gzip
import json
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extractor.errors import ModelError, WrongUsage
from extractor.parse import load_syntax
from extractor.settings import Settings, shipped
from extractor.train import LABELS, train
from extractor.train.names import RENAMED, Named, bracketed, measure, read_crossner, read_own, read_uner, train_names

CASES = Path(__file__).parent / "cases" / "names.txt"
NER = Path(__file__).resolve().parents[2] / "shared" / "data" / "ner"
UNER = """# sent_id = a-1
# text = Ann-Marie Bell (of Leeds) isn't in.
1\tAnn\tB-PER\t-\tx
2\t-\tI-PER\t-\tx
3\tMarie\tI-PER\t-\tx
4\tBell\tI-PER\t-\tx
5\t(\tO
6\tof\tO
7\tLeeds\tB-LOC\t-\tx
8\t)\tO
9\tis\tB-OTH
10\tn't\tO
11\tin\tO
12\t.\tB-O

"""
CROSSNER = """Mr O
Blair B-politician
, O
Ada B-person
Low I-person
and O
Labour B-politicalparty
's O
( O
m O
) O

""".replace(" ", "\t")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_syntax()


def names(sentence: Named) -> list[str]:
    return [sentence.text[start:end] for start, end in sentence.names]


def persons(doc: Doc) -> list[str]:
    return [entity.text for entity in doc.ents if entity.label_ == "PERSON"]


def test_british_minutes_and_news_keep_their_floor(nlp: Language) -> None:
    sentences = [bracketed(line) for line in CASES.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(sentences) >= 150
    figures = measure(nlp, sentences)
    assert figures["precision"] >= 0.93, figures
    assert figures["recall"] >= 0.89, figures


def test_no_sentence_of_the_cases_was_trained_on() -> None:
    trained = {sentence.text for sentence in read_own(LABELS)}
    cases = {bracketed(line).text for line in CASES.read_text("utf-8").splitlines()}
    assert not {text for text in trained & cases if len(text.split()) > 4}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("Cllr Ms Anwar agreed to write to Dr Stone.", ["Anwar", "Stone"], id="titles are no names"),
        pytest.param("RJ to write to the ICB by May.", [], id="initials are no names"),
        pytest.param("The King's Fund and the Department of Health were told.", [], id="bodies are no persons"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_what_counts_as_a_name(text: str, wanted: list[str], nlp: Language) -> None:
    assert persons(nlp(text)) == wanted


def test_names_leave_the_parse_as_it_is(nlp: Language) -> None:
    texts = [bracketed(line).text for line in CASES.read_text("utf-8").splitlines()[1:]]
    with_names = list(nlp.pipe(texts))
    with nlp.select_pipes(disable=["ner"]):
        bare = list(nlp.pipe(texts))
    assert [_parse(doc) for doc in with_names] == [_parse(doc) for doc in bare]
    assert any(doc.ents for doc in with_names)


def _parse(doc: Doc) -> list[tuple[str, str, str, int, str, bool | None]]:
    return [(token.text, token.tag_, token.dep_, token.head.i, token.lemma_, token.is_sent_start) for token in doc]


@pytest.mark.parametrize("missing", ["syntax", "names"])
def test_a_missing_pipeline_is_named(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shipped("models")
    for name in {"syntax", "names"} - {missing}:
        (tmp_path / name).symlink_to(real / name)
    monkeypatch.setattr("extractor.parse.shipped", lambda _: tmp_path)
    load_syntax.cache_clear()
    try:
        with pytest.raises(ModelError, match=f"{missing} pipeline"):
            load_syntax()
    finally:
        load_syntax.cache_clear()


def test_the_shipped_model_is_small() -> None:
    folder = shipped("models") / "names"
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 3_000_000


def test_uner_is_read_in_its_own_spelling(tmp_path: Path) -> None:
    (tmp_path / "a.iob2.gz").write_bytes(gzip.compress(UNER.encode()))
    (sentence,) = read_uner(tmp_path / "a.iob2.gz")
    assert sentence.text == "Ann-Marie Bell (of Leeds) isn't in."
    assert names(sentence) == ["Ann-Marie Bell"], "neither places, nor the early file's OTH and B-O"


def test_uner_that_does_not_fit_its_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.iob2").write_text(UNER.replace("\tBell\t", "\tBall\t"), encoding="utf-8")
    with pytest.raises(WrongUsage, match="“Ball” does not continue"):
        list(read_uner(tmp_path / "a.iob2"))


def test_crossner_is_spaced_as_people_write(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CROSSNER, encoding="utf-8")
    (sentence,) = read_crossner(tmp_path / "a.txt")
    assert sentence.text == "Mr Blair, Ada Low and Labour's (m)"
    assert names(sentence) == ["Blair", "Ada Low"]


def labels(folder: Path, listed: str) -> Path:
    """A folder of two label files, the second kept for tests, with the persons that are listed for the first."""
    rows = [{"document": "x"}, {"text": "Ms C Wragg met Wragg-Bell."}, {"text": "RJ told Ms Wragg."}]
    for name in ("minutes-02", "minutes-03"):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    (folder / "names.toml").write_text(
        'given = "Ada"\nfamily = "Dee-Low"\ntitles = "Ms Dr"\nsentences = "[Jo May] left."\n'
        f"[documents]\nminutes-02 = {listed}\n",
        encoding="utf-8",
    )
    return folder


def test_our_own_sentences_are_read_again_under_other_names(tmp_path: Path) -> None:
    first, second, third, *renamed = read_own(labels(tmp_path, '["C Wragg", "Wragg"]'))
    assert [names(sentence) for sentence in (first, second, third)] == [["C Wragg"], ["Wragg"], ["Jo May"]]
    assert len(renamed) == 3 * RENAMED
    assert {name.split()[-1] for sentence in renamed for name in names(sentence)} == {"Dee-Low"}
    assert {sentence.text.split()[2] for sentence in renamed if sentence.text.startswith("RJ")} == {"Ms", "Dr"}
    assert read_own(tmp_path) == [first, second, third, *renamed], "the same on every run"


def test_a_listed_name_must_stand_in_its_document(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="minutes-02 does not name Wrag"):
        read_own(labels(tmp_path, '["Wrag"]'))


def test_a_line_in_brackets() -> None:
    assert bracketed("Ms [Wragg] told [J. Low].") == Named("Ms Wragg told J. Low.", ((3, 8), (14, 20)))


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
def test_the_recogniser_is_rebuilt_from_marked_sentences(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "crossner_politics").mkdir(parents=True)
    for part in ("train", "dev", "test"):
        (data / f"en_ewt-ud-{part}.iob2").write_text(UNER * 20, encoding="utf-8")
        (data / "crossner_politics" / f"{part}.txt").write_text(CROSSNER * 20, encoding="utf-8")
    figures = train_names(data, labels(tmp_path, '["Wragg"]'), tmp_path / "out", steps=4)
    assert set(figures) == {"uner", "crossner_politics"}
    assert set(figures["uner"]) == {"precision", "recall", "f1", "names"}
    config = (tmp_path / "out" / "config.cfg").read_text(encoding="utf-8")
    assert str(tmp_path) not in config
    assert "/tmp" not in config


@pytest.mark.parametrize("data", [[], ["one", "two"]], ids=["none", "two"])
def test_names_need_one_folder(data: list[str], tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="--data"):
        train("names", [Path(name) for name in data], tmp_path, settings=Settings(), tell=lambda line: None)


def test_a_folder_without_its_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "crossner_politics").mkdir()
    with pytest.raises(WrongUsage, match="name the folder of Universal NER"):
        train_names(tmp_path, LABELS, tmp_path / "out")


@pytest.mark.skipif(not NER.is_dir(), reason="the shared NER data is not here")
def test_the_figures_of_the_card_are_those_of_the_model(nlp: Language) -> None:
    figures = json.loads((shipped("models") / "names" / "figures.json").read_text("utf-8"))
    sentences = [sentence for file in sorted(NER.glob("*-ud-test.iob2")) for sentence in read_uner(file)]
    with nlp.select_pipes(enable=["ner"]):
        assert measure(nlp, sentences)["f1"] == pytest.approx(figures["uner"]["f1"], abs=0.005)
