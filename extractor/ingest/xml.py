"""XML parts of office files, parsed with neither entities nor network."""

from lxml import etree

from extractor.errors import Rejected
from extractor.ingest.archive import Archive


def parse_xml(raw: bytes, name: str) -> etree._Element:
    """The root of an XML text. Raises Rejected("damaged"), `name` saying what is broken."""
    # without huge_tree the parser itself refuses elements nested more than 256 deep
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Rejected("damaged", f"{name} is no well-formed XML: {str(problem).splitlines()[0]}") from problem
    # what a file declares as an entity of its own stays out of the text, whatever it stands for
    etree.strip_tags(root, etree.Entity)
    return root


def xml_part(archive: Archive, name: str) -> etree._Element | None:
    """The root of an XML part, None where there is none. Raises Rejected "too-large", "damaged"."""
    raw = archive.part(name)
    return None if raw is None else parse_xml(raw, name)
