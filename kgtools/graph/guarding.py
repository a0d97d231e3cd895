"""What is refused in a text of RDF before a parser sees it: what would crash the parser, or cost it memory without end.

All readers ask here. The parsers of pyoxigraph are recursive where a text is nested, and a crash of native code ends
the process. Nothing here decides whether a text is well-formed; that is the parser's work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

MAX_JSON_DEPTH: Final = 200
"""How deep a JSON text may be nested; the JSON-LD parser crashes at about 3,000 levels."""
MAX_BRACKETS: Final = 1000
"""How deep brackets, lists and quoted triples may be nested in Turtle; at about 17,000 quoted triples it crashes."""
MAX_ELEMENTS: Final = 1000
"""How deep elements may be nested in XML; the time that the parser takes grows with the square of it."""
MAX_ATTRIBUTES: Final = 1000
"""How many attributes an element may have, and how many namespaces it may declare; the time grows with the square."""
MAX_TERM_CHAIN: Final = 1000
"""How many terms of a JSON-LD context may be defined by one another in a row; at about 4,800 the parser crashes."""
MAX_ENTITY_LENGTH: Final = 500
"""The longest text that an entity may stand for; namespace names, what entities are used for in RDF/XML, are short."""

_PIECE: Final = 1 << 20
_TURTLE_NESTING: Final = re.compile(
    rb""""{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}"""
    rb"""|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|<[^<>\s]*+>|\\.|#[^\n]*+"""
    rb"""|(<<|\{\||[\[(])|(>>|\|\}|[\])])""",
    re.DOTALL,
)
_OPENERS: Final = (b"[", b"(", b"<<", b"{|")
_JSON_NESTING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)
_REMOTE: Final = re.compile(
    rb'"@context"\s*:\s*(?:\[[^\[\]{}]*?)?("(?:[^"\\]|\\.)*")|"@import"\s*:\s*("(?:[^"\\]|\\.)*")'
)
_CONTEXT_KEY: Final = re.compile(rb'"(?:@|\\u0040)(?:[^"\\]|\\.)*+"\s*:')  # nobody but an attacker escapes an @
_TYPE_MAP: Final = re.compile(rb'"@container"\s*:\s*(?:\[[^\[\]{}]*?)?("@type")')
_SHORT_CONTEXT: Final = 4 * MAX_TERM_CHAIN  # bytes: in fewer, no chain of terms can be that long


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is not read.

    Attributes:
        message: what is wrong, as a sentence.
        advice: the likely cause, or how to fix it.
        line: the line, counted from one.
        column: the column in characters, counted from one.
        width: how many characters are at fault.
    """

    message: str
    advice: str
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".rstrip()


def refusal(data: bytes, format_: ox.RdfFormat) -> Refusal | None:
    """Why a text must not be given to the parser; None when it may be.

    Args:
        data: the text, as bytes of UTF-8.
        format_: its format.
    """
    if format_ == ox.RdfFormat.JSON_LD:
        return _json_refusal(data)
    if format_ == ox.RdfFormat.RDF_XML:
        return _xml_refusal(data)
    return _turtle_refusal(data)


def _turtle_refusal(data: bytes) -> Refusal | None:
    """Refuse deep nesting; few brackets can't nest deeply."""
    if sum(piece.count(opener) for piece in _pieces(data) for opener in _OPENERS) <= MAX_BRACKETS:
        return None
    at = _too_deep(data, _TURTLE_NESTING, MAX_BRACKETS)
    if at is None:
        return None
    message = f"Brackets are nested more than {MAX_BRACKETS:,} levels deep."
    return refusal_at(data, at, message, "A closing bracket may be missing; describe each record at the top level.")


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))


def _too_deep(data: bytes, tokens: re.Pattern[bytes], limit: int) -> int | None:
    """The offset of the first bracket that is nested deeper than the limit, if there is one."""
    depth = 0
    for found in tokens.finditer(data):
        if found[1]:
            depth += 1
            if depth > limit:
                return found.start()
        elif found[2]:
            depth = max(0, depth - 1)
    return None


