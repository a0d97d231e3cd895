"""Finding references to individuals that nothing describes."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kgtools.core.namespaces import ID, shortened
from kgtools.core.suggest import nearest
from kgtools.intake.records.convert import Conversion
from kgtools.intake.records.reader import RecordProblem
from kgtools.intake.records.repository import DataFiles


def dangling_references(conversion: Conversion, data: DataFiles, ontology: Iterable[ox.Triple]) -> list[RecordProblem]:
    """The references of the converted records that lead to nothing, with the nearest identifier of the same kind.

    Args:
        conversion: the converted records.
        data: the project's data, these records among them.
        ontology: the project's ontology, which describes the concepts of the closed lists.
    """
    described = {s.value for subjects in data.files.values() for s in subjects}
    described |= {t.subject.value for t in ontology if isinstance(t.subject, ox.NamedNode)}
    problems = []
    for subject, place in conversion.places.items():
        for triple in sorted(conversion.triples[subject], key=str):
            target = triple.object
            if isinstance(target, ox.NamedNode) and target.value.startswith(ID) and target.value not in described:
                problems.append(RecordProblem(place, _message(triple.predicate, target, described)))
    return problems


def _message(predicate: ox.NamedNode, target: ox.NamedNode, described: set[str]) -> str:
    kind = target.value.removeprefix(ID).partition("/")[0]
    space = f"{ID}{kind}/"
    guess = nearest(target.value, (iri for iri in described if iri.startswith(space)))
    hint = f" Did you mean '{guess.removeprefix(space)}'?" if guess else ""
    return f"{shortened(predicate.value)} points to {shortened(target.value)}, which nothing describes.{hint}"
