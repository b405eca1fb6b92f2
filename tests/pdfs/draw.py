"""Placed runs to the bytes of a PDF by reportlab's canvas: tagged, untagged or with a broken tag tree."""

import io
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen import canvas

from tests.pdfs.blocks import lay
from tests.pdfs.breaking import Leaf
from tests.pdfs.flow import Laid, Run
from tests.pdfs.furniture import furniture
from tests.pdfs.spec import Look, Spec, Truth, truth
from tests.pdfs.tags import PER_LINE, Breakage, Element, broken, elements, write_tree

Tagging = Literal["tagged", "untagged"] | Breakage


# Other programs write their streams as bytes; unpacking letters for bytes would be half of the readers' time.
rl_config.useA85 = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A made PDF and what a reader should find in it."""

    raw: bytes
    truth: Truth
    pages: int


def make(spec: Spec, tagging: Tagging = "untagged") -> Made:
    """Draw a document."""
    laid = lay(spec)
    heads, feet = furniture(spec, laid)
    drawer = _Drawer(spec.look, tagging, laid)
    for page in range(laid.pages):
        drawer.page(page, heads[page], feet[page])
    running = tuple(
        (
            *(" ".join(run.words) for run in (*heads[page], *feet[page], *drawer.slug(page))),
            *filter(None, [spec.look.watermark]),
        )
        for page in range(laid.pages)
    )
    return Made(drawer.finish(), truth(spec, running), laid.pages)


class _Drawer:
    def __init__(self, look: Look, tagging: Tagging, laid: Laid) -> None:
        self.look = look
        self.tagging = tagging
        self.laid = laid
        self.buffer = io.BytesIO()
        self.canvas = canvas.Canvas(self.buffer, pagesize=look.page, invariant=1)
        self.sequence = {id(run): number for number, run in enumerate(laid.runs)}
        self.seen: dict[int, list[tuple[int, tuple[int, int]]]] = {}
        self.furniture: list[Element | tuple[int, int]] = []
        self.ids = 0

    def page(self, page: int, head: list[Run], foot: list[Run]) -> None:
        """Draw one page, with the running lines where in the stream the look has them."""
        self.ids = 0
        body = self._ordered([run for run in self.laid.runs if run.page == page])
        around = {
            "furniture-first": [*head, *foot, *body],
            "furniture-last": [*body, *head, *foot],
        }
        stream = around.get(self.look.order, [*head, *body, *foot])
        self._turn()
        self._watermark()
        self._rules(page)
        self._text([*stream, *self.slug(page)], page)
        self.canvas.showPage()

    def slug(self, page: int) -> list[Run]:
        """What the printer sets outside the page's box, where the box is smaller than the sheet."""
        if self.look.origin == (0, 0) or not self.laid.runs:
            return []
        words = ("plan", "final", "v3.indd", str(page + 1), "05/06/2024", "10:31")
        face = self.laid.runs[0].face
        return [Run(page, 20, self.look.page[1] + 25, words, face.width(" "), face)]

    def finish(self) -> bytes:
        """The whole file."""
        document = self.canvas._doc
        pages = document.Pages.pages
        wide, high = self.look.page
        x, y = self.look.origin
        for page in pages:
            if self.look.rotate in (90, 270):
                page.MediaBox = pdfdoc.PDFArray([0, 0, high, wide])
                page.Rotate = self.look.rotate
            elif self.look.origin != (0, 0):
                page.MediaBox = pdfdoc.PDFArray([x - 50, y - 50, x + wide + 50, y + high + 50])
                page.CropBox = pdfdoc.PDFArray([x, y, x + wide, y + high])
        if self.tagging != "untagged":
            for leaf in self._leaves():
                leaf.ids = [ids for _, ids in sorted(self.seen.get(id(leaf), []))]
            root = elements(self.laid.tree)
            root.kids = [*self.furniture, *root.kids]
            breakage = None if self.tagging == "tagged" else self.tagging
            write_tree(document, broken(root, breakage, len(pages)) if breakage else root, pages, breakage)
        self.canvas.save()
        return self.buffer.getvalue()

    def _leaves(self) -> list[Leaf]:
        return [run.leaf for run in {id(run.leaf): run for run in self.laid.runs}.values() if run.leaf is not None]

    def _turn(self) -> None:
        wide, high = self.look.page
        if self.look.rotate == 90:
            self.canvas.transform(0, 1, -1, 0, high, 0)
        elif self.look.rotate == 270:
            self.canvas.transform(0, -1, 1, 0, 0, wide)
        elif self.look.origin != (0, 0):
            self.canvas.translate(*self.look.origin)

    def _watermark(self) -> None:
        """A word in large pale letters, aslant behind the text."""
        if not self.look.watermark:
            return
        self._begin("/Artifact BMC")
        self.canvas.saveState()
        self.canvas.setFillColor(HexColor("#d8d8d8"))
        self.canvas.translate(self.look.page[0] / 2, self.look.page[1] / 2)
        self.canvas.rotate(45)
        self.canvas.setFont("Helvetica-Bold", 70)
        self.canvas.drawCentredString(0, 0, self.look.watermark)
        self.canvas.restoreState()
        self._end()

    def _ordered(self, runs: list[Run]) -> list[Run]:
        if self.look.order == "rows":
            return sorted(runs, key=lambda run: (-round(run.y), run.x))
        if self.look.order == "reversed":
            blocks = [list(group) for _, group in groupby(runs, key=lambda run: id(run.leaf))]
            return [run for block in reversed(blocks) for run in block]
        return runs

    def _rules(self, page: int) -> None:
        rules = [rule for rule in self.laid.rules if rule.page == page]
        if not rules:
            return
        self._begin("/Artifact BMC")
        self.canvas.setLineWidth(0.6)
        for rule in rules:
            if rule.x0 != rule.x1 and rule.y0 != rule.y1:
                self.canvas.setFillColor(HexColor("#eef2f5"))
                self.canvas.rect(rule.x0, rule.y0, rule.x1 - rule.x0, rule.y1 - rule.y0, stroke=1, fill=1)
                self.canvas.setFillColor(HexColor("#000000"))
            else:
                self.canvas.line(rule.x0, rule.y0, rule.x1, rule.y1)
        self._end()

    def _text(self, runs: list[Run], page: int) -> None:
        bare = self.tagging == "half-untagged" and page >= (self.laid.pages + 1) // 2
        for _, group in groupby(runs, key=self._content):
            together = list(group)
            leaf = together[0].leaf
            if not bare:
                self._mark(leaf, together[0], page)
            for number, run in enumerate(together):
                nested = self.tagging == "nested-marks" and number % 2 == 0
                if nested:
                    self._begin("/Span <</Lang (en-GB)>> BDC")
                self._draw(run)
                if nested:
                    self._end()
            if not bare:
                self._end()

    def _content(self, run: Run) -> tuple[int, float]:
        return id(run.leaf), run.y if self.tagging in PER_LINE or run.leaf is None else 0

    def _mark(self, leaf: Leaf | None, run: Run, page: int) -> None:
        if leaf is None and self.tagging != "furniture-tagged":
            self._begin("/Artifact <</Type /Pagination>> BDC")
            return
        ids = (page, self.ids)
        self.ids += 1
        shown = ids[1] // 2 if self.tagging == "reused" else ids[1]
        self._begin(f"/P <</MCID {shown}>> BDC")
        if leaf is None:
            self.furniture.append(Element("P", [ids]))
        else:
            self.seen.setdefault(id(leaf), []).append((self.sequence[id(run)], ids))

    def _begin(self, operator: str) -> None:
        if self.tagging != "untagged":
            self.canvas._code.append(operator)

    def _end(self) -> None:
        if self.tagging != "untagged":
            self.canvas._code.append("EMC")

    def _draw(self, run: Run) -> None:
        face = run.face
        natural = face.width(" ")
        space = " " if self.look.spaces else ""
        if self.look.glyphs == "line" and self.look.spaces and abs(run.gap - natural) < 0.01:
            self._show(" ".join(run.words) + " ", run.x, run)
            return
        x = run.x
        for word in run.words:
            if self.look.glyphs == "glyph":
                at = x
                for char in word + space:
                    self._show(char, at, run)
                    at += face.width(char)
            else:
                self._show(word + space, x, run)
            x += face.width(word) + run.gap

    def _show(self, text: str, x: float, run: Run) -> None:
        shown: Any = self.canvas.beginText(x, run.y)
        shown.setFont(run.face.font, run.face.size)
        if run.face.spacing:
            shown.setCharSpace(run.face.spacing)
        if run.rise:
            shown.setRise(run.rise)
        shown.textOut(text)
        if run.rise:
            shown.setRise(0)
        if run.face.spacing:
            shown.setCharSpace(0)
        self.canvas.drawText(shown)
