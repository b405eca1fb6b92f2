"""The graph with its days and numbers, and the queries that ask it who connects whom and what was restated or moved."""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import sqlite_utils
from lxml import etree

from extractor.records import Link, Statement, Thread
from extractor.store import writer
from extractor.store.connections import CONNECTIONS
from extractor.store.export import export
from extractor.store.queries import QUERIES
from extractor.store.schema import open_database
from tests.store_samples import REGISTER, RUN, analysis, deadline, owner, put_links, statement

# The thread that each statement of the story is in, its owner and the year it is due, by document; one document a year
# from 2020 on. Two groups of bodies meet in the Middle Office alone.
STORY: tuple[tuple[tuple[str, str, int | None], ...], ...] = (
    (("nurses", "Training Board", 2022), ("vans", "Care Office", 2023), ("rotas", "Middle Office", None)),
    (("nurses", "Training Board", 2024), ("vans", "North Trust", 2023), ("rotas", "Care Office", None)),
    (("nurses", "Middle Office", 2025), ("rotas", "North Trust", 2026)),
    (("nurses", "Training Board", 2024), ("rotas", "Middle Office", 2027), ("alone", "Lone Council", 2030)),
    (("rotas", "Care Office", 2027),),
)
REPORTED = {"nurses"}


def said(thread: str, who: str, year: int | None, number: int) -> Statement:
    due = deadline(f"by {year}", None, date(year, 3, 31)) if year else None
    return statement(f"The {who} will see to the {thread}, round {number}.", owners=(owner(who),), deadline=due)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    opened = open_database(tmp_path / "commitments.db", create=True)
    run = writer.start_run(opened, **RUN)
    threads: dict[str, list[tuple[str, date]]] = {}
    for number, told in enumerate(STORY):
        day = date(2020 + number, 5, 1)
        found = analysis(f"{number}.txt", [said(*one, number) for one in told], published=day)
        writer.save_analysis(opened, found, run, register=REGISTER)
        for (thread, _, _), one in zip(told, found.statements, strict=True):
            threads.setdefault(thread, []).append((one.id, day))
    report = analysis(
        "report.txt",
        [statement("The nurses were seen to.", label="progress", kind="delivered", owners=(owner("Training Board"),))],
        published=date(2025, 5, 1),
    )
    writer.save_analysis(opened, report, run, register=REGISTER)
    threads["nurses"].append((report.statements[0].id, date(2025, 5, 1)))
    put_links(opened, links_of(threads), [thread_of(name, rows) for name, rows in threads.items()])
    yield opened
    opened.close()


def links_of(threads: dict[str, list[tuple[str, date]]]) -> list[Link]:
    nurses, vans = ([name for name, _ in threads[thread]] for thread in ("nurses", "vans"))
    return [
        Link(nurses[0], nurses[1], "revises", 0.9, (), ("deadline moved 731 days later (2022-03-31 → 2024-03-31)",)),
        Link(
            nurses[1],
            nurses[2],
            "revises",
            0.9,
            (),
            ("owner succeeded (Training Board → Middle Office)", "wording weakened (“hopes to”)"),
        ),
        Link(nurses[2], nurses[4], "progresses", 0.9, ()),
        Link(vans[0], vans[1], "revises", 0.8, (), ("owner changed (Care Office → North Trust)",)),
    ]


def thread_of(name: str, rows: Sequence[tuple[str, date]]) -> Thread:
    days = [day for _, day in rows]
    return Thread(name, f"The {name}", tuple(one for one, _ in rows), min(days), max(days))


def ask(db: sqlite_utils.Database, name: str, **parameters: str) -> list[dict[str, Any]]:
    query = next(query for query in QUERIES if query.name == name)
    return list(db.query(query.sql, dict.fromkeys(query.parameters, "") | parameters))


def test_owners_by_degree(db: sqlite_utils.Database) -> None:
    rows = {row["owner"]: row for row in ask(db, "connected_owners")}
    assert list(rows) == ["Middle Office", "Care Office", "North Trust", "Training Board", "Lone Council"]
    counted = ("threads", "other_owners", "documents", "commitments", "progress_reports")
    assert [rows["Training Board"][name] for name in counted] == [1, 1, 4, 3, 1]
    assert [rows["Middle Office"][name] for name in counted] == [2, 3, 3, 3, 0]
    assert [rows["Lone Council"][name] for name in counted] == [1, 0, 1, 1, 0]
    assert [row["owner"] for row in ask(db, "connected_owners", owner="trust")] == ["North Trust"]
    assert [row["owner"] for row in ask(db, "connected_owners", kind="arm's-length body")] == [
        "Care Office",
        "Training Board",
    ]