def refusal_at(data: bytes, offset: int, message: str, advice: str, width: int = 1) -> Refusal:
    """A refusal of what begins at an offset of the text."""
    start = data.rfind(b"\n", 0, offset) + 1
    line = sum(piece.count(b"\n") for piece in _pieces(data[:start])) + 1
    return Refusal(message, advice, line, len(data[start:offset].decode("utf-8", "replace")) + 1, width)


def _json_refusal(data: bytes) -> Refusal | None:
    deep = _too_deep(data, _JSON_NESTING, MAX_JSON_DEPTH)
    if deep is not None:
        message = f"The JSON is nested more than {MAX_JSON_DEPTH} levels deep."
        return refusal_at(data, deep, message, "Describe each record at the top level and refer to it by its @id.")
    return _remote_context(data) or _chained_terms(data)


def _remote_context(data: bytes) -> Refusal | None:
    """Refuse the first context that lies outside the document; the parser would, too, but not say how to fix it."""
    found = _REMOTE.search(data)
    if found is None:
        return None
    group = 1 if found[1] else 2
    address = str(json.loads(found[group].decode("utf-8", "replace"), strict=False))
    message = f"The context '{address[:80]}' is outside the file, and nothing is fetched from the network."
    advice = "Copy the context's content into the file in place of its address."
    return refusal_at(data, found.start(group), message, advice, len(address) + 2)


def type_map(data: bytes) -> Refusal | None:
    """The first type map of a document, for when the parser has failed: it reads none whose values are objects."""
    found = _TYPE_MAP.search(data)
    if found is None:
        return None
    message = 'A type map ("@container": "@type") whose values are objects is not read here.'
    return refusal_at(data, found.start(1), message, 'Write the type of each object in it, as "@type".', 7)


def _chained_terms(data: bytes) -> Refusal | None:
    """Refuse a context whose terms are defined by one another, one after the other, in a long row."""
    end = 0
    while found := _CONTEXT_KEY.search(data, end):
        end = found.end()
        if json.loads(found[0][:-1].decode("utf-8", "replace"), strict=False) == "@context":
            start, end = end, _end_of_value(data, end)
            if end - start > _SHORT_CONTEXT and _longest_chain(data[start:end]) > MAX_TERM_CHAIN:
                message = f"More than {MAX_TERM_CHAIN:,} terms of the context form one chain of definitions."
                return refusal_at(data, found.start(), message, "Give each term its full IRI.")
    return None


def _end_of_value(data: bytes, start: int) -> int:
    """Where the array or object ends that begins here."""
    depth = 0
    for found in _JSON_NESTING.finditer(data, start):
        depth += 1 if found[1] else -1 if found[2] else 0
        if depth <= 0:
            return found.end()
    return len(data)


def _longest_chain(context: bytes) -> int:
    """The longest row of terms in which each is defined by the next (JSON-LD 1.1 API, section 4.2.2)."""
    try:
        waiting = [json.loads(context, parse_int=str, parse_float=str, strict=False)]
    except (ValueError, RecursionError):
        return 0  # the parser will say what is wrong with it
    longest = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            longest = max(longest, _chain_in(value))
            waiting += (inner for inner in value.values() if isinstance(inner, dict | list))
    return longest


def _chain_in(terms: dict[str, Any]) -> int:
    needs = {term: _needed(term, definition, terms) for term, definition in terms.items()}
    lengths: dict[str, int] = {}
    for first in needs:
        trail = [first]
        while trail:
            term = trail[-1]
            lengths.setdefault(term, 0)  # also ends a circle
            open_ = next((other for other in needs[term] if other not in lengths), None)
            if open_ is not None:
                trail.append(open_)
                continue
            lengths[term] = 1 + max((lengths[other] for other in needs[term]), default=0)
            trail.pop()
    return max(lengths.values(), default=0)


def _needed(term: str, definition: object, terms: dict[str, Any]) -> list[str]:
    """The terms that the definition of a term refers to, by name or as a prefix."""
    values = definition.values() if isinstance(definition, dict) else (definition,)
    texts = [term, *(value for value in values if isinstance(value, str))]
    return [name for text in texts for name in (text, text.partition(":")[0]) if name in terms and name != term]


