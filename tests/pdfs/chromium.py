"""The same descriptions as HTML, printed by Chromium, which writes tag trees of its own making."""

import html
import subprocess
import tempfile
from itertools import groupby
from pathlib import Path
from shutil import which

from tests.pdfs.draw import Made
from tests.pdfs.spec import Block, Box, Caption, Heading, Item, PageBreak, Paragraph, Spec, Table, truth

# A browser looks for updates and news by itself; these keep it from doing so.
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_STYLE = """
@page { size: A4; margin: 25mm 22mm; @top-right { content: "%s"; font: 8pt sans-serif }
        @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif } }
body { font: 10.5pt/1.35 sans-serif; columns: %d; column-gap: 8mm }
h1 { font-size: 18pt } h2 { font-size: 14pt } h1, h2, h3 { break-after: avoid }
table { border-collapse: collapse; width: 100%%; font-size: 9pt }
th, td { border: 0.6pt solid #333; padding: 3pt; text-align: left; vertical-align: top }
aside { border: 1pt solid #333; padding: 6pt; margin: 8pt 0; break-inside: avoid }
figure div { height: 50pt; border: 1pt solid #999 } figcaption { font-size: 8.5pt }
"""


def chromium() -> str | None:
    """Where Chromium is, or None."""
    return which("chromium") or which("chromium-browser") or which("google-chrome")


def print_pdf(spec: Spec) -> Made:
    """Print a document without footnotes. The running lines are those of the page's style."""
    program = chromium()
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(as_html(spec), encoding="utf-8")
        subprocess.run(
            [
                program,
                *QUIET,
                "--disable-dev-shm-usage",
                "--no-pdf-header-footer",
                f"--user-data-dir={folder}/profile",
                f"--print-to-pdf={target}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        raw = target.read_bytes()
    pages = raw.count(b"/Type /Page\n") or raw.count(b"/Type /Page ")
    running = tuple((spec.title, f"Page {number} of {pages}") for number in range(1, pages + 1))
    return Made(raw, truth(spec, running), pages)


def as_html(spec: Spec) -> str:
    """The document as a page of HTML."""
    body = _blocks(list(spec.blocks))
    style = _STYLE % (spec.title, spec.look.columns)
    head = f"<meta charset=utf-8><title>{html.escape(spec.title)}</title><style>{style}</style>"
    return f"<!doctype html><html lang=en-GB><head>{head}</head><body>{body}</body></html>"


def _blocks(blocks: list[Block]) -> str:
    parts: list[str] = []
    for listed, group in groupby(blocks, key=lambda block: isinstance(block, Item)):
        if listed:
            parts.append(_list([block for block in group if isinstance(block, Item)], 1))
        else:
            parts += [_block(block) for block in group]
    return "".join(parts)


def _list(items: list[Item], level: int) -> str:
    """Nested lists; an inner one stands inside the item it belongs to."""
    parts: list[str] = []
    at = 0
    while at < len(items):
        end = next((n for n in range(at + 1, len(items)) if items[n].level <= level), len(items))
        inner = _list(items[at + 1 : end], level + 1) if end > at + 1 else ""
        parts.append(f"<li>{html.escape(items[at].text)}{inner}</li>")
        at = end
    return f"<ul>{''.join(parts)}</ul>"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, number):
            return f"<h{level}>{html.escape(f'{number} {text}'.strip())}</h{level}>"
        case Paragraph(text):
            return f"<p>{html.escape(text)}</p>"
        case Caption(text):
            return f"<figure><div></div><figcaption>{html.escape(text)}</figcaption></figure>"
        case Box(blocks):
            return f"<aside>{_blocks(list(blocks))}</aside>"
        case PageBreak():
            return '<div style="break-after: page"></div>'
        case Table():
            return _table(block)
        case Item():
            return _list([block], 1)


def _table(table: Table) -> str:
    rows = []
    for number, row in enumerate(table.rows):
        tag = "td" if number else "th"
        cells = "".join(f"<{tag}>{html.escape(cell or '').replace(chr(10), '<br>')}</{tag}>" for cell in row)
        rows.append(f"<tr>{cells}</tr>")
    return f"<table><thead>{rows[0]}</thead><tbody>{''.join(rows[1:])}</tbody></table>"
