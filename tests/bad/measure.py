"""Read every bad file in a process of its own and print what became of it, a line of JSON each.

`python -m tests.bad.measure [NAME...]`. Each child is a copy of a process that has loaded the readers already, so that
seconds and memory are those of reading alone.
"""

import json
import os
import resource
import sys
import time
import warnings
from importlib import import_module

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.ingest.detect import FORMATS
from extractor.segment import segment
from tests.bad import Bad
from tests.bad.files import FILES

# Beyond these the child is ended, so that a fault here cannot take the machine with it.
SECONDS = 40
MEMORY = 6 << 30


def outcome(bad: Bad, raw: bytes) -> dict[str, object]:
    """What reading a file, and dividing it into passages, comes to."""
    warnings.simplefilter("error")
    begun = time.process_time()
    try:
        document = read_bytes(raw, bad.name)
    except Rejected as refusal:
        return {"reason": refusal.reason, "detail": refusal.detail, "read": time.process_time() - begun}
    done = time.process_time()
    count = len(segment(document))
    return {
        "reason": None,
        "detail": f"{len(document.blocks)} blocks, {count} passages, {len(document.text)} characters",
        "text": document.text[:2000],
        "read": done - begun,
        "segment": time.process_time() - done,
        "warnings": document.warnings,
    }


def measured(bad: Bad) -> dict[str, object]:
    """The outcome of a file with the seconds and the megabytes that it took, as of a child process."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        result: dict[str, object] = {"reason": "internal", "detail": "no result"}
        try:
            raw = bad.make()
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            result = outcome(bad, raw) | {"bytes": len(raw), "made": made / 1024}
        except BaseException as problem:
            result = {"reason": "internal", "detail": f"{type(problem).__name__}: {str(problem)[:300]}"}
        finally:
            os.write(send, json.dumps(result).encode("ascii")[:60_000])
            os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as stream:
        said = stream.read()
    _, status, usage = os.wait4(child, 0)
    result = json.loads(said) if said else {"reason": "internal", "detail": f"the process ended with {status}"}
    return {"name": bad.name, **result, "peak": usage.ru_maxrss / 1024}


def main(names: list[str]) -> None:
    """Measure the files named, or all."""
    for format in FORMATS:
        import_module(f"extractor.ingest.{format}")
    for bad in FILES:
        if not names or bad.name in names:
            sys.stdout.write(json.dumps(measured(bad)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
