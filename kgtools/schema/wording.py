"""Sentences about fields, made from what the shapes say, for readers of RDF and for readers of a sheet.

Each sentence is written once, in ``message`` or ``fix``. What differs by reader (how a property, a value or a datatype
is named) is in ``Reader``; the words for spreadsheets are in another class of the same form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from kgtools.core.namespaces import PREFIXES, RDF, XSD, shortened
from kgtools.schema.model import Fault, Field, class_label, with_article

_PLAIN_FORMS: Final = {
    RDF + "langString": "English text",
    XSD + "string": "plain text",
    XSD + "anyURI": "a web address",
    XSD + "integer": "a whole number",
    XSD + "date": "a day written YYYY-MM-DD",
    XSD + "gYearMonth": "a month written YYYY-MM",
    XSD + "gYear": "a year",
}
_TAGGED: Final = {RDF + "langString": ", with the language tag en", XSD + "string": ", without a language tag"}
_PLACEHOLDER: Final = re.compile(r"\{([^|{}]+)(?:\|([\w-]+:[\w-]+))?\}")

RATIONALES: Final[Mapping[Fault, str]] = {
    Fault.MISSING: "Answers leave out what is missing.",
    Fault.TOO_MANY: "With two values, nobody can tell which one is right.",
    Fault.WRONG_KIND: "A link that leads nowhere, or to the wrong kind of thing, gives wrong answers.",
    Fault.NOT_IN_LIST: "Answers group by these values; a value outside the list is counted nowhere.",
    Fault.WRONG_FORM: "Tools read and compare values by their type.",
    Fault.MALFORMED: "Other data sets join on this value, so it must be written as they write it.",
    Fault.TOO_LONG: "Short texts are read; long ones hide the point and tend to copy the source.",
    Fault.OUT_OF_RANGE: "A number outside this range is a mistake.",
}
"""Why a fault matters, where the field gives no reason."""


class Reader(Protocol):
    """How to speak to a reader."""

    record: str
    """What a record is called: ``record`` or ``row``."""

    described: str
    """What to say of a thing that can be referred to: ``described`` or ``known``."""

    def place(self, words: str, path: str) -> str:
        """A field that must be changed; ``words`` is its name, with an article."""
        ...

    def add(self, field: Field) -> str:
        """How to add a missing value, as the beginning of a sentence."""
        ...

    def choose(self, field: Field) -> str:
        """How to choose a thing to refer to, as sentences."""
        ...

    def form(self, datatype: str) -> str:
        """How a value of a datatype is written."""
        ...


class RdfReader:
    """Speaks to somebody who writes RDF: fields by property, values by identifier."""

    record = "record"
    described = "described"

    def place(self, words: str, path: str) -> str:
        """A field by its name and its property."""
        return f"{words} ({shortened(path).strip('<>')})"

    def add(self, field: Field) -> str:
        """Add the field, by its name and its property."""
        return f"Add {self.place(with_article(field.label), field.path)}."

    def choose(self, field: Field) -> str:
        """The identifier of a thing that exists."""
        kinds = alternatives([with_article(class_label(cls)) for cls in field.classes]) or "one of these"
        return f"Use the identifier of {kinds} that exists. {field.description}".strip()

    def form(self, datatype: str) -> str:
        """Plain words, and the datatype or the language tag."""
        plain = _PLAIN_FORMS.get(datatype, f"a {shortened(datatype)}")
        return f"{plain}{_TAGGED.get(datatype) or f', typed {shortened(datatype)}'}"


RDF_READER: Final = RdfReader()


def plain_form(datatype: str) -> str:
    """How a value of a datatype is written, in words without RDF."""
    return _PLAIN_FORMS.get(datatype, "text")


def alternatives(words: list[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def message(field: Field, fault: Fault, kind: str, reader: Reader = RDF_READER) -> str:
    """What is wrong with a record's field, as a sentence.

    Args:
        field: the field.
        fault: what is wrong with it.
        kind: what the record is called, such as ``state policy``.
        reader: who reads it.
    """
    the = f"The {field.label} of the {kind}"
    forms = {
        Fault.MISSING: lambda: f"The {kind} has no {field.label}.",
        Fault.TOO_MANY: lambda: f"The {kind} has more than one {field.label}.",
        Fault.WRONG_KIND: lambda: f"{the} is not {_wanted(field)} that is {reader.described}.",
        Fault.NOT_IN_LIST: lambda: f"{the} is not in the list of values.",
        Fault.WRONG_FORM: lambda: f"{the} is not {_forms(field, reader)}.",
        Fault.MALFORMED: lambda: f"{the} is not {field.form or 'written as it should be'}.",
        Fault.TOO_LONG: lambda: f"{the} is longer than {field.most_words} words.",
        Fault.OUT_OF_RANGE: lambda: f"{the} is not between {_range(field)}.",
    }
    return forms[fault]()


def fix(field: Field, fault: Fault, reader: Reader = RDF_READER) -> str:
    """How to fix a field, as a sentence or two; for the arguments see ``message``."""
    place = reader.place(f"the {field.label}", field.path)
    description = f" {field.description}" if field.description else ""
    forms: Mapping[Fault, Callable[[], str]] = {
        Fault.MISSING: lambda: f"{reader.add(field)}{description}",
        Fault.TOO_MANY: lambda: f"Keep one value in {place} and remove the others.",
        Fault.WRONG_KIND: lambda: reader.choose(field),
        Fault.NOT_IN_LIST: lambda: reader.choose(field),
        Fault.WRONG_FORM: lambda: f"Write {place} as {_forms(field, reader)}.{description}",
        Fault.MALFORMED: lambda: f"Write {place} as {field.form}." if field.form else f"Correct {place}.{description}",
        Fault.TOO_LONG: lambda: f"Shorten {place} to at most {field.most_words} words, in your own words.",
        Fault.OUT_OF_RANGE: lambda: f"Correct {place}.",
    }
    return forms[fault]()


def filled(text: str, reader: Reader = RDF_READER) -> str:
    """A hand-written text with its placeholders filled in.

    ``{record}`` is what a record is called; ``{the citation|spf:citation}`` is a field that must be changed.

    Args:
        text: the text.
        reader: who reads it.
    """

    def replaced(found: re.Match[str]) -> str:
        if found[2] is None:
            return reader.record if found[1] == "record" else found[0]
        prefix, _, local = found[2].partition(":")
        return reader.place(found[1], PREFIXES[prefix] + local)

    return _PLACEHOLDER.sub(replaced, text)


def _wanted(field: Field) -> str:
    return alternatives([with_article(class_label(cls)) for cls in field.classes])


def _forms(field: Field, reader: Reader) -> str:
    return alternatives([reader.form(datatype) for datatype in field.datatypes])


def _range(field: Field) -> str:
    least, greatest = field.bounds or (0, 0)
    return f"{least} and {greatest}"
