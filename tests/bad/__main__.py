"""Write the bad files into a folder, to look at: `python -m tests.bad FOLDER` (some 60 MB)."""

import sys
from pathlib import Path

from tests.bad.files import FILES

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for bad in FILES:
    (folder / bad.name).write_bytes(bad.make())
