"""OWL 2 DL reasoning with HermiT, which comes with owlready2."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.core.namespaces import OWL, XSD

_DATE = XSD + "date"
_DATE_TIME = ox.NamedNode(XSD + "dateTime")
_IMPORTS: Final = OWL + "imports"
_MAIN: Final = "org.semanticweb.HermiT.cli.CommandLine"
_JAVA_OPTIONS: Final = ("-Xmx2000M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""One short run gains nothing from more threads and a thorough compiler."""
_ANSWER: Final = "Classes equivalent to 'owl:Nothing'"
_IRI: Final = re.compile(r"^\s+<(.+)>$", re.MULTILINE)
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
        given = (_owl_datatypes(t) for t in triples if t.predicate.value != _IMPORTS)  # they would be fetched
        file.write_bytes(ox.serialize(given, format=ox.RdfFormat.N_TRIPLES) or b"")
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
    """Ask HermiT itself for the classes without instances.

    owlready2 would read and write the graph again, and have every property and individual classified too, which takes
    more than twice as long.
    """
    command = ["java", *_JAVA_OPTIONS, "-cp", _class_path(), _MAIN, "--unsatisfiable", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, no user's text
    if done.returncode and "Inconsistent ontology" in done.stderr:
        return ReasoningResult(consistent=False, unsatisfiable=())
    if done.returncode or _ANSWER not in done.stdout:
        said = next((line for line in done.stderr.splitlines() if line.strip()), "it gave no reason")
        raise ReasonerUnavailableError(f"HermiT stopped: {said[:300]}")
    return ReasoningResult(consistent=True, unsatisfiable=tuple(sorted(_IRI.findall(done.stdout))))


def _class_path() -> str:
    """Where owlready2 keeps HermiT."""
    found = find_spec("owlready2")
    assert found is not None, "reason() has looked"
    assert found.origin is not None
    folder = Path(found.origin).parent / "hermit"
    return os.pathsep.join((str(folder), str(folder / "HermiT.jar")))
