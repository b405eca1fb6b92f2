"""The structure tree of a tagged PDF (ISO 32000-1, 14.7), whole or broken in the ways that real files are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from reportlab.pdfbase import pdfdoc

from tests.pdfs.breaking import Leaf, Node

Ids = tuple[int, int]
Breakage = Literal[
    "missing-kids",
    "dangling",
    "one-paragraph",
    "wrong-order",
    "empty",
    "no-root",
    "half-untagged",
    "line-by-line",
    "loop",
    "reused",
    "deep",
    "role-map",
    "role-loop",
    "class-map",
    "furniture-tagged",
    "headings-as-paragraphs",
    "items-as-paragraphs",
    "no-parent-tree",
    "flat-lists",
    "items-without-body",
    "items-without-label",
    "nested-marks",
]
BREAKAGES: tuple[Breakage, ...] = get_args(Breakage)
# What the content stream needs for a breakage: an id for each line, content without marks.
PER_LINE = frozenset({"line-by-line"})
_ROLES = {"P": "Body_20_text", "H1": "Chapter", "H2": "Section_20_head", "LI": "Bullet", "L": "Bullets", "Note": "Fn"}


@dataclass(slots=True, eq=False)
class Element:
    """An element and its kids in order: elements, or (page index, marked-content id)."""

    tag: str
    kids: list["Element | Ids"] = field(default_factory=list)
    spans: tuple[int, int] = (1, 1)


def elements(node: Node) -> Element:
    """The tree of what was drawn; elements without content are left out."""
    kids: list[Element | Ids] = []
    for kid in node.kids:
        if isinstance(kid, Leaf):
            kids += kid.ids
        else:
            inner = elements(kid)
            if inner.kids:
                kids.append(inner)
    return Element(node.tag, kids, node.spans)


def all_ids(element: Element) -> list[Ids]:
    """Every piece of content below an element, in order."""
    found: list[Ids] = []
    for kid in element.kids:
        found += all_ids(kid) if isinstance(kid, Element) else [kid]
    return found


def mend(element: Element, change: Callable[[Element], Element]) -> Element:
    """The tree with `change` made to each element, the innermost first."""
    kids = [mend(kid, change) if isinstance(kid, Element) else kid for kid in element.kids]
    changed = change(Element(element.tag, kids))
    changed.spans = element.spans
    return changed


def broken(root: Element, breakage: Breakage, pages: int) -> Element:
    """The tree as a careless program would have written it."""
    match breakage:
        case "missing-kids":
            return Element(root.tag, [kid for number, kid in enumerate(root.kids) if number % 2 == 0])
        case "dangling":
            return _renumbered(root, lambda ids: (ids[0], ids[1] + 1000))
        case "one-paragraph":
            return Element(root.tag, [Element("P", list(all_ids(root)))])
        case "wrong-order":
            return Element(root.tag, root.kids[::-1])
        case "half-untagged":
            return _kept(root, lambda ids: ids[0] < (pages + 1) // 2)
        case "line-by-line":
            return Element(root.tag, [Element("P", [ids]) for ids in all_ids(root)])
        case "reused":
            return _renumbered(root, lambda ids: (ids[0], ids[1] // 2))
        case "deep":
            return _deep(root)
        case "role-map" | "role-loop":
            return mend(root, lambda element: Element(_ROLES.get(element.tag, element.tag), element.kids))
        case "headings-as-paragraphs":
            return _retagged(root, {"H1": "P", "H2": "P", "H3": "P"})
        case "items-as-paragraphs":
            return mend(root, _without_lists)
        case "items-without-body":
            return _retagged(root, {"LBody": "NonStruct"})
        case "items-without-label":
            return mend(root, _unlabelled)
        case "flat-lists":
            return mend(root, _flattened)
    return root


def _renumbered(root: Element, number: Callable[[Ids], Ids]) -> Element:
    return mend(root, lambda e: Element(e.tag, [kid if isinstance(kid, Element) else number(kid) for kid in e.kids]))


def _kept(root: Element, keep: Callable[[Ids], bool]) -> Element:
    def change(element: Element) -> Element:
        return Element(
            element.tag, [kid for kid in element.kids if (kid.kids if isinstance(kid, Element) else keep(kid))]
        )

    return mend(root, change)


def _retagged(root: Element, names: dict[str, str]) -> Element:
    return mend(root, lambda element: Element(names.get(element.tag, element.tag), element.kids))


def _deep(root: Element) -> Element:
    def wrap(element: Element) -> Element:
        if element.tag in ("P", "LBody"):
            spans: list[Element | Ids] = [
                kid if isinstance(kid, Element) else Element("Link" if at % 3 == 2 else "Span", [kid])
                for at, kid in enumerate(element.kids)
            ]
            return Element(element.tag, [Element("NonStruct", spans)])
        return element

    inner = mend(root, wrap)
    parts: list[Element | Ids] = [
        Element("Part", [Element("Sect", [Element("Div", inner.kids[at : at + 5])])])
        for at in range(0, len(inner.kids), 5)
    ]
    return Element(root.tag, [Element("Art", parts)])


def _without_lists(element: Element) -> Element:
    """Lists opened into the paragraphs that stand for their items, as typed bullets are tagged."""
    kids: list[Element | Ids] = []
    for kid in element.kids:
        kids += kid.kids if isinstance(kid, Element) and kid.tag == "L" else [kid]
    if element.tag != "LI":
        return Element(element.tag, kids)
    own: list[Element | Ids] = []
    inner: list[Element | Ids] = []
    for kid in kids:
        for part in kid.kids if isinstance(kid, Element) else [kid]:
            (inner if isinstance(part, Element) and part.tag in ("P", "Group") else own).append(part)
    return Element("P", own) if not inner else Element("Group", [Element("P", own), *inner])


def _unlabelled(element: Element) -> Element:
    """An item whose marker and words are one paragraph, with the inner list beside it."""
    if element.tag != "LI":
        return element
    parts = [part for kid in element.kids for part in (kid.kids if isinstance(kid, Element) else [kid])]
    lists = [part for part in parts if isinstance(part, Element) and part.tag == "L"]
    return Element("LI", [Element("P", [part for part in parts if part not in lists]), *lists])


def _flattened(element: Element) -> Element:
    """Inner lists beside the items they belong to, in one list of one level."""
    if element.tag != "L":
        return element
    kids: list[Element | Ids] = []
    for entry in element.kids:
        kids.append(entry)
        if not isinstance(entry, Element):
            continue
        for body in entry.kids:
            if isinstance(body, Element):
                for inner in [kid for kid in body.kids if isinstance(kid, Element) and kid.tag == "L"]:
                    body.kids.remove(inner)
                    kids += inner.kids
    return Element("L", kids)


def write_tree(document: Any, root: Element, pages: list[Any], breakage: Breakage | None) -> None:
    """Put the tree into reportlab's document: root, elements, parent tree, role map."""
    catalogue = document.Catalog
    catalogue.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
    if breakage == "no-root":
        return
    top: dict[str, Any] = {"Type": pdfdoc.PDFName("StructTreeRoot")}
    owners: dict[Ids, Any] = {}
    if breakage != "empty":
        kids = _Writer(document, pages, owners, breakage).write(root, pdfdoc.PDFObjectReference("StructRoot"))
        top["K"] = pdfdoc.PDFArray([kids])
    if breakage not in ("no-parent-tree", "empty"):
        nums: list[Any] = []
        for number, page in enumerate(pages):
            page.StructParents = number
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents"]
            last = max((ids[1] for ids in owners if ids[0] == number), default=-1)
            nums += [number, pdfdoc.PDFArray([owners.get((number, at), pdfdoc.PDFnull) for at in range(last + 1)])]
        top["ParentTree"] = document.Reference(pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(nums)}))
    if breakage == "role-map":
        top["RoleMap"] = pdfdoc.PDFDictionary({own: pdfdoc.PDFName(tag) for tag, own in _ROLES.items()})
    elif breakage == "role-loop":
        names = list(_ROLES.values())
        chain = dict(zip(names, [*names[1:], names[0]], strict=True))
        top["RoleMap"] = pdfdoc.PDFDictionary({own: pdfdoc.PDFName(to) for own, to in chain.items()})
    elif breakage == "class-map":
        style = document.Reference(
            pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Layout"), "TextAlign": pdfdoc.PDFName("Start")})
        )
        top["ClassMap"] = pdfdoc.PDFDictionary({"Cl1": style})
    catalogue.StructTreeRoot = document.Reference(pdfdoc.PDFDictionary(top), "StructRoot")


