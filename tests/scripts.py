"""Scripts of `corpus`, which is data with scripts beside it and no package: loaded from their place."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def corpus_script(name: str) -> ModuleType:
    """The script of that name as a module."""
    spec = importlib.util.spec_from_file_location(name, CORPUS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses with slots look their module up by name
    spec.loader.exec_module(module)
    return module
