"""How long each kind of page takes, with several readers at once, in a database of 100,000 invented commitments.

`python -m tests.bench.web [--commitments N] [--readers N] [--keep FOLDER]` makes the database (or takes the one in the
folder), serves it by the real server in a process of its own, lets every reader ask for one kind of page after the
other, each time at another address and without a pause, and prints a table in Markdown. The times are those that a
reader waits: the server's own, and the way there and back on this machine. The exit status is 1 where the 95th of 100
of our pages takes longer than its limit; Datasette's own pages stand apart and have none.
"""

import argparse
import http.client
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from extractor.records import KINDS, STRENGTHS
from tests.bench import pledges
from tests.synthetic import ADJECTIVES, NOUNS, VERBS

MOST, MOST_SEARCH = 150.0, 300.0  # milliseconds
START = 120.0  # seconds that the server may take to answer
PATIENCE = 60.0  # seconds that an answer may take


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: its name, the addresses asked for, how long 95 of 100 answers may take (ms; None: no limit)."""

    name: str
    addresses: tuple[str, ...]
    most: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: how long it took in milliseconds, how many bytes of the body, and whether it was cut off."""

    milliseconds: float
    size: int
    cut_off: bool


def kinds(path: Path, requests: int, most: float, most_search: float) -> list[Kind]:
    """Every kind of page, each with so many addresses that exist in the database."""
    chance = random.Random(11)
    connection = sqlite3.connect(path)

    def some(sql: str) -> list[str]:
        found = [str(value) for (value,) in connection.execute(sql)]
        return [chance.choice(found) for _ in range(requests)]

    def ours(name: str, addresses: Sequence[str], limit: float = most) -> Kind:
        return Kind(name, tuple(addresses), limit)

    refs, owners = some("select id from commitments order by search_key limit 3000"), some("select id from owners")
    years, days = some("select distinct deadline_year from commitments where due is not null"), _days(chance, requests)
    long = "select thread_id from commitments group by 1 having count(*) > 4 limit 500"
    lists = [f"/?page={chance.randrange(2, 1500)}" for _ in range(requests)]
    states = ("progress reported", "deadline passed", "start date passed", "due in 90 days", "dated", "no date")
    filters = [
        *(f"/?owner={owner}" for owner in owners),
        *(f"/?theme={chance.choice(pledges.THEMES)}&page={chance.randrange(1, 50)}" for _ in owners),
        *(f"/?strength={chance.choice(STRENGTHS)}&page={chance.randrange(1, 200)}" for _ in owners),
        *(f"/?kind={chance.choice(KINDS)}&page={chance.randrange(1, 100)}" for _ in owners),
        *(f"/?year={year}&order=due" for year in years),
        *(f"/?sure={chance.randrange(2)}&voice={chance.choice(('own', 'quoted', 'unnamed'))}" for _ in owners),
    ]
    found = [
        ours("home", ["/"] * requests),
        ours("home, deep", [*lists, *(f"{address}&order=due" for address in lists[: requests // 3])][:requests]),
        ours("search: rare words", [f"/?{urlencode({'q': _words(chance, rare=True)})}" for _ in refs], most_search),
        ours("search: common words", [f"/?{urlencode({'q': _words(chance, rare=False)})}" for _ in refs], most_search),
        ours("like a sentence", [f"/alike?{urlencode({'text': _sentence(chance)})}" for _ in refs], most_search),
        ours("like a pledge", [f"/alike?ref={ref}" for ref in refs], most_search),
        ours("filters", chance.sample(filters, requests)),
        ours("states", [f"/?state={quote(chance.choice(states[:2] + states[3:]))}" for _ in refs]),
        ours("moved, gone quiet", [f"/?state={chance.choice(('moved', 'gone+quiet'))}" for _ in refs]),
        ours("each pledge once", [f"/?each=latest&strength={chance.choice(STRENGTHS)}" for _ in refs]),
        ours("pledge", [f"/pledge/{ref}" for ref in refs]),
        ours("embed", [f"/embed/{ref}" for ref in refs]),
        ours("thread", [f"/thread/{id}" for id in some(long)]),
        ours("owner", [f"/owner/{owner}" for owner in owners]),
        ours("owner, by state", [f"/owner/{owner}?state=no+date" for owner in some("select id from owners limit 40")]),
        ours("document", [f"/document/{id}" for id in some("select id from documents")]),
        ours("deadlines", ["/deadlines", *(f"/deadlines?page={chance.randrange(2, 40)}" for _ in refs)][:requests]),
        ours("deadlines, passed", [f"/deadlines?when=passed&page={chance.randrange(1, 400)}" for _ in refs]),
        ours("deadlines, by year", [f"/deadlines?year={year}" for year in years]),
        ours("deadlines.ics", ["/deadlines.ics"] * 8),
        ours("changes.atom", ["/changes.atom"] * requests),
        ours("unclear", ["/unclear", "/unclear?missing=measure", "/unclear?missing=owner&sure=1"] * (requests // 3)),
        ours("gone quiet", [f"/quiet?page={chance.randrange(1, 40)}" for _ in refs]),
        ours("network", ["/network"] * requests),
        ours("review", ["/review", *(f"/review?page={chance.randrange(2, 900)}" for _ in refs)][:requests]),
        ours("method", ["/method"] * requests),
        ours("home as of a day", [f"/?as_of={day}" for day in days]),
        ours("states as of a day", [f"/?state={quote(chance.choice(states[:2]))}&as_of={day}" for day in days]),
        ours("marks as of a day", [f"/?state={chance.choice(('moved', 'gone+quiet'))}&as_of={day}" for day in days]),
        ours("owner as of a day", [f"/owner/{owner}?as_of={day}" for owner, day in zip(owners, days, strict=True)]),
        ours("deadlines as of a day", [f"/deadlines?as_of={day}" for day in days]),
        ours("unclear as of a day", [f"/unclear?as_of={day}" for day in days]),
        ours("gone quiet as of a day", [f"/quiet?as_of={day}" for day in days]),
        Kind("Datasette: pledges", tuple(f"/commitments/pledges?_nofacet=1&_next={n * 100}" for n in range(8)), None),
        Kind("Datasette: pledges, facets", ("/commitments/pledges",) * 4, None),
        Kind("Datasette: by owner and year", ("/commitments/by_owner_and_year?owner=Trust&financial_year=",) * 4, None),
    ]
    connection.close()
    return found


def _days(chance: random.Random, count: int) -> list[str]:
    return [
        f"{chance.randrange(2006, 2026)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        for _ in range(count)
    ]


def _words(chance: random.Random, *, rare: bool) -> str:
    if rare:
        return f"{chance.choice(NOUNS)} {chance.choice(ADJECTIVES)}"
    return chance.choice([*VERBS, *(f"{verb} {noun}" for verb in VERBS for noun in NOUNS[:6]), "trust will near"])


def _sentence(chance: random.Random) -> str:
    middle = " ".join(chance.choice(words) for words in (VERBS, ADJECTIVES, NOUNS, ADJECTIVES, NOUNS))
    return f"The trust will {middle} by {chance.randrange(2015, 2031)}"


@contextmanager
def serving(path: Path) -> Iterator[int]:
    """The port of a server of the database, which is ended on leaving."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "extractor", "serve", str(path), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + START
    while True:
        try:
            ask(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE), "/method")
        except ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def ask(connection: http.client.HTTPConnection, address: str) -> Answer:
    """One page, read to its end. Raises ValueError where it is not answered well."""
    start = time.perf_counter()
    connection.request("GET", address)
    response = connection.getresponse()
    body = response.read()
    took = (time.perf_counter() - start) * 1000
    # Deep pages of a smaller database end earlier. Where SQL takes too long, Datasette answers with 400, we with 503.
    if response.status not in (200, 400, 404, 503):
        raise ValueError(f"{address}: {response.status}")
    return Answer(took, len(body), response.status in (400, 503))


def measured(port: int, kind: Kind, readers: int) -> list[Answer]:
    """All the addresses of a kind, shared out among the readers, each with a connection of its own."""

    def read(addresses: Sequence[str]) -> list[Answer]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            return [ask(connection, address) for address in addresses]
        finally:
            connection.close()

    with ThreadPoolExecutor(readers) as pool:
        # what a server works out once, each of its threads for itself, is no part of the measurement
        list(pool.map(read, [kind.addresses[:1]] * readers))
        return [
            answer for part in pool.map(read, (kind.addresses[n::readers] for n in range(readers))) for answer in part
        ]


def at(share: float, answers: Sequence[Answer]) -> float:
    """The milliseconds within which so large a share of the answers came."""
    ordered = sorted(answer.milliseconds for answer in answers)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main(arguments: Sequence[str]) -> int:
    """Measure and print; see the module's own words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commitments", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--requests", type=int, default=120, help="of each kind")
    parser.add_argument("--keep", type=Path, help="folder in which the database is kept for the next time")
    parser.add_argument("--only", default="", help="kinds of pages whose name holds this")
    parser.add_argument("--most", type=float, default=MOST, help="milliseconds; a search may take twice as long")
    given = parser.parse_args(arguments)
    slow = []
    with tempfile.TemporaryDirectory() as folder:
        path = (given.keep or Path(folder)) / f"pledges-{given.commitments}.db"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".part")
            half.unlink(missing_ok=True)
            pledges.write(half, given.commitments)
            half.rename(path)
        sys.stdout.write("| page | requests | p50, ms | p95, ms | most, ms | bytes |\n| --- |" + " ---: |" * 5 + "\n")
        with serving(path) as port:
            for kind in kinds(path, given.requests, given.most, given.most * MOST_SEARCH / MOST):
                if given.only not in kind.name:
                    continue
                answers = measured(port, kind, given.readers)
                worst = at(0.95, answers)
                cut_off = sum(answer.cut_off for answer in answers)
                if kind.most is not None and (worst > kind.most or cut_off):
                    slow.append(f"{kind.name}{f' ({cut_off} cut off)' if cut_off else ''}")
                sizes = sum(answer.size for answer in answers) // len(answers)
                sys.stdout.write(
                    f"| {kind.name} | {len(answers)} | {at(0.5, answers):.0f} | {worst:.0f} "
                    f"| {max(answer.milliseconds for answer in answers):.0f} | {sizes:,} |\n"
                )
                sys.stdout.flush()
    if slow:
        sys.stdout.write(f"\nToo slow: {', '.join(slow)}.\n")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
