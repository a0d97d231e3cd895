"""Finding the places of node elements in RDF/XML."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgtools.core.namespaces import RDF
from kgtools.graph.guarding import guarded_xml_parser
from kgtools.graph.iri import resolve
from kgtools.validation.spots import LineIndex, Place, Spots

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_NOT_NODES: Final = {f"{RDF}RDF"}


def scan_rdfxml(text: str, base: str, wanted: Collection[str] | None = None) -> Spots:
    """Find where node elements, property elements and values are written.

    Args:
        text: an RDF/XML document that ``kgtools.graph.guarding.refusal`` lets pass.
        base: the document's IRI.
        wanted: the subjects to note; all, when None.
    """
    parser = guarded_xml_parser("UTF-8")
    scanner = _Scanner(parser, Spots(wanted), LineIndex(text), [_Element(base)])
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    return scanner.spots


@dataclass(slots=True)
class _Element:
    """An open element: its base, and the node or the property that it stands for."""

    base: str
    subject: str | None = None
    prop: tuple[str, int] | None = None
    is_node: bool = False
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