def test_an_owner_bridges_those_who_meet_with_it_alone(db: sqlite_utils.Database) -> None:
    (row,) = ask(db, "bridging_owners")
    assert (row["owner"], row["pairs_bridged"], row["tied_by_it_alone"], row["other_owners"]) == (
        "Middle Office",
        2,  # the Training Board with the Care Office, and with the North Trust
        1,  # the Training Board
        3,
    )
    assert ask(db, "bridging_owners", owner="Care") == []


def test_what_is_called_a_bridge_is_one_in_the_graph(db: sqlite_utils.Database) -> None:
    """The one that ties others is an articulation point of the graph of owners that share threads."""
    pairs = db.execute(
        "SELECT DISTINCT a.owner_id, b.owner_id FROM commitments a JOIN commitments b ON b.thread_id = a.thread_id "
        "AND b.owner_id > a.owner_id"
    )
    graph: nx.Graph[str] = nx.Graph(pairs.fetchall())
    assert set(nx.articulation_points(graph)) == {row["owner_id"] for row in ask(db, "bridging_owners")}


def test_a_thread_bridges_owners_who_share_no_other(db: sqlite_utils.Database) -> None:
    rows = ask(db, "bridging_threads")
    # The Care Office and the North Trust share two threads, so neither of these alone joins them.
    assert [(row["thread_id"], row["pairs_bridged"]) for row in rows] == [("rotas", 2), ("nurses", 1)]
    assert rows[1]["example"] == "Middle Office – Training Board"
    assert [row["thread_id"] for row in ask(db, "bridging_threads", owner="training")] == ["nurses"]


def test_a_thread_counts_once_however_often_it_is_restated(db: sqlite_utils.Database) -> None:
    rows = ask(db, "most_restated")
    assert [(row["thread_id"], row["restated"], row["progress_reports"]) for row in rows] == [
        ("rotas", 4, 0),
        ("nurses", 3, 1),
        ("vans", 1, 0),
    ]
    assert [row["thread_id"] for row in ask(db, "most_restated", title="van")] == ["vans"]


def test_slippage_is_from_the_first_deadline_to_the_last(db: sqlite_utils.Database) -> None:
    rows = ask(db, "most_moved")
    assert [(row["thread_id"], row["slippage_days"], row["moves"], row["days_moved_in_all"]) for row in rows] == [
        ("nurses", 731, 3, 731 + 365 + 365),  # 2022 → 2024 → 2025 → back to 2024
        ("rotas", 365, 1, 365),  # no date at first, then 2026 → 2027, and 2027 again
    ]
    assert (rows[0]["first_deadline"], rows[0]["last_deadline"]) == ("2022-03-31", "2024-03-31")
    assert [row["thread_id"] for row in ask(db, "most_moved", days="365")] == ["nurses"]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ("", ["rotas"]),  # three, unless told otherwise
        ("1", ["rotas", "vans"]),  # nurses were reported on
        ("5", []),
    ],
)
def test_restated_again_and_again(db: sqlite_utils.Database, times: str, found: list[str]) -> None:
    rows = ask(db, "restated_without_progress_by_thread", times=times)
    assert [row["thread_id"] for row in rows] == found


def test_who_was_put_in_charge_instead(db: sqlite_utils.Database) -> None:
    rows = ask(db, "owner_changed")
    assert [(row["was"], row["became"], row["how"]) for row in rows] == [
        ("Care Office", "North Trust", "changed"),
        ("Training Board", "Middle Office", "succeeded"),
    ]
    assert [row["was"] for row in ask(db, "owner_changed", owner="Middle")] == ["Training Board"]


@pytest.mark.parametrize(
    ("field", "found"),
    [("deadline", 1), ("owner", 2), ("wording", 1), ("scope", 0), ("", 4), ("%", 4), ("no such field", 0)],
)
def test_what_changed_by_field(db: sqlite_utils.Database, field: str, found: int) -> None:
    assert len(ask(db, "what_changed", field=field)) == found


