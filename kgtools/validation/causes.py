"""Guessing what went wrong with a file, from the parser's complaint and the text around it."""

from __future__ import annotations

import re
from typing import Final

from kgtools.core.namespaces import PREFIXES
from kgtools.core.suggest import nearest
from kgtools.validation.problems import line_of
from kgtools.validation.spots import Place

_SMART_QUOTES: Final = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2033\u2032"
_UNDECLARED: Final = re.compile(r"The prefix (\S*): has not been declared")
_DECLARED: Final = re.compile(r"(?im)^\s*@?prefix\s+([^\s:]*):")
_OUTSIDE_STRINGS: Final = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*', re.DOTALL)

_INNER_QUOTE: Final = re.compile(
    r"""^(?:[^"#<]|<[^<>\s"]*+>|<|"(?:[^"\\]|\\.)*+"(?=[\s.;,\])@^]|$))*+"""
    r"""(?<!")"(?!"")(?:[^"\\]|\\.)*+"(?![\s.;,\])@^"])[^"]*+\""""
)
"""A text that is closed where another character follows at once, with a further quotation mark behind it."""

_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"PK\x03\x04", "a ZIP archive, as an Excel workbook or a Word document is", "Export the data as Turtle or CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Export the data as Turtle or CSV."),
    (b"%PDF", "a PDF document", "Hand in the data file, not the printed page."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"\x89PNG", "a picture", "Hand in the data file."),
    (b"SQLite format 3", "a database", "Export the data as Turtle."),
)
_HTML: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|table)\b", re.I | re.S
)


def binary_kind(data: bytes) -> tuple[str, str] | None:
    """What a file that is not text seems to be, with advice; None for text."""
    for magic, kind, advice in _MAGIC:
        if data.startswith(magic):
            return f"This is {kind}, not text.", advice
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(data):
        return (
            "The text is encoded as UTF-16, and RDF files are UTF-8.",
            "Save it again as UTF-8; Notepad and Excel offer this in 'Save as'.",
        )
    if b"\x00" in data[:4096]:
        return (
            "This is not text: it contains zero bytes.",
            "You may have chosen the wrong file, or it was damaged in transit.",
        )
    return None


def _is_wide(data: bytes) -> bool:
    head = data[:400]
    return len(head) > 8 and (head[1::2].count(0) > len(head) // 3 or head[::2].count(0) > len(head) // 3)


def other_format(text: str, is_turtle: bool, is_xml: bool, is_json: bool) -> tuple[str, str] | None:
    """What a text in the wrong format seems to be, with advice; None when it may well be what its ending says."""
    head = text[:20000].lstrip("\ufeff \t\r\n")
    if _HTML.match(head):
        return (
            "This is a web page (HTML), not data.",
            "It may have been saved from the browser; use the page's download link, or 'view raw', and save that.",
        )
    if not is_xml and head.startswith(("<?xml", "<rdf:RDF")):
        return "This is XML.", "If it is RDF/XML, rename the file to end in .rdf."
    if (
        not is_json
        and head.startswith(("{", "["))
        and re.match(r'[\[{]\s*[\[{"]', head)
        and '":' in head.replace('" :', '":')
    ):
        return "This is JSON.", "If it is JSON-LD, rename the file to end in .jsonld."
    if not is_turtle and re.match(r"(?:@prefix|@base|PREFIX|BASE|#)\s", head):
        return "This is Turtle.", "Rename the file to end in .ttl."
    return _table_kind(head) if is_turtle else None


def _table_kind(head: str) -> tuple[str, str] | None:
    lines = [line for line in head.splitlines() if line.strip()][:20]
    for separator, name in (("\t", "tab-separated"), (",", "comma-separated"), (";", "semicolon-separated")):
        counts = {line.count(separator) for line in lines}
        plain = not re.search(r"^\s*(?:@?prefix|@?base|<|_:|\w*:\S*\s+(?:a|\w*:\w+)\s)", head, re.I | re.M)
        if len(lines) > 1 and min(counts) > 0 and len(counts) <= 2 and plain:
            return (
                f"This is a {name} table, not Turtle.",
                "Keep it as a table and load it with 'kgtools import', or convert it to Turtle.",
            )
    return None


def turtle_cause(message: str, text: str, place: Place) -> str:
    """The likely cause of a syntax error in the Turtle family.

    Args:
        message: the parser's complaint.
        text: the document.
        place: where the parser stopped.
    """
    line = line_of(text, place.line)
    here = line[place.column - 1 :]
    undeclared = _UNDECLARED.search(message)
    if undeclared:
        return _prefix_cause(undeclared[1], text)
    if any(mark in line for mark in _SMART_QUOTES if mark in _OUTSIDE_STRINGS.sub("", line) or here.startswith(mark)):
        return "The line has curly quotation marks, as word processors write them; use straight ones: \" or '."
    if _INNER_QUOTE.search(line):
        return (
            'A text on this line may contain quotation marks: write each of them as \\", or put three '
            'around the whole text: """…""".'
        )
    if "end of file" in message:
        return _ending_cause(here)
    if "dot is expected" in message or "is not a valid" in message or "are not allowed" in message:
        return _separator_cause(text, place)
    if "line break" in message.lower() or "string" in message.lower():
        return 'A text that spans several lines goes between triple quotation marks: """…""".'
    if "iri" in message.lower():
        return "A web address can't contain spaces, quotation marks or angle brackets; write a space as %20."
    return ""


def _prefix_cause(name: str, text: str) -> str:
    if name in PREFIXES:
        return f"Add this line at the top of the file: @prefix {name}: <{PREFIXES[name]}> ."
    declared = set(_DECLARED.findall(text))
    meant = nearest(name, {*declared, *PREFIXES})
    if meant in declared:
        return f"Did you mean '{meant}:'? Prefixes are declared at the top of the file."
    if meant:
        return f"Did you mean '{meant}:'? Then add: @prefix {meant}: <{PREFIXES[meant]}> ."
    return f"Declare it at the top of the file: @prefix {name}: <…> ."


def _ending_cause(here: str) -> str:
    if here.startswith(('"', "'")):
        return "The text that begins here is not closed by a quotation mark of the same kind."
    if here.startswith("<"):
        return "The address that begins here is not closed by '>'."
    return "The last statement is not finished. End each one with a dot, and close each bracket."


def _separator_cause(text: str, place: Place) -> str:
    number = place.line if line_of(text, place.line)[: place.column - 1].strip() else place.line - 1
    while number > 0:
        before = line_of(text, number)
        if number == place.line:
            before = before[: place.column - 1]
        bare = _OUTSIDE_STRINGS.sub(lambda m: "" if m[0].startswith("#") else m[0], before).rstrip()
        if bare:
            break
        number -= 1
    else:
        return ""
    if bare.endswith((".", ";", ",")):
        mark = bare[-1]
        other = {
            ".": "';' when the record goes on",
            ";": "'.' when the record ends",
            ",": "';' when another property follows",
        }
        return f"Line {number} ends with '{mark}'; perhaps it should be {other[mark]}."
    return (
        f"A mark may be missing at the end of line {number}: '.' when the record ends there, "
        "';' when another property follows, ',' when another value follows."
    )
