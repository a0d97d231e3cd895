"""Breaking a correct set of records, one rule at a time.

For each rule the mutants are derived from its constraint: the value is dropped, doubled, given the wrong form, made to
point nowhere or at the wrong kind of thing, made too long, or moved out of its range. Rules that are written as queries
have their mutants in ``HAND_MADE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES, RDF, SPF, XSD, shortened
from kgtools.graph.reading import read_triples
from kgtools.graph.turtle import canonical_turtle
from kgtools.schema.model import Fault
from kgtools.schema.rules import Rule
from kgtools.shacl import ShapesGraph
from kgtools.shacl import model as m
from kgtools.shacl.paths import Predicate
from kgtools.validation import Catalog

FIXTURES = Path(__file__).parent / "fixtures"
Triples = list[ox.Triple]
PARTS = ("complete", "submission", "earlier", "elsewhere")

_COMPANIONS = {
    "jurisdiction": ("supersededBy", "drawsOn", "replacesSubmission"),
    "yearAdopted": ("dateEffective", "yearEnded", "dateEnded"),
    "yearEnded": ("yearAdopted",),
}
"""What must go with a property so that no rule across properties speaks up too."""


@dataclass(frozen=True)
class Mutant:
    """The records with one thing broken.

    Attributes:
        rule: the rule that is broken.
        how: how.
        records: the records that must be reported, as ``prefix:name``.
        parts: the triples of each file.
        raw: Turtle that is added to the main file as it is.
        jsonld: a JSON-LD file that is handed in too.
    """

    rule: str
    how: str
    records: frozenset[str]
    parts: dict[str, Triples]
    raw: str = ""
    jsonld: str = ""

    def texts(self, number: int) -> dict[str, str]:
        """The files with names of their own, so that many mutants can be validated at once."""
        written = {f"{part}.ttl": canonical_turtle(triples) for part, triples in self.parts.items() if triples}
        if self.raw:
            written["complete.ttl"] += f"\n{self.raw}\n"
        if self.jsonld:
            written["extra.jsonld"] = self.jsonld
        return {name: renamed(text, number) for name, text in written.items()}


def renamed(text: str, number: int) -> str:
    """Give the records names of their own."""
    text = re.sub(r"\bfx-", f"fx{number}-", text)
    return re.sub(r"(?<=[:#])([Ff])x(?=[A-Z])", rf"\1x{number}", text)


@cache
def _read(part: str) -> tuple[ox.Triple, ...]:
    return tuple(read_triples(FIXTURES / ("complete.ttl" if part == "complete" else f"complete-{part}.ttl")))


def base_parts(*, submission: bool = True) -> dict[str, Triples]:
    """The correct records."""
    parts = {part: list(_read(part)) for part in PARTS}
    if submission:
        parts["complete"] += parts["submission"]
    parts["submission"] = []
    return parts


def iri(curie: str) -> ox.NamedNode:
    prefix, _, name = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + name)


def turtle(text: str) -> Triples:
    header = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    return [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(header + text, format=ox.RdfFormat.TURTLE)]


FAULTS: dict[type[m.Constraint], tuple[Fault, ...]] = {
    m.MinCountConstraint: (Fault.MISSING,),
    m.MaxCountConstraint: (Fault.TOO_MANY,),
    m.DatatypeConstraint: (Fault.WRONG_FORM,),
    m.ClassConstraint: (Fault.WRONG_KIND, Fault.NOT_IN_LIST),
    m.InConstraint: (Fault.NOT_IN_LIST,),
    m.OrConstraint: (Fault.WRONG_KIND, Fault.WRONG_FORM),
    m.PatternConstraint: (Fault.TOO_LONG, Fault.MALFORMED),
    m.RangeConstraint: (Fault.OUT_OF_RANGE,),
}
"""The faults that a kind of constraint finds."""


# --- derived from constraints -----------------------------------------------------------------------------------------


@dataclass
class Deriver:
    """Derives mutants from the typed shapes."""

    shapes: ShapesGraph
    catalog: Catalog
    vocabulary: Triples
    owners: dict[ox.NamedNode, list[m.Shape]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for shape in self.shapes.shapes.values():
            for constraint in shape.constraints:
                if isinstance(constraint, m.PropertyConstraint):
                    self.owners.setdefault(constraint.shape, []).append(shape)  # type: ignore[arg-type]

    def mutants(self, rule: Rule) -> Iterator[Mutant]:
        """The mutants of a rule, derived or hand-made."""
        if rule.identifier in HAND_MADE:
            for number, edit in enumerate(HAND_MADE[rule.identifier], 1):
                yield edit.mutant(rule.identifier, number)
            return
        shape = self.shapes.shapes.get(ox.NamedNode(rule.shape))
        if shape is None or not isinstance(shape.path, Predicate):
            return
        for owner in self.owners[ox.NamedNode(rule.shape)]:
            target = owner.targets[0]
            if isinstance(target, m.TargetClass) and str(target.cls).startswith(f"<{SPF}"):
                site = Site.of(target.cls, shape.path.iri)
                for constraint in shape.constraints:
                    if rule.fault in FAULTS.get(type(constraint), ()):
                        yield from self._of_constraint(rule, shape, owner, site, constraint)

    def _of_constraint(  # noqa: C901 - one case a constraint, read as a table
        self, rule: Rule, shape: m.Shape, owner: m.Shape, site: Site, constraint: m.Constraint
    ) -> Iterator[Mutant]:
        single = self._is_single(shape, owner)
        match constraint:
            case m.MinCountConstraint():
                yield site.edit(rule, "dropped", [])
            case m.MaxCountConstraint():
                yield site.edit(rule, "doubled", [*site.values[:1], self._another(site, shape, owner)])
            case m.DatatypeConstraint(datatype):
                ranged = any(isinstance(c, m.RangeConstraint) for c in self._constraints(shape, owner))
                for how, value in _wrong_forms(site.values[0], datatype.value, ranged=ranged):
                    # A literal is found by its text, so of two with one text the report gives the place of the first.
                    own = [other for other in site.own if other.value != value.value]
                    yield site.edit(rule, how, [value] if single else [*own, value])
            case m.ClassConstraint():
                for how, value in self._wrong_things(site):
                    yield site.edit(rule, how, [value] if single else [*site.own, value])
            case m.OrConstraint(alternatives):
                kinds = {type(c) for node in alternatives for c in self.shapes.shapes[node].constraints}
                literal = m.DatatypeConstraint in kinds
                wrong = _wrong_forms(site.values[0], "", ranged=False) if literal else self._wrong_things(site)
                for how, value in wrong:
                    yield site.edit(rule, how, [value])
            case m.PatternConstraint(pattern, _):
                yield site.edit(rule, "pattern broken", [_unlike(site.values[0], pattern)])
            case m.RangeConstraint(comparison, bound):
                step = -1 if comparison in {m.Comparison.MIN_INCLUSIVE, m.Comparison.MIN_EXCLUSIVE} else 1
                value = ox.Literal(str(int(bound.value) + step), datatype=bound.datatype)
                yield site.edit(rule, f"out of range: {value.value}", [value])
            case m.InConstraint():
                yield site.edit(rule, "not in the list", [ox.NamedNode(f"{PREFIXES['skos']}broader")])
            case _:
                raise AssertionError(f"{rule.identifier}: no mutation is known for {constraint}")

    def _constraints(self, shape: m.Shape, owner: m.Shape) -> Iterator[m.Constraint]:
        """The constraints of all property shapes of the same node shape and path."""
        for one in owner.constraints:
            if isinstance(one, m.PropertyConstraint) and self.shapes.shapes[one.shape].path == shape.path:
                yield from self.shapes.shapes[one.shape].constraints

    def _is_single(self, shape: m.Shape, owner: m.Shape) -> bool:
        return any(isinstance(c, m.MaxCountConstraint) for c in self._constraints(shape, owner))

    def _another(self, site: Site, shape: m.Shape, owner: m.Shape) -> ox.NamedNode | ox.Literal:
        value = site.values[0]
        if isinstance(value, ox.Literal):
            patterns = [c.pattern for c in self._constraints(shape, owner) if isinstance(c, m.PatternConstraint)]
            return next(v for v in _variations(value) if all(re.search(p, v.value) for p in patterns))
        cls = {t.object for t in self._known() if t.subject == value and t.predicate.value == f"{RDF}type"}
        same = sorted(
            {
                t.subject.value
                for t in self._known()
                if t.predicate.value == f"{RDF}type" and t.object in cls and str(t.object).startswith(f"<{SPF}")
                and isinstance(t.subject, ox.NamedNode) and t.subject != value
            },
            key=lambda name: (not name.endswith("-spare"), not name.endswith("-other"), name),
        )  # fmt: skip
        if site.path.value.endswith("mappingRelation"):
            same = [f"{PREFIXES['skos']}broadMatch"]
        return ox.NamedNode(next(n for n in same if not (site.path.value.endswith("inEdition") and n.endswith("base"))))

    def _known(self) -> Triples:
        return [*base_parts()["complete"], *self.vocabulary]

    def _wrong_things(self, site: Site) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
        value = site.values[0]
        assert isinstance(value, ox.NamedNode)
        wrong = iri("source:fx-law") if "/id/source/" not in value.value else iri("organization:fx-agency")
        yield "leads nowhere", ox.NamedNode(f"{value.value.rpartition('/')[0]}/fx-nowhere")
        yield "wrong kind", wrong
        yield "a text", ox.Literal(value.value)


@dataclass
class Site:
    """A record and a property of it that can be broken without touching any other record."""

    part: str
    record: ox.NamedNode
    path: ox.NamedNode
    values: list[ox.NamedNode | ox.Literal]
    own: list[ox.NamedNode | ox.Literal]

    @classmethod
    def of(cls, target: object, path: ox.NamedNode) -> Site:
        parts = base_parts()
        assert isinstance(target, ox.NamedNode)
        part = "earlier" if target.value == f"{SPF}Submission" else "complete"
        records = [
            t.subject for t in parts[part] if t.predicate.value == f"{RDF}type" and t.object in _with_subclasses(target)
        ]
        ending = "-old" if part == "earlier" else "-spare"
        record = next(r for r in records if isinstance(r, ox.NamedNode) and r.value.endswith(ending))
        values = [t.object for t in parts[part] if t.subject == record and t.predicate == path]
        given = len(values)
        if not values:
            values = [t.object for each in parts.values() for t in each if t.predicate == path]
        assert values, f"no fixture uses {path}"
        return cls(part, record, path, values, values[:given])  # type: ignore[arg-type]

    def edit(self, rule: Rule, how: str, values: list[ox.NamedNode | ox.Literal]) -> Mutant:
        """The records with other values at this site."""
        name = self.path.value.removeprefix(SPF)
        parts = base_parts(submission=name != "jurisdiction")
        dropped = {self.path.value, *(f"{SPF}{other}" for other in _COMPANIONS.get(name, ()))}
        parts[self.part] = [t for t in parts[self.part] if t.subject != self.record or t.predicate.value not in dropped]
        parts[self.part] += [ox.Triple(self.record, self.path, value) for value in values]
        return Mutant(rule.identifier, how, frozenset({shortened(self.record.value)}), parts)


def _with_subclasses(cls: ox.NamedNode) -> set[ox.NamedNode]:
    below = {f"{SPF}Jurisdiction": ["State"]}.get(cls.value, [])
    return {cls, *(ox.NamedNode(SPF + name) for name in below)}


def _variations(value: ox.Literal) -> Iterator[ox.Literal]:
    """Other values of the same form."""

    def like(text: str) -> ox.Literal:
        return (
            ox.Literal(text, language=value.language) if value.language else ox.Literal(text, datatype=value.datatype)
        )

    kind = value.datatype.value.removeprefix(XSD)
    if kind == "integer":
        yield like(str(int(value.value) - 1))
    elif kind == "date":
        yield like(f"{value.value[:-2]}15")
    elif kind == "gYearMonth":
        yield like(f"{value.value[:-2]}11")
    elif kind == "gYear":
        yield like(str(int(value.value) - 1))
    else:
        yield from map(like, (f"{value.value}2", "ZZ", "99", "US-ZZ", "ocd-division/country:us/state:zz"))


def _wrong_forms(
    value: ox.NamedNode | ox.Literal, datatype: str, *, ranged: bool
) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    assert isinstance(value, ox.Literal)
    if datatype == f"{XSD}string":
        yield "with a language", ox.Literal(value.value, language="en")
    elif datatype == f"{XSD}integer":
        yield "a decimal", ox.Literal(f"{value.value}.0", datatype=ox.NamedNode(f"{XSD}decimal"))
        if not ranged:
            yield "not a number", ox.Literal("many", datatype=ox.NamedNode(f"{XSD}integer"))
    else:
        yield "plain text", ox.Literal(value.value)
        if datatype == f"{XSD}date":
            yield "no such day", ox.Literal("2002-13-45", datatype=ox.NamedNode(f"{XSD}date"))


def _unlike(value: ox.NamedNode | ox.Literal, pattern: str) -> ox.Literal:
    assert isinstance(value, ox.Literal)
    text = next(t for t in ("word " * 99, "ftp://fx-odd.example.org/x") if not re.search(pattern, t)).strip()
    return ox.Literal(text, language=value.language) if value.language else ox.Literal(text, datatype=value.datatype)


# --- hand-made --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """A change of the main file: statements out, statements in.

    Attributes:
        records: the records that must be reported.
        drop: pairs of record and property whose statements are taken out.
        add: Turtle that is put in.
        raw: Turtle that is put in as it is written.
        jsonld: a JSON-LD file.
    """

    records: tuple[str, ...]
    drop: tuple[tuple[str, str], ...] = ()
    add: str = ""
    raw: str = ""
    jsonld: str = ""

    def mutant(self, rule: str, number: int) -> Mutant:
        parts = base_parts()
        out = {(iri(record), iri(prop)) for record, prop in self.drop}
        parts["complete"] = [t for t in parts["complete"] if (t.subject, t.predicate) not in out]
        parts["complete"] += turtle(self.add)
        return Mutant(rule, f"by hand {number}", frozenset(self.records), parts, self.raw, self.jsonld)


def swap(record: str, prop: str, value: str, *, records: Iterable[str] = (), also: Iterable[str] = ()) -> Edit:
    """Give a property another value, and take other properties of the record out."""
    drop = ((record, prop), *((record, other) for other in also))
    return Edit(tuple(records) or (record,), drop, f"{record} {prop} {value} .")


def without(record: str, *props: str) -> Edit:
    return Edit((record,), tuple((record, prop) for prop in props))


POLICY, LEAN = "state-policy:fx-spare", "state-policy:fx-lean"
DAY = "^^xsd:date"
LATER = f'"2052-06-01"{DAY}'
_AFTER_ADOPTION = ("spf:dateEffective", "spf:dateEnded", "spf:yearEnded")
_TERM = (
    'a {kind} ; skos:prefLabel "thing"@en ; rdfs:label "thing"@en ; skos:definition "A thing."@en ; '
    "rdfs:isDefinedBy <https://w3id.org/spf-kg/id/scheme/fx-home> ."
)
HOME = "scheme:fx-home"

HAND_MADE: dict[str, list[Edit]] = {
    "adaptation.local-name.missing-for-its-kind": [without("adaptation:fx-spare", "spf:localName")],
    "adaptation.review-date.in-the-future": [swap("adaptation:fx-spare", "spf:dateReviewed", LATER)],
    "adaptation.not-of-the-submitter": [swap("adaptation:fx-spare", "spf:jurisdiction", "jurisdiction:fx-spare")],
    "authority.local-name.missing": [without("authority:fx-spare", "spf:localName")],
    "claim.duplicate": [
        swap(
            "claim:fx-spare",
            "spf:alignsWith",
            "transformative-policy:fx-base",
            records=("claim:fx-spare", "claim:fx-base"),
        )
    ],
    "claim.review-date.in-the-future": [swap("claim:fx-spare", "spf:dateReviewed", LATER)],
    "claim.not-of-the-submitter": [swap("claim:fx-spare", "spf:alignsStatePolicy", "state-policy:fx-elsewhere")],
    "claim.rationale.too-short": [
        swap("claim:fx-spare", "spf:rationale", f'"{text}"@en') for text in ("TBD", "The act does so plainly.")
    ],
    "condition.position.taken": [
        swap("condition:fx-spare", "spf:position", "1", records=("condition:fx-spare", "condition:fx-other"))
    ],
    "condition.edition.incomplete": [
        without("condition:fx-base", "spf:position"),
        swap("end-state:fx-base", "spf:endStateOf", "condition:fx-spare", records=("condition:fx-base",)),
    ],
    "state-example.review-date.in-the-future": [swap("state-example:fx-spare", "spf:dateReviewed", LATER)],
    "state-example.policy.other-jurisdiction": [
        swap("state-example:fx-spare", "spf:drawsOn", "state-policy:fx-elsewhere")
    ],
    "state-example.not-of-the-submitter": [
        swap("state-example:fx-spare", "spf:jurisdiction", "jurisdiction:fx-spare", also=("spf:drawsOn",))
    ],
    "claim.source.in-the-wrong-place": [Edit(("claim:fx-spare",), add="claim:fx-spare spf:hasSource source:fx-law .")],
    "determination.duplicate": [
        swap(
            "determination:fx-spare",
            "spf:concerns",
            "transformative-policy:fx-base",
            records=("determination:fx-spare", "determination:fx-base"),
        )
    ],
    "determination.evidence.missing": [
        swap("determination:fx-spare", "spf:determinationValue", f"determination-value:{value}")
        for value in ("in-full", "in-part", "made-possible", "status-unknown", "ended-or-never-adopted")
    ],
    "determination.inquiry.missing": [
        Edit(
            ("determination:fx-spare",),
            (("determination:fx-spare", "spf:inquiry"), ("determination:fx-spare", "spf:determinationValue")),
            f"determination:fx-spare spf:determinationValue determination-value:{value} .",
        )
        for value in ("looked-for-not-found", "confirmed-absent", "not-applicable")
    ],
    "determination.not-reviewed.with-evidence": [
        swap(f"determination:fx-{name}", "spf:determinationValue", "determination-value:not-reviewed")
        for name in ("base", "spare")
    ],
    "determination.evidence.other-jurisdiction": [
        Edit(("determination:fx-base",), add="determination:fx-base spf:evidence claim:fx-elsewhere .")
    ],
    "determination.evidence.other-policy": [
        Edit(("determination:fx-base",), add="determination:fx-base spf:evidence claim:fx-spare .")
    ],
    "inquiry.absence.without-source": [
        swap("inquiry:fx-spare", "spf:outcome", f"inquiry-outcome:{outcome}", also=("spf:hasSource",))
        for outcome in ("confirmed-absent", "not-applicable")
    ],
    "inquiry.outcome.beside-a-claim": [
        Edit(
            ("inquiry:fx-spare",),
            (("inquiry:fx-spare", "spf:outcome"), ("inquiry:fx-spare", "spf:concerns")),
            "inquiry:fx-spare spf:outcome inquiry-outcome:confirmed-absent ; "
            "spf:concerns transformative-policy:fx-base .",
        )
    ],
    "inquiry.date-of-inquiry.in-the-future": [swap("inquiry:fx-spare", "spf:dateOfInquiry", LATER)],
    "inquiry.not-of-the-submitter": [swap("inquiry:fx-spare", "spf:jurisdiction", "jurisdiction:fx-spare")],
    "provision.claim.missing": [
        swap("claim:fx-base", "spf:restsOn", "provision:fx-base", records=("provision:fx-spare",))
    ],
    "provision.date-read.in-the-future": [swap("provision:fx-spare", "spf:dateRead", LATER)],
    "provision.text.without-place": [without("provision:fx-spare", "spf:locator", "spf:summary")],
    "mapping.both-ends-the-same": [swap("mapping:fx-spare", "spf:mappingSubject", "condition:fx-base")],
    "state-policy.dates.out-of-order": [swap(POLICY, "spf:dateEnded", f'"2001-01-01"{DAY}')],
    "state-policy.years.out-of-order": [swap(POLICY, "spf:yearEnded", "2001")],
    "state-policy.end.missing": [without(LEAN, "spf:dateEnded", "spf:yearEnded")],
    "state-policy.end.without-ended-status": [
        swap(LEAN, "spf:legalStatus", f"legal-status:{status}") for status in ("unknown", "proposed")
    ],
    "state-policy.successor.missing": [without(LEAN, "spf:supersededBy")],
    "state-policy.successor.other-jurisdiction": [swap(LEAN, "spf:supersededBy", "state-policy:fx-elsewhere")],
    "state-policy.duplicate": [swap(POLICY, "skos:prefLabel", '"Seat Time RULE"@en', records=(POLICY, LEAN))],
    "state-policy.citation.missing-for-law": [without(LEAN, "spf:citation")],
    "state-policy.citation.without-number": [swap(LEAN, "spf:citation", '"the rule"')],
    "state-policy.year-adopted.unknown": [without(LEAN, "spf:yearAdopted")],
    "state-policy.not-of-the-submitter": [
        swap(POLICY, "spf:jurisdiction", "jurisdiction:fx-spare", also=("spf:supersededBy",))
    ],
    "state-policy.legal-status.already-ended": [swap(LEAN, "spf:legalStatus", "legal-status:in-force")],
    "state-policy.effective-before-adopted": [swap(LEAN, "spf:dateEffective", f'"1999-08-01"{DAY}')],
    "state-policy.successor.itself": [swap(POLICY, "spf:supersededBy", POLICY)],
    "state-policy.year-adopted.in-the-future": [swap(POLICY, "spf:yearAdopted", "2052", also=_AFTER_ADOPTION)],
    "state-policy.year-proposed.in-the-future": [swap(POLICY, "spf:yearProposed", "2052")],
    "state-policy.year-ended.in-the-future": [swap(LEAN, "spf:yearEnded", "2052", also=("spf:dateEnded",))],
    "state-policy.date-ended.in-the-future": [swap(LEAN, "spf:dateEnded", LATER, also=("spf:yearEnded",))],
    "state-policy.date-ended.near": [
        swap("state-policy:fx-other", "spf:yearEnded", "2052"),
        swap("state-policy:fx-other", "spf:dateEnded", LATER),
    ],
    "state-policy.review-date.in-the-future": [swap(POLICY, "spf:dateReviewed", LATER)],
    "rating.value.missing-without-doubt": [without("rating:fx-base", "spf:ratingValue")],
    "resource.review-date.in-the-future": [swap("resource:fx-spare", "spf:dateReviewed", LATER)],
    "resource.address.missing-without-doubt": [without("resource:fx-base", "spf:url")],
    "source.address.duplicate": [
        swap(
            "source:fx-spare",
            "spf:url",
            '"https://fx-law.example.org/code/5"^^xsd:anyURI',
            records=("source:fx-spare", "source:fx-law"),
        )
    ],
    "source.date-accessed.too-early": [
        swap("source:fx-spare", "spf:dateAccessed", f'"{day}"{DAY}', also=("spf:datePublished",))
        for day in ("1900-01-01", "1904-01-02", "1989-12-31")
    ],
    "statement.summary.placeholder": [
        swap(record, "spf:summary", f'"{text}"@en')
        for record in (POLICY, "adaptation:fx-spare", "state-example:fx-spare", "resource:fx-spare")
        for text in ("TBD", "n/a", "To be determined later.", "See above for more.")
    ],
    "source.published-after-access": [swap("source:fx-spare", "spf:dateAccessed", f'"2019-01-01"{DAY}')],
    "source.date-accessed.in-the-future": [swap("source:fx-spare", "spf:dateAccessed", LATER)],
    "submission.record.other-jurisdiction": [
        swap("submission:fx-spare", "spf:jurisdiction", "jurisdiction:fx-spare", also=("spf:replacesSubmission",))
    ],
    "submission.replaces.other-jurisdiction": [
        swap("submission:fx-spare", "spf:replacesSubmission", "submission:fx-elsewhere")
    ],
    "submission.replaces.itself": [swap("submission:fx-spare", "spf:replacesSubmission", "submission:fx-spare")],
    "transformative-policy.criterion.missing": [
        swap(
            "criterion:fx-other",
            "spf:criterionOf",
            "transformative-policy:fx-base",
            records=("transformative-policy:fx-other",),
        )
    ],
    "term.name.missing": [without("spf:FxGadgetSpare", "skos:prefLabel")],
    "term.name.too-many": [Edit(("spf:FxGadgetSpare",), add='spf:FxGadgetSpare skos:prefLabel "gizmo"@en .')],
    "term.name.wrong-form": [Edit(("spf:FxGadgetSpare",), add='spf:FxGadgetSpare skos:prefLabel "gadget" .')],
    "term.label.missing": [without("spf:FxGadgetSpare", "rdfs:label")],
    "term.label.differs-from-name": [swap("spf:FxGadgetSpare", "rdfs:label", '"gizmo"@en')],
    "term.definition.missing": [without("spf:FxGadgetSpare", "skos:definition")],
    "term.definition.too-many": [Edit(("spf:FxGadgetSpare",), add='spf:FxGadgetSpare skos:definition "A gizmo."@en .')],
    "term.definition.malformed": [
        swap("spf:FxGadgetSpare", "skos:definition", value) for value in ('"a thing."@en', '"A thing"@en')
    ],
    "term.is-defined-by.wrong-kind": [
        Edit(("spf:FxGadgetSpare",), add="spf:FxGadgetSpare rdfs:isDefinedBy topic:fx-gadget .")
    ],
    "term.home.missing": [without("spf:FxGadgetSpare", "rdfs:isDefinedBy")],
    "term.class-name.malformed": [Edit(("spf:fxThing",), add=f"spf:fxThing {_TERM.format(kind='owl:Class')}")],
    "term.property-name.malformed": [Edit(("spf:FxOdd",), add=f"spf:FxOdd {_TERM.format(kind='owl:ObjectProperty')}")],
    "concept-scheme.empty": [Edit(("scheme:fx-gadgets",), (("topic:fx-gadget", "skos:inScheme"),))],
    "ontology.title.missing": [without(HOME, "dcterms:title")],
    "ontology.license.missing": [without(HOME, "dcterms:license")],
    "ontology.version-info.missing": [without(HOME, "owl:versionInfo")],
    "ontology.version-info.too-many": [Edit((HOME,), add=f'{HOME} owl:versionInfo "2" .')],
    "record.class.undeclared": [
        Edit(("organization:fx-odd",), add='organization:fx-odd a spf:Organisation ; skos:prefLabel "Odd"@en .')
    ],
    "record.property.undeclared": [Edit((POLICY,), add=f'{POLICY} spf:sumary "A text."@en .')],
    "record.namespace.misspelled": [
        Edit((POLICY,), add=f'{POLICY} <http://w3id.org/spf-kg/ontology#summary> "A text."@en .'),
        Edit((POLICY,), add=f'{POLICY} <https://w3id.org/spf-kg/ontologysummary> "A text."@en .'),
        Edit((POLICY,), add=f'{POLICY} <https://w3id.org/spf-kg/ontology/summary> "A text."@en .'),
    ],
    "record.class.missing": [
        Edit(("organization:fx-odd",), add="organization:fx-odd spf:jurisdiction jurisdiction:fx-one .")
    ],
    "record.term.unknown": [Edit((POLICY,), add=f'{POLICY} skos:prefLable "A name"@en .')],
    "record.identifier.missing": [Edit(("_:odd",), raw='_:odd a spf:Organization ; skos:prefLabel "Odd"@en .')],
    "record.property.of-other-vocabulary": [
        Edit((POLICY,), add=f'{POLICY} <http://example.org/terms#note> "A text."@en .')
    ],
    "record.text.characters-lost": [Edit((POLICY,), add=f'{POLICY} skos:altLabel "Ca\ufffdon City"@en .')],
    "record.text.miscoded": [
        Edit((POLICY,), add=f'{POLICY} skos:altLabel "Ca\u00c3\u00b1on City"@en .'),
        Edit((POLICY,), add=f'{POLICY} skos:altLabel "the board\u00e2\u20ac\u2122s rule"@en .'),
    ],
    "record.key.not-mapped": [
        Edit(
            ("extra.jsonld",),
            jsonld='{"@context": {"spf": "https://w3id.org/spf-kg/ontology#",\n'
            ' "skos": "http://www.w3.org/2004/02/skos/core#"},\n'
            ' "@id": "https://w3id.org/spf-kg/id/organization/fx-json", "@type": "spf:Organization",\n'
            ' "skos:prefLabel": {"@value": "Odd", "@language": "en"},\n "summary": "lost"}\n',
        )
    ],
}
"""The mutants of rules that can't be derived, by rule."""