class _RefusedError(Exception):
    """Ends the reading of XML with a refusal."""

    def __init__(self, refused: Refusal) -> None:
        self.refused = refused
        super().__init__(str(refused))


def _xml_refusal(data: bytes) -> Refusal | None:
    """Refuse XML that is not well-formed, is nested deeply, or declares an entity that is outside or made of others."""
    from xml.parsers.expat import ExpatError, errors

    parser = guarded_xml_parser()
    elements = _Elements(parser)
    parser.StartElementHandler, parser.EndElementHandler = elements.start, elements.end
    parser.StartNamespaceDeclHandler = elements.declare
    try:
        for piece in _pieces(data):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        name = errors.messages.get(error.code, "not well-formed")
        message = f"The XML is not well-formed: {name}."
        return Refusal(message, _xml_cause(name), error.lineno, error.offset + 1)
    except (LookupError, ValueError) as error:  # of the encoding that it declares
        message = f"The XML declares an encoding that can't be read: {str(error)[:100]}."
        return Refusal(message, 'Save it as UTF-8, and declare encoding="UTF-8" or no encoding.', 1, 1)
    except _RefusedError as error:
        return error.refused
    return None


def guarded_xml_parser(encoding: str | None = None) -> XMLParserType:
    """An expat parser, aware of namespaces, that ends with an exception at an entity that is not let in.

    Args:
        encoding: the encoding, whatever the document declares; by default what it declares.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate(encoding, "")
    parser.namespace_prefixes = False
    parser.buffer_text = True
    parser.EntityDeclHandler = _entity_handler(parser)
    return parser


def _entity_handler(parser: XMLParserType) -> Callable[..., None]:
    def entity(
        name: str, is_parameter: bool, value: str | None, _base: str | None, system: str | None, *_: str | None
    ) -> None:
        if value is None or system is not None:
            message = f"The entity '{name[:80]}' is outside the document, and nothing outside it is read."
        elif is_parameter or "&" in value or "%" in value or len(value) > MAX_ENTITY_LENGTH:
            message = f"The entity '{name[:80]}' is made of other entities or is very long, as in an attack."
        else:
            return
        raise _RefusedError(_here(parser, message, "Write the text out instead of using entities."))

    return entity


def _here(parser: XMLParserType, message: str, advice: str) -> Refusal:
    return Refusal(message, advice, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)


class _Elements:
    """Counts how deep elements are nested, and what each carries."""

    def __init__(self, parser: XMLParserType) -> None:
        self._parser = parser
        self._open = 0
        self._declared = 0

    def declare(self, _prefix: str | None, _uri: str | None) -> None:
        """Declare a namespace, before the element that declares it is opened."""
        self._declared += 1
        if self._declared > MAX_ATTRIBUTES:
            self._refuse(f"An element declares more than {MAX_ATTRIBUTES:,} namespaces.", "Declare only those in use.")

    def start(self, _name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._open += 1
        self._declared = 0
        if self._open > MAX_ELEMENTS:
            advice = "Describe each record at the top level and refer to it with rdf:resource."
            self._refuse(f"Elements are nested more than {MAX_ELEMENTS:,} levels deep.", advice)
        if len(attributes) > MAX_ATTRIBUTES:
            advice = "Write properties as elements."
            self._refuse(f"An element has more than {MAX_ATTRIBUTES:,} attributes.", advice)

    def end(self, _name: str) -> None:
        """Close an element."""
        self._open -= 1

    def _refuse(self, message: str, advice: str) -> None:
        raise _RefusedError(_here(self._parser, message, advice))


def _xml_cause(reason: str) -> str:
    if "unbound prefix" in reason:
        return 'A namespace prefix is used without a declaration such as xmlns:spf="https://w3id.org/spf-kg/ontology#".'
    if "mismatched tag" in reason:
        return "An element is closed by another element's end tag, or not closed at all."
    if "invalid token" in reason:
        return "Write & as &amp; and < as &lt; in texts, and put attribute values in quotation marks."
    if "entity" in reason:
        return "Write the namespace addresses out instead of using entities."
    return "The file may end too early, or contain something that is not XML."
