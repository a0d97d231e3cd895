"""A thin command line: ``python -m kgtools.shacl DATA --shapes SHAPES``; prints the report, exits 0, 1 or 2."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pyoxigraph as ox

from kgtools.shacl.errors import ShapesError
from kgtools.shacl.execute import validate_triples
from kgtools.shacl.report import ValidationReport, report_triples
from kgtools.shacl.vocab import RDF, SHACL, XSD
from kgtools.store.interface import StoreError

_FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "xml": ox.RdfFormat.RDF_XML}
_ENDINGS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}


def read_triples(path: Path) -> list[ox.Triple]:
    """The triples of a file, with the file's own IRI as base; the format follows from the ending."""
    parsed = ox.parse(
        path=str(path), format=_ENDINGS.get(path.suffix, ox.RdfFormat.TURTLE), base_iri=path.resolve().as_uri()
    )
    return [quad.triple for quad in parsed]


def main(arguments: list[str] | None = None) -> int:
    """Validate a file against a file of shapes.

    Args:
        arguments: the command line without the program's name.

    Returns:
        0 when the data conforms, 1 when there are results, 2 when the input is malformed.
    """
    parser = argparse.ArgumentParser(
        prog="python -m kgtools.shacl", description="Validate RDF data against SHACL shapes."
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--shapes", type=Path, required=True)
    parser.add_argument("--format", choices=sorted(_FORMATS), default="ttl", help="of the report")
    parser.add_argument("--engine", choices=["fast", "pyshacl"], default="fast")
    options = parser.parse_args(arguments)
    try:
        report = validate_triples(read_triples(options.shapes), read_triples(options.data), engine=options.engine)
    except SyntaxError as error:
        print(f"{error.filename or 'input'}:{error.lineno}:{error.offset}: {error.msg}", file=sys.stderr)
        return 2
    except (ShapesError, StoreError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    _print(report, options.data, _FORMATS[options.format])
    return 0 if report.conforms else 1


def _print(report: ValidationReport, data: Path, report_format: ox.RdfFormat) -> None:
    prefixes = {"sh": SHACL, "xsd": XSD, "rdf": RDF}
    base = data.resolve().as_uri() if report_format == ox.RdfFormat.TURTLE else None
    text = ox.serialize(report_triples(report), format=report_format, prefixes=prefixes, base_iri=base)
    sys.stdout.buffer.write(text or b"")


if __name__ == "__main__":
    sys.exit(main())
