"""Writing RDF so that every reader can read it back, or saying why it can't be written.

pyoxigraph writes RDF/XML that no XML parser takes: a property whose address ends in no XML name, a character that XML
can't hold, a label that is no XML name. Everything that is written as RDF for a user comes through here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.parsers import expat  # not later: the server's workers may open no file once they are at work

import pyoxigraph as ox

from kgtools.core.errors import UnwritableFormatError
from kgtools.core.namespaces import shortened

_NOT_IN_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # XML 1.0, production 2, in UTF-8
_XML_LABEL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_LONGEST: Final = 100


def serialized(
    statements: Sequence[ox.Triple] | Sequence[ox.Quad],
    format_: ox.RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Write statements in a format of RDF.

    Args:
        statements: triples; quads for the formats of data sets.
        format_: the format.
        prefixes: namespaces by prefix, for the formats that have them.

    Raises:
        UnwritableFormatError: the format has no form for one of the statements; the message names it.
    """
    buffer = io.BytesIO()
    write(statements, buffer, format_, prefixes)
    return buffer.getvalue()


def write(
    statements: Sequence[ox.Triple] | Sequence[ox.Quad],
    buffer: io.BytesIO,
    format_: ox.RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """As ``serialized``, into a buffer, which may refuse to grow.

    Raises:
        UnwritableFormatError: the format has no form for one of the statements.
        OSError: the buffer takes no more.
    """
    given = dict(prefixes) if prefixes else None
    if format_ != ox.RdfFormat.RDF_XML:
        ox.serialize(statements, buffer, format=format_, prefixes=given)
        return
    triples = [ox.Triple(each.subject, each.predicate, each.object) for each in statements]
    if any(isinstance(triple.object, ox.Triple) for triple in triples):
        raise UnwritableFormatError("RDF/XML can't write a statement about a statement. Choose Turtle instead.")
    _check_predicates({triple.predicate for triple in triples})
    plain = io.BytesIO()
    ox.serialize(_labeled(triples), plain, format=format_, prefixes=given)
    buffer.write(xml_text(plain.getvalue(), "RDF/XML", "Choose Turtle instead."))


def xml_text(written: bytes, format_name: str, advice: str) -> bytes:
    """XML as pyoxigraph wrote it, with each carriage return as a reference: bare ones are read as line feeds.

    Args:
        written: the document.
        format_name: what it is called.
        advice: what to use where it can't hold what it should.

    Raises:
        UnwritableFormatError: it holds a character that XML can't hold.
    """
    found = _NOT_IN_XML.search(written)
    if found:
        code = f"U+{ord(found[0].decode()):04X}"
        before = written[max(0, found.start() - 60) : found.start()].decode("utf-8", "ignore").rpartition(">")[2]
        where = f", after “{' '.join(before.split())}”" if before.strip() else ""
        raise UnwritableFormatError(
            f"A text holds the character {code}{where}, which {format_name} can't hold. {advice}"
        )
    return written.replace(b"\r", b"&#13;")


def _check_predicates(predicates: Iterable[ox.NamedNode]) -> None:
    unnamed = sorted(predicate.value for predicate in predicates if not _has_xml_name(predicate))
    if unnamed:
        more = f" and {len(unnamed) - 1:,} more" if len(unnamed) > 1 else ""
        raise UnwritableFormatError(
            f"RDF/XML can't write the property {shortened(unnamed[0])[:_LONGEST]}{more}: a property is an XML element "
            "there, and this address does not end in a name for one. Choose Turtle instead."
        )


def _has_xml_name(predicate: ox.NamedNode) -> bool:
    """Whether a statement with the property is read back, by an XML parser of another make too."""
    subject = ox.NamedNode("urn:s")
    sample = ox.Triple(subject, predicate, subject)
    try:
        text = ox.serialize([sample], format=ox.RdfFormat.RDF_XML) or b""
        expat.ParserCreate(None, " ").Parse(text, True)
        return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.RDF_XML)] == [sample]
    except (expat.ExpatError, OSError, SyntaxError, ValueError):
        return False


def _labeled(triples: Sequence[ox.Triple]) -> Sequence[ox.Triple]:
    """The triples with blank node labels that are XML names; labels mean nothing, and so may change."""
    ends = (term for triple in triples for term in (triple.subject, triple.object))
    labels = {term.value for term in ends if isinstance(term, ox.BlankNode)}
    if all(map(_XML_LABEL.match, labels)):
        return triples
    names = {label: ox.BlankNode(f"b{number}") for number, label in enumerate(sorted(labels))}
    return [
        ox.Triple(
            names[triple.subject.value] if isinstance(triple.subject, ox.BlankNode) else triple.subject,
            triple.predicate,
            names[triple.object.value] if isinstance(triple.object, ox.BlankNode) else triple.object,
        )
        for triple in triples
    ]
