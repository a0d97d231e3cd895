"""Comparing two versions record by record and property by property."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import BASE, ID, RDF, RDFS, SH, SHAPES, SKOS, SPF, shortened
from kgtools.intake.difference.model import Change, Difference
from kgtools.intake.difference.records import Records, in_words, kind_of

_NOTES: Final = (SKOS + "changeNote", SKOS + "historyNote", SKOS + "editorialNote")
_REASONS: Final = {"claim": SPF + "rationale", "adaptation": SPF + "reason"}
_VERBS: Final = {"added": ("added", "added"), "removed": ("removed", "withdrawn")}
_WITHDRAWN: Final = {"state-policy", "claim", "determination", "adaptation", "rating"}
_WORDS: Final = {
    SKOS + "prefLabel": "label",
    RDFS + "label": "plain label",
    RDFS + "subClassOf": "superclass",
    RDFS + "subPropertyOf": "superproperty",
    SKOS + "altLabel": "other label",
}
_LONGEST: Final = 160
"""How much is shown of a text that says which thing is meant; what changed is shown in full."""


def compare(old: Iterable[ox.Triple], new: Iterable[ox.Triple], names: tuple[str, str] = ("old", "new")) -> Difference:
    """Compare two versions.

    Args:
        old: the older graph.
        new: the newer graph.
        names: what the two are called.

    Returns:
        One change for each record that is new or gone, and for each property that has other values.
    """
    before, after = frozenset(old), frozenset(new)
    if before == after:
        return Difference(*names, changes=(), added=(), removed=())
    gone, come = before - after, after - before
    touched = {t.subject.value for t in (*gone, *come) if isinstance(t.subject, ox.NamedNode)}
    comparison = _Comparison(Records(before), Records(after), touched)
    changes = comparison.changes()
    return Difference(
        old=names[0],
        new=names[1],
        changes=tuple(sorted(changes, key=lambda c: (_rank(c.group), c.conditions, c.sentence, c.subject))),
        added=_plain(come),
        removed=_plain(gone),
        uncompared=comparison.uncompared(),
    )


def _rank(group: str) -> tuple[bool, str]:
    """Parts of the graph come after the jurisdictions."""
    return (group in {"Ontology", "Rules", "Framework", "Sources and publishers", "Other records"}, group)


def _plain(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    named = (t for t in triples if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode))
    return tuple(sorted(named, key=str))


class _Comparison:
    """Two versions, with what both know about names and places; only what they say of some IRIs is not the same."""

    def __init__(self, old: Records, new: Records, touched: Collection[str]) -> None:
        self._old, self._new = old, new
        # A blank node may have the same label in both versions and not say the same.
        self._touched = {*touched, *old.beside_nameless, *new.beside_nameless}
        self._conditions = _conditions_of_policies(old) | _conditions_of_policies(new)
        self._borne_out = _policies_of_provisions(old) | _policies_of_provisions(new)

    def changes(self) -> Iterator[Change]:
        """Every change."""
        for iri in sorted(self._touched):
            if iri not in self._old.iris:
                yield self._whole("added", iri, self._new)
            elif iri not in self._new.iris:
                yield self._whole("removed", iri, self._old)
            else:
                yield from self._properties(iri)
        for text in sorted(self._new.axioms() - self._old.axioms()):
            yield self._axiom("added", text)
        for text in sorted(self._old.axioms() - self._new.axioms()):
            yield self._axiom("removed", text)
        yield from self._knots()

    def uncompared(self) -> int:
        """How many blank nodes of the newer version are alike those of the older one, while nothing proves them equal.

        Knots whose colors differ have been told as changes.
        """
        sides = ((knot for knot in side.knots if knot.signature is None) for side in (self._old, self._new))
        old, new = (Counter({knot.colors: len(knot.nodes) for knot in each}) for each in sides)
        return (old & new).total()

    def _knots(self) -> Iterator[Change]:
        """What changed in blank nodes in a circle, or that several statements refer to."""
        old, new = (Counter(knot.signature or knot.colors for knot in side.knots) for side in (self._old, self._new))
        gone, come = _nodes_in(self._old, old - new), _nodes_in(self._new, new - old)
        for text in sorted((come - gone).elements()):
            yield self._node_change("added", text)
        for text in sorted((gone - come).elements()):
            yield self._node_change("removed", text)
        if old != new and come == gone:
            sentence = f"The links of {come.total()} nodes without a name to one another or to records changed."
            yield Change("changed", "", "node without a name", "", "", (), (), "Other records", (), sentence, "")

    @staticmethod
    def _node_change(kind: str, text: str) -> Change:
        sentence = f"Node without a name {kind}: {_cut(text)}."
        before, after = ((), (text,)) if kind == "added" else ((text,), ())
        return Change(kind, "", "node without a name", "", "", before, after, "Other records", (), sentence, "")

    def _whole(self, kind: str, iri: str, side: Records) -> Change:
        what = side.class_label(iri)
        verb = _VERBS[kind][kind_of(iri) in _WITHDRAWN]
        sentence = f"{_capital(what)} {verb}: {self._said(iri, side)}."
        return self._change(kind, iri, side, sentence)

    def _said(self, iri: str, side: Records) -> str:
        """What a record is, in a few words."""
        kind = kind_of(iri)
        if kind == "claim":
            policy, target = side.one(iri, SPF + "alignsStatePolicy"), side.one(iri, SPF + "alignsWith")
            extent = self._name(side.one(iri, SPF + "extent"))
            return f"{self._name(policy)} carries out “{self._name(target)}” ({extent})"
        if kind == "determination":
            place, about = side.one(iri, SPF + "jurisdiction"), side.one(iri, SPF + "concerns")
            return (
                f"{self._name(about)} in {self._name(place)}: {self._name(side.one(iri, SPF + 'determinationValue'))}"
            )
        if kind == "state-policy":
            status = self._name(side.one(iri, SPF + "legalStatus"))
            citation = side.one(iri, SPF + "citation")
            aside = ", ".join(part for part in (citation, status) if part)
            return f"{self._name(iri)}" + (f" ({aside})" if aside else "")
        return self._name(iri)

    def _properties(self, iri: str) -> Iterator[Change]:
        differing = self._old.differing(iri, self._new)
        shown = [p for p in differing if p not in _NOTES] or differing  # a note is the reason of what it stands beside
        for predicate in shown:
            old, new = self._old.keys(iri, predicate), self._new.keys(iri, predicate)
            gone, come = old - new, new - old
            yield self._property(iri, predicate, tuple(sorted(gone)), tuple(sorted(come)))

    def _property(self, iri: str, predicate: str, gone: tuple[str, ...], come: tuple[str, ...]) -> Change:
        before, after = tuple(map(self._read, gone)), tuple(map(self._read, come))
        if before == after:
            before, after = tuple(map(_exact, gone)), tuple(map(_exact, come))
        what = self._told(iri)
        name = self._name(predicate) if predicate != RDF + "type" else "class"
        if before and after:
            sentence = f"{_capital(name)} of the {what} changed from {_in_full(before)} to {_in_full(after)}."
        elif after:
            sentence = f"{_capital(name)} of the {what} added: {_in_full(after)}."
        else:
            sentence = f"{_capital(name)} of the {what} removed: {_in_full(before)}."
        return self._change("changed", iri, self._new, sentence, predicate=predicate, before=before, after=after)

    def _told(self, iri: str) -> str:
        """What a record is called in a sentence about one of its properties."""
        kind, side = kind_of(iri), self._new
        if kind == "claim":
            policy, target = side.one(iri, SPF + "alignsStatePolicy"), side.one(iri, SPF + "alignsWith")
            return f"claim that {self._name(policy)} carries out “{self._name(target)}”"
        if kind == "determination":
            place, about = side.one(iri, SPF + "jurisdiction"), side.one(iri, SPF + "concerns")
            return f"determination on {self._name(about)} in {self._name(place)}"
        return f"{side.class_label(iri)} “{self._name(iri)}”"

    def _change(
        self,
        kind: str,
        iri: str,
        side: Records,
        sentence: str,
        *,
        predicate: str = "",
        before: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
    ) -> Change:
        return Change(
            kind=kind,
            subject=iri,
            class_label=side.class_label(iri),
            label=self._name(iri),
            property=predicate,
            before=before,
            after=after,
            group=self._group(iri, side),
            conditions=self._bearing(iri, side),
            sentence=sentence,
            reason=self._reason(kind, iri, predicate, side),
        )

    def _axiom(self, kind: str, text: str) -> Change:
        sentence = f"Axiom {kind}: {_cut(text)}."
        before, after = ((), (text,)) if kind == "added" else ((text,), ())
        return Change(kind, "", "axiom", "", "", before, after, "Ontology", (), sentence, "")

    def _group(self, iri: str, side: Records) -> str:
        place = side.one(iri, SPF + "jurisdiction")
        policy = side.one(iri, SPF + "alignsStatePolicy") or self._borne_out.get(iri, "")
        if policy:
            place = side.one(policy, SPF + "jurisdiction") or self._old.one(policy, SPF + "jurisdiction")
        if place:
            return self._name(place)
        kind = kind_of(iri)
        if iri.startswith(SHAPES) or side.class_of(iri).startswith(SH):
            return "Rules"
        if kind in {"source", "organization", "person", "resource"}:
            return "Sources and publishers"
        if kind in {"framework", "edition", "condition", "end-state", "criterion", "mapping", "state-example"} or (
            kind in {"transformative-policy", "implementation-action"}
        ):
            return "Framework"
        is_concept = SKOS + "Concept" in side.values(iri, RDF + "type") or kind == "scheme"
        return "Ontology" if is_concept or iri.startswith(BASE + "ontology") or not kind else "Other records"

    def _bearing(self, iri: str, side: Records) -> tuple[str, ...]:
        found = set(self._conditions.get(iri, ()))
        for predicate in ("concerns", "recommendedUnder", "endStateOf", "illustrates", "supports"):
            found |= {v for v in side.values(iri, SPF + predicate) if kind_of(v) == "condition"}
        for predicate in ("alignsWith", "concerns", "criterionOf", "carriesOut"):
            for target in side.values(iri, SPF + predicate):
                found |= set(side.values(target, SPF + "recommendedUnder"))
        return tuple(sorted(self._name(condition) for condition in found))

    def _reason(self, kind: str, iri: str, predicate: str, side: Records) -> str:
        own = _REASONS.get(kind_of(iri))
        if own and predicate != own and kind != "removed":
            return side.one(iri, own)
        fresh = [n for p in _NOTES if p != predicate for n in set(side.values(iri, p)) - set(self._old.values(iri, p))]
        return " ".join(sorted(fresh))

    def _name(self, iri: str) -> str:
        if not iri:
            return "not given"
        found = self._new.label(iri) or self._old.label(iri) or self._place_of_text(iri)
        return found or (iri.removeprefix(ID).partition("/")[2] if iri.startswith(ID) else _outside(iri))

    def _place_of_text(self, iri: str) -> str:
        """Where the text of a provision stands: it has no name of its own."""
        if kind_of(iri) != "provision":
            return ""
        side = self._new if iri in self._new.iris else self._old
        return side.one(iri, SPF + "locator") or side.label(side.one(iri, SPF + "hasSource"))

    def _read(self, key: str) -> str:
        """A value as people read it: the name of a thing, the text of a literal."""
        if key.startswith("<"):
            return self._name(key[1:-1])
        if key.startswith('"'):
            triple = next(iter(ox.parse(f"<x:s> <x:p> {key} .", format=ox.RdfFormat.N_TRIPLES)))
            return str(getattr(triple.object, "value", key))
        return key


def _nodes_in(side: Records, signatures: Counter[str]) -> Counter[str]:
    """What is said of the nodes of the knots with these signatures."""
    found: Counter[str] = Counter()
    for knot in side.knots:
        if signatures[knot.signature or knot.colors] > 0:
            signatures[knot.signature or knot.colors] -= 1
            found += side.descriptions(knot)
    return found


def _conditions_of_policies(records: Records) -> dict[str, frozenset[str]]:
    """The conditions that each state policy bears on, by the claims about it."""
    found: dict[str, set[str]] = {}
    for iri in (each for each in records.iris if kind_of(each) == "claim"):
        for policy in records.values(iri, SPF + "alignsStatePolicy"):
            for target in records.values(iri, SPF + "alignsWith"):
                found.setdefault(policy, set()).update(records.values(target, SPF + "recommendedUnder"))
    return {policy: frozenset(conditions) for policy, conditions in found.items()}


def _policies_of_provisions(records: Records) -> dict[str, str]:
    """The state policy that each provision says something of, by the claims that rest on it."""
    policies = {iri: records.one(iri, SPF + "alignsStatePolicy") for iri in records.iris if kind_of(iri) == "claim"}
    return {
        provision: policy for claim, policy in policies.items() for provision in records.values(claim, SPF + "restsOn")
    }


def _exact(key: str) -> str:
    return shortened(key[1:-1]) if key.startswith("<") else key


def _outside(iri: str) -> str:
    """The name of a thing of another vocabulary: its last part, in words."""
    if iri in _WORDS:
        return _WORDS[iri]
    return in_words(iri) or iri


def _in_full(values: tuple[str, ...]) -> str:
    """What a property said or says, whole: of two long texts the difference may stand at the end."""
    return ", ".join(f"“{' '.join(value.split())}”" for value in values)


def _cut(text: str) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
