"""The terms of outside vocabularies, from lists that are kept here so that nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

LISTS: Final = Path(__file__).with_name("vocabularies")
_GENERATED: Final = "terms.txt"
_NAMES: Final = (
    "RDF",
    "RDFS",
    "OWL",
    "XSD",
    "SKOS",
    "DCTERMS",
    "PROV",
    "DCAT",
    "ORG",
    "FOAF",
    "VANN",
    "VOID",
    "SH",
    "SDO",
)


@cache
def known_terms() -> frozenset[str]:
    """Every listed IRI."""
    lines = [line for file in sorted(LISTS.glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines()]
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("#"))


def listed_by_rdflib() -> str:
    """The text of the generated list: what the installed rdflib holds of each vocabulary."""
    import rdflib
    import rdflib.namespace

    spaces = [getattr(rdflib.namespace, name) for name in _NAMES]
    iris = sorted({iri for space in spaces for iri in _terms_of(space)})
    head = f"# Terms of {', '.join(_NAMES)}, from the closed namespaces of rdflib {rdflib.__version__}.\n"
    return head + "# Written by 'python -m kgtools.graph.known_terms'.\n" + "\n".join(iris) + "\n"


def _terms_of(space: object) -> Iterator[str]:
    base = str(getattr(space, "_NS"))  # noqa: B009 - not in rdflib's type hints
    for name in (*space.__annotations__, *getattr(space, "_extras", ())):
        if not name.startswith("_") or base.endswith("22-rdf-syntax-ns#"):
            iri = base + name
            if name not in {"_NS", "_fail", "_extras", "_warn", "_underscore_num"}:
                yield iri


if __name__ == "__main__":
    from kgtools.graph.writing import write_files

    write_files({LISTS / _GENERATED: listed_by_rdflib()})
