"""OWL 2 DL reasoning with HermiT, through owlready2."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.core.namespaces import XSD

_DATE = XSD + "date"
_DATE_TIME = ox.NamedNode(XSD + "dateTime")
_PARTIAL_DATES = {XSD + "gYear", XSD + "gYearMonth"}

TRANSLATED_DATATYPES = frozenset({_DATE, *_PARTIAL_DATES})
"""The datatypes outside OWL 2 that literals may have, because ``reason`` translates them."""


class ReasonerUnavailableError(UserError):
    """HermiT can't run here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class ReasoningResult:
    """What HermiT found.

    Attributes:
        consistent: whether the triples have a model at all.
        unsatisfiable: the IRIs of the named classes that can have no instance, sorted; empty when inconsistent.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]

    @property
    def coherent(self) -> bool:
        """Whether the triples are consistent and every named class can have an instance."""
        return self.consistent and not self.unsatisfiable


def reason(triples: Iterable[ox.Triple]) -> ReasoningResult:
    """Check triples for consistency and coherence under OWL 2 DL semantics.

    Day-level dates are handed over as ``xsd:dateTime`` at midnight, and years and months as strings, since
    ``xsd:date``, ``xsd:gYear`` and ``xsd:gYearMonth`` are not among the datatypes of OWL 2 (OWL 2 Structural
    Specification, section 4).

    Args:
        triples: ontology and individuals together.

    Raises:
        ReasonerUnavailableError: there is no Java on this machine, or owlready2 is not installed.
    """
    if find_spec("owlready2") is None:
        raise ReasonerUnavailableError(
            "HermiT comes with owlready2, which isn't installed. Install it with: pip install 'spf-kg[reason]'"
        )
    if shutil.which("java") is None:
        raise ReasonerUnavailableError("HermiT needs Java, and there is no 'java' on the PATH. Install a Java runtime.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "graph.nt")
        file.write_bytes(ox.serialize(map(_owl_datatypes, triples), format=ox.RdfFormat.N_TRIPLES) or b"")
        return _run_hermit(file)


def _owl_datatypes(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if not isinstance(value, ox.Literal):
        return triple
    if value.datatype.value == _DATE:
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(f"{value.value}T00:00:00Z", datatype=_DATE_TIME))
    if value.datatype.value in _PARTIAL_DATES:
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(value.value))
    return triple


def _run_hermit(file: Path) -> ReasoningResult:
    import owlready2

    world = owlready2.World()
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        world.get_ontology(file.as_uri()).load()
        try:
            owlready2.sync_reasoner_hermit(world, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return ReasoningResult(consistent=False, unsatisfiable=())
    return ReasoningResult(consistent=True, unsatisfiable=tuple(sorted(_iris(world.inconsistent_classes()))))


def _iris(classes: Iterable[object]) -> Iterator[str]:
    for cls in classes:
        iri = str(getattr(cls, "iri", cls))
        if not iri.endswith("owl#Nothing"):
            yield iri
