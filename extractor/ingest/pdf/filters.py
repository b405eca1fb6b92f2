"""The filters of a PDF's streams undone piece by piece, so that whoever asks can stop: ISO 32000-1, 7.4.

Each takes as much as is sound: pdfium, too, shows what comes before an error.
"""

import base64
import binascii
import zlib
from collections.abc import Callable, Iterator, Mapping

CHUNK = 1 << 16
STEP = 1 << 20
# The codes of LZW that stand for themselves, and its two signals.
_LETTERS = (*(bytes((code,)) for code in range(256)), b"", b"")


def _inflated(data: bytes | memoryview) -> Iterator[bytes]:
    """Undo FlateDecode, as far as the data are sound. In steps: an error takes with it what its step had unpacked."""
    engine = zlib.decompressobj()
    try:
        for at in range(0, len(data), CHUNK):
            waiting: bytes | memoryview = data[at : at + CHUNK]
            while waiting and not engine.eof:
                yield engine.decompress(waiting, STEP)
                waiting = engine.unconsumed_tail
            if engine.eof:
                return
        while rest := engine.decompress(b"", STEP):
            yield rest
    except zlib.error:
        return


def _unpacked_lzw(data: bytes | memoryview) -> Iterator[bytes]:
    """Undo LZWDecode (with the early change of width that is its default), as far as the data are sound."""
    table = list(_LETTERS)
    width, bits, held, before = 9, 0, 0, b""
    for byte in data:
        held, bits = held << 8 | byte, bits + 8
        if bits < width:
            continue
        bits -= width
        code, held = held >> bits, held & (1 << bits) - 1
        if code == 256:
            table, width, before = list(_LETTERS), 9, b""
            continue
        if code == 257 or code > len(table) or (code == len(table) and not before):
            return
        entry = table[code] if code < len(table) else before + before[:1]
        yield entry
        if before and len(table) < 4096:
            table.append(before + entry[:1])
            width = min(12, (len(table) + 1).bit_length())
        before = entry


def _unpacked_runs(data: bytes | memoryview) -> Iterator[bytes]:
    at = 0
    while at < len(data) and data[at] != 128:
        length = data[at]
        if length < 128:
            yield bytes(data[at + 1 : at + 2 + length])
            at += 2 + length
        else:
            yield bytes(data[at + 1 : at + 2]) * (257 - length)
            at += 2


def _from_base85(data: bytes | memoryview) -> Iterator[bytes]:
    text = b"".join(bytes(data).split()).removeprefix(b"<~").partition(b"~")[0]
    try:
        yield base64.a85decode(text)
    except ValueError:
        return


def _from_hex(data: bytes | memoryview) -> Iterator[bytes]:
    digits = b"".join(bytes(data).partition(b">")[0].split())
    try:
        yield binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error:
        return


# By name, long and short. Those of pictures are missing: they unpack where a picture is drawn.
UNDO: Mapping[bytes, Callable[[bytes | memoryview], Iterator[bytes]]] = {
    b"/FlateDecode": _inflated,
    b"/LZWDecode": _unpacked_lzw,
    b"/RunLengthDecode": _unpacked_runs,
    b"/ASCII85Decode": _from_base85,
    b"/ASCIIHexDecode": _from_hex,
    b"/Fl": _inflated,
    b"/LZW": _unpacked_lzw,
    b"/RL": _unpacked_runs,
    b"/A85": _from_base85,
    b"/AHx": _from_hex,
}
