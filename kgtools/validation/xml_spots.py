"""Finding the places of node elements in RDF/XML, and refusing what XML can do besides carrying data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgtools.namespaces import RDF
from kgtools.validation.iri import resolve
from kgtools.validation.spots import LineIndex, Place, Spots

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

MAX_ENTITY_LENGTH: Final = 500
"""The longest text that an entity may stand for; namespace names, what entities are used for in RDF/XML, are short."""

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_NOT_NODES: Final = {f"{RDF}RDF"}


class XmlRefusedError(Exception):
    """The XML is not well-formed, or declares entities that are not let in.

    Attributes:
        reason: a sentence.
        place: where.
    """

    def __init__(self, reason: str, place: Place) -> None:
        self.reason, self.place = reason, place
        super().__init__(reason)


def check_xml(text: str) -> None:
    """Read XML for its form only.

    Args:
        text: the document.

    Raises:
        XmlRefusedError: it is not well-formed, declares an external entity, or one that refers to another.
    """
    _parse(text, _guarded(_parser()))


def scan_rdfxml(text: str, base: str, wanted: Collection[str] | None = None) -> Spots:
    """Find where node elements, property elements and values are written.

    Args:
        text: a well-formed RDF/XML document.
        base: the document's IRI.
        wanted: the subjects to note; all, when None.

    Raises:
        XmlRefusedError: as for ``check_xml``.
    """
    parser = _guarded(_parser())
    scanner = _Scanner(parser, Spots(wanted), LineIndex(text), [_Element(base)])
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    _parse(text, parser)
    return scanner.spots


def _parser() -> XMLParserType:
    from xml.parsers import expat

    parser = expat.ParserCreate("UTF-8", "")
    parser.namespace_prefixes = False
    parser.buffer_text = True
    return parser


def _guarded(parser: XMLParserType) -> XMLParserType:
    def entity(
        name: str, is_parameter: bool, value: str | None, _base: str | None, system: str | None, *_: str | None
    ) -> None:
        place = Place(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if value is None or system is not None:
            raise XmlRefusedError(f"The entity '{name}' lies outside the document, and nothing outside is read.", place)
        if is_parameter or "&" in value or "%" in value or len(value) > MAX_ENTITY_LENGTH:
            raise XmlRefusedError(
                f"The entity '{name}' is made of other entities or is very long, as in an attack; write the text out.",
                place,
            )

    parser.EntityDeclHandler = entity
    return parser


def _parse(text: str, parser: XMLParserType) -> None:
    from xml.parsers.expat import ExpatError, errors

    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except ExpatError as error:
        name = errors.messages.get(error.code, "not well-formed")
        raise XmlRefusedError(f"The XML is not well-formed: {name}.", Place(error.lineno, error.offset + 1)) from error


@dataclass(slots=True)
class _Element:
    """An open element: its base, and the node or the property that it stands for."""

    base: str
    subject: str | None = None
    prop: tuple[str, int] | None = None
    is_node: bool = False
    holds_nodes: bool = True
    text: str = ""


@dataclass(slots=True)
class _Scanner:
    parser: XMLParserType
    spots: Spots
    lines: LineIndex
    open: list[_Element] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element; node elements and property elements take turns (RDF/XML section 2.1)."""
        parent = self.open[-1]
        base = resolve(parent.base, attributes.get(f"{_XML}base", "")) if f"{_XML}base" in attributes else parent.base
        offset = self._offset()
        if name in _NOT_NODES:
            self.open.append(_Element(base))
        elif parent.is_node:
            self._property(_Element(base), name, attributes, offset)
        else:
            self._node(_Element(base, is_node=True), name, attributes, offset)

    def end(self, _name: str) -> None:
        """Close an element; the text of a property element is its value."""
        element = self.open.pop()
        if element.prop is not None and element.text.strip():
            owner = self.open[-1].subject
            if owner is not None:
                self.spots.note_value(owner, element.prop, (element.text, element.prop[1]))

    def text(self, data: str) -> None:
        """Gather the text of a property element."""
        if self.open[-1].prop is not None:
            self.open[-1].text += data

    def _offset(self) -> int:
        return self.lines.offset(Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1))

    def _node(self, element: _Element, name: str, attributes: dict[str, str], offset: int) -> None:
        element.subject = _identifier(attributes, element.base)
        parent = self.open[-1]
        if element.subject is not None:
            self.spots.note_subject(element.subject, offset)
            if name != f"{RDF}Description":
                self.spots.note_value(element.subject, (f"{RDF}type", offset), (name, offset))
            for attribute, value in attributes.items():
                if not attribute.startswith((f"{RDF}about", f"{RDF}ID", f"{RDF}nodeID", _XML)):
                    self.spots.note_value(element.subject, (attribute, offset), (value, offset))
        if parent.prop is not None and len(self.open) > 1 and (owner := self.open[-2].subject) is not None:
            self.spots.note_value(owner, parent.prop, (element.subject, offset))
        self.open.append(element)

    def _property(self, element: _Element, name: str, attributes: dict[str, str], offset: int) -> None:
        owner = self.open[-1].subject
        element.prop = (name, offset)
        resource = attributes.get(f"{RDF}resource")
        if owner is not None:
            value = resolve(element.base, resource) if resource is not None else None
            self.spots.note_value(owner, element.prop, (value, offset))
        if attributes.get(f"{RDF}parseType") == "Resource":
            element.is_node = True
        self.open.append(element)


def _identifier(attributes: dict[str, str], base: str) -> str | None:
    if f"{RDF}about" in attributes:
        return resolve(base, attributes[f"{RDF}about"])
    if f"{RDF}ID" in attributes:
        return resolve(base, f"#{attributes[f'{RDF}ID']}")
    if f"{RDF}nodeID" in attributes:
        return f"_:{attributes[f'{RDF}nodeID']}"
    return None