def test_wording_is_weakened_by_its_cues_too(db: sqlite_utils.Database) -> None:
    (row,) = ask(db, "weakened")
    assert (row["was"], row["became"], row["change"]) == ("firm", "firm", "wording weakened (“hopes to”)")
    assert ask(db, "weakened", owner="North") == []


def test_queries_are_named_once_and_have_their_parameters() -> None:
    names = [query.name for query in QUERIES]
    assert len(names) == len(set(names))
    for query in CONNECTIONS:
        assert query in QUERIES
        assert all(f":{parameter}" in query.sql for parameter in query.parameters)


def graphs(db: sqlite_utils.Database) -> dict[str, Any]:
    raw = {format: "".join(export(db, format)) for format in ("graphml", "gexf", "json")}
    return {
        "graphml": nx.parse_graphml(raw["graphml"]),
        "gexf": nx.read_gexf(io.BytesIO(raw["gexf"].encode())),
        "json": nx.node_link_graph(json.loads(raw["json"]), edges="edges"),
    }


def test_every_format_holds_the_same_graph(db: sqlite_utils.Database) -> None:
    loaded = graphs(db)
    first = loaded["json"]
    assert first.is_directed()
    assert len(first) == len(loaded["graphml"]) == len(loaded["gexf"])
    for graph in loaded.values():
        assert set(graph.edges) == set(first.edges)
        for name in ("kind", "quote", "published", "strength", "owner", "statements"):
            assert dict(graph.nodes(data=name)) == dict(first.nodes(data=name)), name
        assert sorted(graph.edges(data="changes")) == sorted(first.edges(data="changes"))


def test_an_analyst_sees_when_each_node_is_there_and_how_much_hangs_on_it(db: sqlite_utils.Database) -> None:
    nodes = graphs(db)["json"].nodes
    assert nodes["thread:nurses"]["start"] == "2020-05-01"
    assert (nodes["thread:nurses"]["statements"], nodes["thread:nurses"]["progress_reports"]) == (5, 1)
    board = nodes["owner:training-board"]
    assert (board["start"], board["end"]) == ("2012-06-01", "2023-03-31")
    assert (board["commitments"], board["progress_reports"]) == (3, 1)
    assert "start" not in nodes["owner:lone-council"]
    (report,) = [data for _, data in nodes(data=True) if data["kind"] == "progress"]
    assert (report["owner"], report["published"], report["document"]) == (
        "Training Board",
        "2025-05-01",
        "Plan report.txt",
    )


GEXF = "{http://www.gexf.net/1.2draft}"


def test_gexf_keeps_the_main_rules_of_its_schema(db: sqlite_utils.Database) -> None:
    """https://gexf.net/schema.html: one graph with a timeline in dates; unique ids, edges between nodes that are there,
    values for declared attributes only, of the declared type.
    """
    root = etree.fromstring("".join(export(db, "gexf")).encode())
    assert (root.tag, root.get("version")) == (f"{GEXF}gexf", "1.2")
    (graph,) = root.iterfind(f"{GEXF}graph")
    assert (graph.get("defaultedgetype"), graph.get("mode"), graph.get("timeformat")) == ("directed", "dynamic", "date")
    types = {
        (group.get("class"), attribute.get("id")): attribute.get("type")
        for group in graph.iterfind(f"{GEXF}attributes")
        for attribute in group.iterfind(f"{GEXF}attribute")
    }
    assert set(types.values()) <= {"string", "double", "long", "int", "float", "boolean"}
    nodes = list(graph.iterfind(f"{GEXF}nodes/{GEXF}node"))
    edges = list(graph.iterfind(f"{GEXF}edges/{GEXF}edge"))
    ids = [node.get("id") for node in nodes]
    assert len(set(ids)) == len(ids)
    assert len({edge.get("id") for edge in edges}) == len(edges)
    assert all(node.get("label") for node in nodes)
    for part in (*nodes, *edges):
        kind = "node" if part.tag == f"{GEXF}node" else "edge"
        days = [part.get("start"), part.get("end")]
        assert all(day is None or date.fromisoformat(day) for day in days)
        for value in part.iterfind(f"{GEXF}attvalues/{GEXF}attvalue"):
            type = types[kind, value.get("for")]
            assert type == "string" or float(value.get("value", "")) >= 0
    for edge in edges:
        assert {edge.get("source"), edge.get("target")} <= set(ids)
        assert 0 <= float(edge.get("weight", "")) <= 1
