"""A small commitments database for the page tests: two plans, a letter, minutes and news about the same few pledges."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from extractor.records import Analysis, Milestone, Reason, Rejection, Thread
from extractor.store import schema, writer
from tests.store_samples import put_links
from tests.web.gazette import gazette_report
from tests.web.made import REGISTER, TODAY, deadline, document, link, owner, soon, statement
from tests.web.vectors import give_vectors

# What a document could hold to break out of a page. None of it may reach a browser as mark-up.
HOSTILE = (
    "The board will publish <script>alert('quote')</script> by June 2031.",
    'Trusts will sign "><img src=x onerror=alert(1)> and report back.',
    "The board will send '><svg onload=alert(2)> to every trust.",
    'The regulator will review </mark></p><iframe src="javascript:alert(3)"></iframe> twice a year.',
    "Employers must return {{ 7 * 7 }} and {% raw %} forms on time.",
    "The board will act on &lt;b&gt;already escaped&lt;/b&gt; &amp; other words.",
    "The Department will close <!-- the gap --> in pay & conditions.",
    "Ministers will end ]]></title></style><base href=//evil.example> by winter.",
)


def review(statement: str, action: str, **said: str) -> dict[str, str | None]:
    """A row of the table of reviews."""
    return {"statement_id": statement, "action": action, "field": None, "value": None, "at": "2024-05-01T10:00", **said}


def reviews(statement: str) -> list[dict[str, str | None]]:
    """Two reviews of a statement, the second with what could break out of a page, and one of a statement now gone."""
    evidence = {"note": "Read again", "evidence_url": "https://example.org/evidence", "reviewer": "A. Reader"}
    unsafe = {"note": "<script>alert('note')</script>", "evidence_url": "javascript:alert(7)", "reviewer": "<b>R</b>"}
    return [
        review(statement, "confirm", **evidence),
        review(statement, "correct", field="owner", value="<i>X</i>", **unsafe),
        review("0" * 16, "reject", **evidence),
    ]


def _analyses() -> list[Analysis]:
    plan = document(
        "care-plan-2019.txt",
        [
            ("heading", 1, "The care workforce plan"),
            ("heading", 2, "Nursing"),
            ("paragraph", 0, "Wards are short of nurses and have been for years. Nobody disputes it."),
            (
                "paragraph",
                0,
                "The Nursing Board will recruit 7,500 more nurses by March 2021. "
                "It will report to the House each spring.",
            ),
            ("heading", 2, "Pay and conditions"),
            ("paragraph", 0, "Over the next two years employers should:"),
            ("item", 1, "offer flexible hours to all ward staff from April 2020;"),
            ("item", 1, "consider an allowance for night work."),
            ("footnote", 0, "Figures are for England and count people, not posts."),
        ],
        page_every=4,
        title="The care workforce plan 2019",
        published=date(2019, 6, 3),
        url="https://example.org/plan-2019",
        licence="OGL-UK-3.0",
        series="care workforce plans",
    )
    letter = document(
        "letter-2020.txt",
        [
            ("paragraph", 0, "Dear colleague"),
            ("paragraph", 0, "The Nursing Board will recruit 10,000 more nurses by March 2022."),
        ],
        title="Letter to chief nurses",
        kind="letter",
        publisher="Nursing Board",
        published=date(2020, 9, 1),
        url="javascript:alert(document.domain)",
    )
    minutes = document(
        "minutes-2021.txt",
        [
            ("heading", 1, "Minutes of the Nursing Board"),
            ("row", 0, "Recruitment\tThe chair said that 6,200 nurses had joined since the plan.\tChair"),
            ("row", 0, "Hostel\tThe estates director to reopen the hostel next spring.\tDirector"),
        ],
        title="Minutes, 12 May 2021",
        kind="minutes",
        publisher="Nursing Board",
        published=date(2021, 5, 12),
    )
    news = document(
        "news.txt",
        [
            ("paragraph", 0, f"Care Workforce England will open two nursing schools by {soon(30)}, it said."),
            ("paragraph", 0, "It wants to halve vacancies some day."),
            ("paragraph", 0, f"From {soon(400)} trusts must publish rotas six weeks ahead."),
        ],
        title="Two new nursing schools",
        kind="news",
        publisher="The Care Gazette",
        published=TODAY - timedelta(days=3),
    )
    bare = document("undated.txt", [("paragraph", 0, "Nothing in here is promised to anybody.")], publisher=None)
    hostile = document(
        "<b>hostile</b>.txt",
        [("paragraph", 0, quote) for quote in HOSTILE],
        title="</title><script>alert('title')</script>",
        publisher='"onmouseover=alert(4) x="',
        series="<i>series</i>",
        published=date(2030, 1, 1),
        url="data:text/html,<script>alert(5)</script>",
        licence="<u>licence</u>",
        warnings=("odd <script>alert(6)</script> bytes",),
    )
    board = owner("nursing-board")
    plan_statements = (
        statement(
            plan,
            "The Nursing Board will recruit 7,500 more nurses by March 2021.",
            owners=[board, owner(explicit=False, score=0.3)],
            due=("by March 2021", None, "2021-03-31"),
            figures=[("7,500 more nurses", 7500, "nurses")],
            themes=("recruitment",),
        ),
        statement(
            plan, "It will report to the House each spring.", owners=[replace(board, explicit=False)], confidence=0.6
        ),
        replace(
            statement(
                plan,
                "offer flexible hours to all ward staff from April 2020;",
                owners=[owner("employers", explicit=False)],
                due=("from April 2020", "2020-04-01", None),
                figures=[("all ward staff", None, "ward staff")],
                sort="directive",
                lead_in="Over the next two years employers should:",
                themes=("retention", "pay"),
            ),
            milestones=(Milestone(deadline(plan, 0, "by March 2021", None, "2021-03-31")),),
        ),
        statement(
            plan,
            "consider an allowance for night work.",
            sort="proposal",
            lead_in="Over the next two years employers should:",
        ),
    )
    return [
        Analysis(plan, (), plan_statements),
        Analysis(
            letter,
            (),
            (
                statement(
                    letter,
                    "The Nursing Board will recruit 10,000 more nurses by March 2022.",
                    owners=[board],
                    due=("by March 2022", None, "2022-03-31"),
                    figures=[("10,000 more nurses", 10000, "nurses")],
                    themes=("recruitment",),
                ),
            ),
        ),
        Analysis(
            minutes,
            (),
            (
                statement(
                    minutes,
                    "6,200 nurses had joined since the plan.",
                    label="progress",
                    sort="measure",
                    owners=[board],
                    figures=[("6,200 nurses", 6200, "nurses")],
                    when=deadline(minutes, 0, "since the plan", "2019-06-03", None),
                ),
                statement(
                    minutes,
                    "The estates director to reopen the hostel next spring.",
                    sort="directive",
                    owners=[owner("estates-director")],
                    due=("next spring", "2022-03-01", "2022-05-31"),
                ),
            ),
        ),
        Analysis(
            news,
            (),
            (
                statement(
                    news,
                    f"Care Workforce England will open two nursing schools by {soon(30)}, it said.",
                    owners=[owner("care-workforce-england")],
                    due=(f"by {soon(30)}", None, soon(30)),
                    figures=[("two nursing schools", 2, "nursing schools")],
                    themes=("training",),
                ),
                statement(
                    news,
                    "It wants to halve vacancies some day.",
                    sort="aim",
                    owners=[owner("care-workforce-england", explicit=False)],
                ),
                statement(
                    news,
                    f"From {soon(400)} trusts must publish rotas six weeks ahead.",
                    sort="directive",
                    owners=[owner("trusts")],
                    due=(f"From {soon(400)}", soon(400), None),
                ),
            ),
        ),
        Analysis(bare, (), ()),
        Analysis(
            hostile,
            (),
            tuple(
                statement(
                    hostile,
                    quote,
                    owners=[owner(f"evil-{number}", explicit=False)],
                    themes=("<script>theme</script>",),
                    reasons=(Reason("<b>rule</b>", 0.5, "<script>alert('reason')</script>"),),
                )
                for number, quote in enumerate(HOSTILE)
            ),
        ),
    ]


def fill(path: Path, *, further: int = 0) -> dict[str, str]:
    """Write the sample to a new database, with `further` plain commitments more; returns ids by a short name."""
    analyses = _analyses()
    plan, letter, minutes, news, _bare, hostile = analyses
    gazette = gazette_report()
    if further:
        blocks = [
            ("paragraph", 0, f"Unit {number} will train {number + 2} midwives in time.") for number in range(further)
        ]
        long = document("long.txt", blocks, title="A long list", published=date(2018, 2, 1), page_every=30)
        found = tuple(statement(long, words, owners=[owner("many-units")]) for _, _, words in blocks)
        analyses.append(Analysis(long, (), found))
    updates = []
    for year in (2020, 2023):
        words = "Nobody promises anything in this one."
        update = document(
            f"care-plan-{year}.txt", [("paragraph", 0, words)], series=plan.document.series, published=date(year, 11, 2)
        )
        updates.append(Analysis(update, (), ()))
    analyses += [*updates, gazette]
    first, second, measured = plan.statements[0], letter.statements[0], minutes.statements[0]
    vague, item, opened = plan.statements[1], plan.statements[2], news.statements[2]
    database = schema.open_database(path, create=True)
    run = writer.start_run(database, version="0.0.0", settings="s", models="m")
    for analysis in analyses:
        writer.save_analysis(database, analysis, run, register=REGISTER)
    for name, reason in (("scan.pdf", "no_text"), ("<script>alert('file')</script>.bin", "unknown_format")):
        writer.save_rejection(database, Rejection(name, reason, "There is <b>nothing</b> to read in it."), run)
    links = [
        link(
            first,
            second,
            "revises",
            "deadline moved 365 days later (2021-03-31 → 2022-03-31)",
            "figure 7,500 → 10,000 nurses",
        ),
        link(second, measured, "progresses"),
        link(item, opened, "restates"),
    ]
    thread = Thread(
        "5f0c0ffee0000001",
        "Recruit more nurses <b>by</b> March",
        tuple(s.id for s in (first, second, measured)),
        date(2019, 6, 3),
        date(2021, 5, 12),
    )
    shared = Thread(
        "5f0c0ffee0000002", "Rotas and hours", (item.id, opened.id), date(2019, 6, 3), TODAY - timedelta(days=3)
    )
    alone = Thread("5f0c0ffee0000003", vague.quote, (vague.id,), date(2019, 6, 3), date(2019, 6, 3))
    put_links(database, links, [thread, shared, alone])
    with database.atomic():
        database["reviews"].insert_all(reviews(first.id))
    give_vectors(database)
    writer.finish_run(database, run, unchanged=0)
    database.close()
    spoken = zip(("unnamed", "quoted", "part", "other-part", "not-done"), gazette.statements, strict=True)
    names = {f"hostile-{n}": s.id for n, s in enumerate(hostile.statements)}
    documents = {
        name: analysis.document.id
        for name, analysis in zip(
            ("plan", "letter", "minutes", "news", "bare", "hostile-document", "long"), analyses, strict=False
        )
    }
    return {
        "first": first.id,
        "vague": plan.statements[1].id,
        "item": plan.statements[2].id,
        "second": second.id,
        "measured": measured.id,
        "row": minutes.statements[1].id,
        "soon": news.statements[0].id,
        "open": news.statements[2].id,
        "thread": thread.id,
        "alone": alone.id,
        "gazette": gazette.document.id,
        "update": updates[0].document.id,
        **{name: said.id for name, said in spoken},
        **documents,
        **names,
    }


def every_page(names: dict[str, str]) -> list[str]:
    """The address of every kind of page of ours, with the sample's content."""
    statements = (
        *("first", "vague", "item", "second", "measured", "row", "soon", "open"),
        *("unnamed", "quoted", "part", "other-part", "not-done"),
    )
    shown = itertools.chain(
        [
            "/",
            "/?q=nurses",
            "/?q=nothing-like-it",
            "/?state=deadline+passed&order=due",
            "/?owner=nursing-board&year=2020-21",
            "/?sure=0",
            "/?sure=1&voice=reported",
        ],
        [f"/pledge/{names[name]}" for name in statements],
        [f"/pledge/{names[name]}" for name in names if name.startswith("hostile-") and name != "hostile-document"],
        [
            f"/document/{names[name]}"
            for name in ("plan", "letter", "minutes", "news", "gazette", "bare", "hostile-document")
        ],
        [f"/document/{names['update']}/changes", f"/document/{names['update']}/changes?what=gone"],
        [f"/document/{names['plan']}?statement={names['item']}"],
        [f"/thread/{names['thread']}", f"/thread/{names['alone']}"],
        [f"/embed/{names[name]}" for name in ("first", "vague", "measured", "unnamed", "quoted", "hostile-0")],
        [
            "/owner/nursing-board",
            "/owner/care-workforce-england?state=no+date",
            "/owner/employers",
            "/owner/nursing-board?sure=1&voice=quoted",
            "/owner/department-of-care",
        ],
        [
            "/deadlines",
            "/deadlines?when=passed",
            "/deadlines?sure=0&when=passed",
            "/deadlines?year=2021-22",
            "/deadlines?year=1999-00",
        ],
        [
            "/unclear",
            "/unclear?missing=date",
            "/unclear?sure=0&missing=date",
            "/unclear?sure=0&voice=quoted",
            "/unclear?missing=owner",
            "/rejections",
            "/method",
        ],
        [
            "/changes",
            "/changes?what=moved",
            f"/changes?thread={names['thread']}",
            "/deadlines/calendar?month=2021-03",
            "/deadlines/calendar?month=1999-01",
            "/deadlines/calendar?day=2021-03-31",
            "/dossier?owner=nursing-board",
            f"/dossier?thread={names['thread']}",
            "/dossier?q=publish&theme=none",
            "/api",
        ],
        ["/alike", f"/alike?ref={names['first']}", f"/alike?ref={names['measured']}"],
        ["/quiet", "/network", "/review", "/review?sure=0", "/review?missing=owner"],
    )
    return list(shown)
