"""Work for workers in tests: jobs that crash, hang or want too much, and documents read without any model."""

import ctypes
import os
import signal
import time
from pathlib import Path

from extractor import ids
from extractor.errors import ModelError
from extractor.ingest import Source
from extractor.records import Analysis, Rejection
from extractor.settings import Settings
from tests.factories import analysis


def nothing() -> None:
    """Load no models."""


def slowly() -> None:
    """Take longer over the models than a document may."""
    time.sleep(0.5)


def no_models() -> None:
    raise ModelError("no weights")


def die_at_once() -> None:
    os._exit(7)


def do(job: str) -> tuple[str, int]:
    """Do as the job says; the number is that of the process."""
    match job.partition(" "):
        case ("crash", _, _):
            ctypes.string_at(0)
        case ("kill", _, _):
            os.kill(os.getpid(), signal.SIGKILL)
        case ("leave", _, _):
            os._exit(3)
        case ("hang", _, _):
            time.sleep(60)
        case ("deaf", _, _):
            # As a library does that never gives way: no alarm of ours is heard in here.
            ctypes.PyDLL(None).sleep(60)
        case ("fill", _, _):
            bytearray(1 << 40)
        case ("fail", _, _):
            raise ValueError("cannot")
        case ("stop", _, _):
            raise ModelError("no weights")
        case ("once", _, mark):
            # Fails where it is not alone: the second time it is.
            if not Path(mark).exists():
                Path(mark).touch()
                os._exit(3)
    return job, os.getpid()


def work(source: Source, settings: Settings) -> Analysis | Rejection:
    """A document as its name says: made to crash or hang, or every line of it a commitment, found without a model."""
    name = source.name.partition(".")[0]
    if name in ("crash", "hang", "deaf", "fill"):
        do(name)
    text = source.raw.decode()
    sha256 = ids.content_hash(source.raw)
    url = source.sidecar.get("url")
    return analysis(
        text.splitlines(),
        id=ids.document_id(url=url, publisher=None, title=None, published=None, sha256=sha256),
        name=source.name,
        sha256=sha256,
        url=url,
    )


def nothing_of(*_: object) -> None:
    """Load no models, whatever is asked for."""
