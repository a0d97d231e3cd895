"""The IRIs that the engine reads and writes, each under its own name."""

from __future__ import annotations

import pyoxigraph as ox

SHACL = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"


def sh(name: str) -> ox.NamedNode:
    """The SHACL term of this local name."""
    return ox.NamedNode(SHACL + name)


def xsd(name: str) -> ox.NamedNode:
    """The XML Schema datatype of this local name."""
    return ox.NamedNode(XSD + name)


RDF_TYPE = ox.NamedNode(RDF + "type")
RDF_FIRST = ox.NamedNode(RDF + "first")
RDF_REST = ox.NamedNode(RDF + "rest")
RDF_NIL = ox.NamedNode(RDF + "nil")
RDF_LANG_STRING = ox.NamedNode(RDF + "langString")
RDFS_SUBCLASS_OF = ox.NamedNode(RDFS + "subClassOf")
RDFS_CLASS = ox.NamedNode(RDFS + "Class")
OWL_CLASS = ox.NamedNode(OWL + "Class")
XSD_BOOLEAN = xsd("boolean")
XSD_STRING = xsd("string")
XSD_INTEGER = xsd("integer")
TRUE = ox.Literal("true", datatype=XSD_BOOLEAN)
FALSE = ox.Literal("false", datatype=XSD_BOOLEAN)
VIOLATION = sh("Violation")
IN_STORE = ox.NamedNode("https://w3id.org/spf-kg/rules#inStore")  # an extension of ours; other engines pass it over
_XSD_DATATYPES = """
ENTITIES ENTITY ID IDREF IDREFS NCName NMTOKEN NMTOKENS NOTATION Name QName anyAtomicType anySimpleType anyURI
base64Binary boolean byte date dateTime dateTimeStamp dayTimeDuration decimal double duration float gDay gMonth
gMonthDay gYear gYearMonth hexBinary int integer language long negativeInteger nonNegativeInteger nonPositiveInteger
normalizedString positiveInteger short string time token unsignedByte unsignedInt unsignedLong unsignedShort
yearMonthDuration
"""
XSD_DATATYPES = tuple(_XSD_DATATYPES.split())
"""The built-in datatypes of XML Schema 1.1, by their local names."""
