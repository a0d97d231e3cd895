"""Labels, codes and identifiers: which thing a cell means, and how a cell names a thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from kgtools.core.minting import is_slug
from kgtools.core.namespaces import ID, KINDS, PREFIXES, RDF, RDFS, SKOS, SPF, shortened
from kgtools.core.suggest import near_record, nearest

_LABELS: Final = {
    SKOS + "prefLabel",
    RDFS + "label",
    SKOS + "altLabel",
    SKOS + "notation",
    SPF + "uspsCode",
    SPF + "url",
}
_QUOTES: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u00b4`", "'") | dict.fromkeys("\u201c\u201d\u201e", '"')
)
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z")
_CURIE: Final = re.compile(r"([a-z0-9-]+):([A-Za-z0-9_][A-Za-z0-9_-]*)\Z")
_IN_EDITION: Final = SPF + "inEdition"
_REPLACES: Final = SPF + "replacesEdition"
_LEARNED: Final = {RDF + "type", SPF + "jurisdiction", _IN_EDITION, _REPLACES, *_LABELS}
_BY_NAME: Final = {
    SPF + n
    for n in (
        "ControlledConcept",
        "Agent",
        "Criterion",
        "Framework",
        "FrameworkEdition",
        "FrameworkElement",
        "Jurisdiction",
        "StateExample",
    )
}


@lru_cache(maxsize=1 << 16)
def tidy(text: str) -> str:
    """A code, label or identifier without stray spaces, invisible characters and typographic quotes and dashes."""
    plain = text.translate(_INVISIBLE).translate(_QUOTES).translate(_DASHES)
    return " ".join(plain.split()).strip("\"' ")


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """The form in which names are compared: tidy, lower case, and spaces, hyphens and underscores alike."""
    if _SLUG.match(text):  # most names are identifiers, which need no more than this
        return text.replace("-", " ")
    return re.sub(r"[\s_-]+", " ", tidy(text).casefold()).strip()


def compact(iri: str) -> str:
    """An IRI as Turtle writes it: short where that can be read back, else in angle brackets."""
    short = shortened(iri)
    local = short.partition(":")[2]
    return short if not short.startswith("<") and _LOCAL.match(local) else str(ox.NamedNode(iri))


class AmbiguousNameError(ValueError):
    """A name fits more than one thing; the message is part of a sentence."""


@dataclass
class Names:
    """The things that cells may refer to.

    Attributes:
        superclasses: the superclasses of each class.
        classes: the classes of each thing, with their superclasses.
        labels: the label of each thing.
        by_code: whether cells name things by code or identifier only, and not by label.
    """

    superclasses: Mapping[str, frozenset[str]]
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    labels: dict[str, str] = field(default_factory=dict)
    by_code: bool = False
    _states: dict[str, str] = field(default_factory=dict)
    _editions: dict[str, str] = field(default_factory=dict)
    _replaced: set[str] = field(default_factory=set)
    _by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _codes: dict[str, str] = field(default_factory=dict)
    _displayed: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict, repr=False)

    def learn(self, triples: Iterable[ox.Triple]) -> None:
        """Take in what triples say of the classes, labels and codes of things."""
        self._displayed = {}
        for triple in triples:
            predicate = triple.predicate.value
            if predicate not in _LEARNED:
                continue
            subject, target = triple.subject, triple.object
            if isinstance(subject, ox.NamedNode) and not isinstance(target, ox.Triple):
                self._take(subject.value, predicate, target.value)

    def learn_of(self, iri: str, facts: Iterable[tuple[str, str]]) -> None:
        """Take in what is said of one thing, as properties with the texts of their values."""
        self._displayed = {}
        for predicate, text in facts:
            if predicate in _LEARNED:
                self._take(iri, predicate, text)

    def _take(self, iri: str, predicate: str, text: str) -> None:
        if predicate == RDF + "type":
            self.classify(iri, text)
        elif predicate == SPF + "jurisdiction":
            self._states[iri] = text
        elif predicate == _IN_EDITION:
            self._editions[iri] = text
        elif predicate == _REPLACES:
            self._replaced.add(text)
        else:
            self._name(iri, predicate, text)

    def copy(self) -> Names:
        """The same names, to learn more into."""
        return replace(
            self,
            classes=defaultdict(set, {iri: set(of) for iri, of in self.classes.items()}),
            labels=dict(self.labels),
            _states=dict(self._states),
            _editions=dict(self._editions),
            _replaced=set(self._replaced),
            _by_name=defaultdict(set, {name: set(found) for name, found in self._by_name.items()}),
            _codes=dict(self._codes),
            _displayed={},
        )

    def classify(self, iri: str, class_iri: str) -> None:
        """Say that a thing is of a class."""
        self._displayed = {}
        self.classes[iri] |= self.superclasses.get(class_iri, frozenset({class_iri}))
        slug = iri.rsplit("/", 1)[-1]
        self._by_name[fold(slug)].add(iri)

    def _name(self, iri: str, predicate: str, text: str) -> None:
        self._by_name[fold(text)].add(iri)
        if predicate in {SKOS + "prefLabel", RDFS + "label"} and (predicate.startswith(SKOS) or iri not in self.labels):
            self.labels[iri] = text
        if predicate == SPF + "uspsCode":
            self._codes[iri] = text

    def members(self, classes: Iterable[str]) -> list[str]:
        """The things of some classes, sorted by how cells name them."""
        wanted = set(classes)
        found = (iri for iri, of in self.classes.items() if of & wanted and iri.startswith(ID))
        return sorted(found, key=lambda iri: self.display(iri, wanted).casefold())

    def current(self, classes: Iterable[str]) -> list[str]:
        """The things of some classes, without those that belong to an edition which a later one replaces."""
        return [iri for iri in self.members(classes) if self._editions.get(iri) not in self._replaced]

    def is_of(self, iri: str, classes: Iterable[str]) -> bool:
        """Whether a thing is of one of the classes."""
        return bool(self.classes.get(iri, set()) & set(classes))

    def label(self, iri: str) -> str:
        """What people call a thing: its label, else its identifier."""
        return self.labels.get(iri) or shortened(iri)

    def display(self, iri: str, classes: Iterable[str]) -> str:
        """How a cell names a thing: so that it reads well, and so that ``resolve`` finds the same thing again."""
        wanted = frozenset(classes)
        if (iri, wanted) not in self._displayed:
            fitting = (text for text in self._forms(iri) if self._means(text, wanted, iri))
            self._displayed[iri, wanted] = next(fitting, compact(iri))
        return self._displayed[iri, wanted]

    def _forms(self, iri: str) -> Iterator[str]:
        if self.classes.get(iri, set()) & _BY_NAME and not self.by_code:
            yield from filter(None, (self._codes.get(iri), self.labels.get(iri)))
        if iri.startswith(ID):
            yield iri.rsplit("/", 1)[-1]

    def _means(self, text: str, classes: Collection[str], iri: str) -> bool:
        try:
            return tidy(text) == text and ";" not in text and self.resolve(text, classes) == iri
        except AmbiguousNameError:
            return False

    def resolve(self, text: str, classes: Iterable[str]) -> str | None:
        """The thing that a cell means.

        Args:
            text: a label, another name, a code, an identifier, a web address of a source, or an IRI.
            classes: the classes that it may be of.

        Returns:
            The IRI, or nothing when nothing of these classes is so called. Full IRIs and prefixed names are taken as
            they stand, so that the shapes can say what is wrong with them.

        Raises:
            AmbiguousNameError: several things of these classes are so called.
        """
        wanted = classes if isinstance(classes, frozenset) else frozenset(classes)
        known = self._by_name.get(fold(text), ())
        found = {iri for iri in known if not wanted.isdisjoint(self.classes.get(iri, ()))}
        exact = {iri for iri in found if iri.rsplit("/", 1)[-1] == tidy(text).casefold()} if len(found) > 1 else found
        if len(exact or found) > 1:
            options = ", ".join(sorted(map(shortened, found))[:4])
            raise AmbiguousNameError(f"could mean {options}")
        return next(iter(exact or found), None) or written_iri(text)

    def state_of(self, iri: str) -> str:
        """The jurisdiction that a record is of: as it says, else as its identifier begins."""
        return self._states.get(iri) or self._state_named(iri.rsplit("/", 1)[-1])

    def _state_named(self, slug: str) -> str:
        state = f"{ID}jurisdiction/{slug.partition('-')[0]}"
        return state if "-" in slug and state in self.classes else ""

    def suggest(self, text: str, classes: Iterable[str], state: str = "") -> str | None:
        """The name of a thing of some classes that is most like the text.

        Args:
            text: what was written.
            classes: the classes that it may be of.
            state: the jurisdiction that the cell is about; records of others are never meant.
        """
        wanted = set(classes)
        named = [(name, iri) for name, iris in self._by_name.items() for iri in iris if self.is_of(iri, wanted)]
        if any(self.classes[iri] & _BY_NAME for _, iri in named):
            known = dict(named)
            guess = nearest(fold(text), known)
        else:
            home = state or self._state_named(tidy(text).casefold())
            known = {name: iri for name, iri in named if not home or self.state_of(iri) in {"", home}}
            guess = near_record(fold(text), known)
        return self.display(known[guess], wanted) if guess else None


def written_iri(text: str) -> str | None:
    """The IRI that a text spells: in full, in angle brackets, or with one of the project's prefixes."""
    plain = text.strip().strip("<>")
    if plain.startswith((ID, "http://", "https://", "urn:")) and not re.search(r"[\s<>\"{}|\\^`]", plain):
        return plain
    match = _CURIE.match(plain)
    return PREFIXES[match[1]] + match[2] if match and match[1] in PREFIXES else None


def identifier_text(iri: str, kind: str) -> str:
    """How the identifier column names a record: its slug where it has one, else its whole IRI."""
    space = f"{ID}{kind}/"
    slug = iri.removeprefix(space)
    return slug if iri.startswith(space) and is_slug(slug) else compact(iri)


def identifier_iri(text: str, kind: str) -> str | None:
    """The record that the identifier column means, or nothing when the text is no identifier."""
    plain = tidy(text)
    if is_slug(plain.lower()):
        return f"{ID}{kind}/{plain.lower()}"
    if "/" in plain and plain.partition("/")[0] in KINDS and is_slug(plain.partition("/")[2]):
        return ID + plain
    return written_iri(plain)