class _Writer:
    def __init__(self, document: Any, pages: list[Any], owners: dict[Ids, Any], breakage: Breakage | None) -> None:
        self.document = document
        self.pages = pages
        self.owners = owners
        self.breakage = breakage
        self.count = 0

    def write(self, element: Element, parent: Any) -> Any:
        self.count += 1
        name = f"Struct{self.count}"
        own = pdfdoc.PDFObjectReference(name)
        ids = all_ids(element)
        entry: dict[str, Any] = {"Type": pdfdoc.PDFName("StructElem"), "S": pdfdoc.PDFName(element.tag), "P": parent}
        home = ids[0][0] if ids else 0
        entry["Pg"] = self.document.Reference(self.pages[home])
        kids: list[Any] = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self.write(kid, own))
            else:
                self.owners[kid] = own
                kids.append(kid[1] if kid[0] == home else self._reference(kid))
        if self.breakage == "loop" and element.tag == "P":
            kids.append(parent)
        if self.breakage == "class-map" and element.tag == "P":
            entry["C"] = pdfdoc.PDFName("Cl1")
        if element.spans != (1, 1):
            sizes = {"RowSpan": element.spans[0], "ColSpan": element.spans[1]}
            entry["A"] = pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Table"), **sizes})
        entry["K"] = pdfdoc.PDFArray(kids)
        self.document.Reference(pdfdoc.PDFDictionary(entry), name)
        return own

    def _reference(self, ids: Ids) -> Any:
        return pdfdoc.PDFDictionary(
            {"Type": pdfdoc.PDFName("MCR"), "Pg": self.document.Reference(self.pages[ids[0]]), "MCID": ids[1]}
        )
