"""A newspaper's report for the page tests, in which everybody but itself speaks: quoted, retold, unnamed, mentioned."""

from datetime import date

from extractor.records import Analysis
from tests.web.made import document, mention, owner, statement

WHOLE = "The board will publish its rota by May 2018 and ask staff about shifts in June 2018."


def gazette_report() -> Analysis:
    """The report with its statements, two of them parts of the sentence WHOLE, and its mentions."""
    source = document(
        "gazette.txt",
        [
            (
                "paragraph",
                0,
                "The Department of Care may drop the allowance for nights, a person close to the talks said.",
            ),
            ("paragraph", 0, "“We will not close any ward,” said Ann Bell, who leads the Porters Board."),
            ("paragraph", 0, WHOLE),
            ("paragraph", 0, "No porter has been hired, the board admitted."),
            ("paragraph", 0, "The porters want higher pay. An inquiry told ministers to keep a register of carers."),
            ("paragraph", 0, "A hospital had been pledged in 2012. A bonus was ruled out."),
            ("paragraph", 0, "Campaigners <script>alert('mention')</script> want more."),
        ],
        title="Wards stay open",
        kind="news",
        publisher="The Care Gazette",
        published=date(2017, 5, 4),
    )
    begin = source.text.index(WHOLE)
    part = {"owners": [owner("porters-board")], "sentence": (begin, begin + len(WHOLE)), "voice": "reported"}
    return Analysis(
        source,
        (),
        (
            statement(
                source,
                "The Department of Care may drop the allowance for nights, a person close to the talks said.",
                owners=[owner()],
                sort="proposal",
                confidence=0.52,
                sure=False,
                voice="unnamed",
            ),
            statement(
                source,
                "“We will not close any ward,” said Ann Bell, who leads the Porters Board.",
                owners=[owner("porters-board")],
                voice="quoted",
                speaker="Ann <b>Bell</b>",
                negated=True,
            ),
            statement(source, "publish its rota by May 2018", **part),  # type: ignore[arg-type]
            statement(source, "ask staff about shifts in June 2018", **part),  # type: ignore[arg-type]
            statement(
                source,
                "No porter has been hired, the board admitted.",
                label="progress",
                sort="measure",
                owners=[owner("porters-board")],
                confidence=0.48,
                sure=False,
                voice="reported",
                speaker="the board",
                negated=True,
            ),
        ),
        (
            mention(source, "The porters want higher pay.", "demand", voice="reported", speaker="The porters"),
            mention(source, "An inquiry told ministers to keep a register of carers.", "recommendation"),
            mention(source, "A hospital had been pledged in 2012.", "former"),
            mention(source, "A bonus was ruled out.", "refusal"),
            mention(
                source, "Campaigners <script>alert('mention')</script> want more.", "demand", speaker="<i>x</i>",
                voice="quoted",
            ),
        ),
    )  # fmt: skip
