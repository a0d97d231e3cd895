"""Real files, damaged: what fuzzing hands to the readers.

A file is cut into tokens, and a few of them are dropped, doubled, swapped, repeated, or replaced by what has broken
readers before. So most of what comes out gets past the first line of a parser, which random bytes never do.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from hypothesis import strategies as st

_TOKENS = re.compile(rb"\w+|\s+|[^\w\s]")
_WORDS = (
    b'"', b"'", b'"""', b"<", b">", b"<<(", b")>>", b"<<", b">>", b"[", b"]", b"(", b")", b"{", b"}", b"{|",
    b"|}", b".", b";", b",", b"\\", b"\\u0000", b"\\ud800", b"\\U0010FFFF", b"_:b", b"a", b"@", b"@en-x",
    b"@prefix", b"@base", b"^^", b"^", b"|", b"/", b"*", b"!", b"=", b"&", b"&amp;", b"&#0;", b"<!--",
    b"<![CDATA[", b"<!DOCTYPE x [", b"<?xml ?>", b"%00", b"#", b"?x", b"$this", b"SERVICE", b"OPTIONAL",
    b"UNION", b"FILTER", b"SELECT", b"VALUES", b"GRAPH", b"BIND", b"null", b"true", b"NaN", b"-INF", b"1e999",
    b"9" * 5000, b"-0", b"0000", b"9999-99-99", b"~", b"- ", b": ", b"&a", b"*a", b"!!binary", b"=1+1", b"\t",
    b"\r", b"\n", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"http://x/",
    b"file:///etc/passwd", b"../../x", b'"@context"', b'"@id"', b'"@graph"', b'"@list"', b'"@reverse"',
    b'"@included"', b'"@type"', b'"@nest"', b"rdf:first", b"rdf:rest", b"rdf:nil", b"sh:path", b"sh:node",
    b"sh:not",
)  # fmt: skip

_KINDS = ("drop", "double", "swap", "repeat", "replace", "insert", "cut")


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """One of some texts with up to six injuries, or now and then random bytes.

    Args:
        draw: given by hypothesis.
        seeds: texts that can be read.
    """
    if draw(st.integers(0, 19)) == 0:
        return draw(st.binary(max_size=200))
    tokens: list[bytes] = _TOKENS.findall(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        _injure(draw, tokens)
    return b"".join(tokens)


def _injure(draw: st.DrawFn, tokens: list[bytes]) -> None:
    at = draw(st.integers(0, max(0, len(tokens) - 1)))
    length = draw(st.integers(1, 8))
    piece = tokens[at : at + length]
    match draw(st.sampled_from(_KINDS)):
        case "drop":
            tokens[at : at + length] = []
        case "double":
            tokens[at:at] = piece
        case "swap":
            other = draw(st.integers(0, max(0, len(tokens) - 1)))
            tokens[at : at + length], tokens[other : other + 1] = tokens[other : other + 1], piece
        case "repeat":
            tokens[at:at] = piece * draw(st.sampled_from((10, 300, 3_000)))
        case "replace":
            tokens[at : at + length] = [draw(st.sampled_from(_WORDS))]
        case "insert":
            tokens[at:at] = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5))
        case _:
            del tokens[at:]


@st.composite
def damaged_package(draw: st.DrawFn, seed: bytes) -> bytes:
    """A zip package, such as a workbook, with one part damaged, renamed or doubled, or damaged as a whole."""
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(seed) - 1))
        return seed[:at] + draw(st.binary(max_size=20)) + seed[at + draw(st.integers(0, 20)) :]
    with zipfile.ZipFile(io.BytesIO(seed)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = draw(st.sampled_from(sorted(parts)))
    action = draw(st.sampled_from(("damage", "damage", "damage", "drop", "rename")))
    data = parts.pop(name)
    if action == "damage":
        parts[name] = draw(damaged([data]))
    elif action == "rename":
        parts[draw(st.sampled_from(("../../x.xml", "/x.xml", "x\\y.xml", name.upper(), "xl/vbaProject.bin")))] = data
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for part, content in parts.items():
            target.writestr(part, content)
    return written.getvalue()
