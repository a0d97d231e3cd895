"""The report as a W3C validation report in Turtle, which other SHACL tools read."""

from __future__ import annotations

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES
from kgtools.shacl import ValidationReport, report_triples
from kgtools.validation.findings import Report
from kgtools.validation.render import Style


def write_ttl(report: Report, style: Style) -> str:
    """Write a ``sh:ValidationReport`` (SHACL section 3.6)."""
    results = tuple(finding.source for finding in style.shown(report) if finding.source is not None)
    conforms = not report.findings and not report.problems  # without focus nodes too (section 3.6)
    triples = report_triples(ValidationReport(conforms, results, (), frozenset()))
    prefixes = {name: PREFIXES[name] for name in ("sh", "shapes", "spf", "skos", "xsd", "rdf")}
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None
    return written.decode()
