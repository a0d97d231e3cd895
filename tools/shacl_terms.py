"""The page on the SHACL engine, with the table of every term of SHACL and DASH."""

from __future__ import annotations

from collections.abc import Iterator

from kgtools.shacl.terms import TERMS, Fate, Kind, TermEntry, TermPlace

_BEGIN = "<!-- The terms: written by make docs from kgtools/shacl/terms.tsv. -->\n"
_END = "<!-- The end of the terms. -->\n"
_SHAPE = {TermPlace.NODE_SHAPE, TermPlace.PROPERTY_SHAPE}


def with_terms(page: str) -> str:
    """The page with the table as it is now.

    Args:
        page: the page, with the two lines between which the table stands.
    """
    before, _, rest = page.partition(_BEGIN)
    return f"{before}{_BEGIN}{''.join(_section())}{_END}{rest.partition(_END)[2]}"


def _section() -> Iterator[str]:
    standards = dict.fromkeys(entry.standard for entry in TERMS.values())
    for standard in standards:
        of_it = [entry for entry in TERMS.values() if entry.standard == standard]
        yield f"\n### {standard}\n\n| terms | what becomes of them | where they may stand |\n| --- | --- | --- |\n"
        for fate in Fate:
            yield from _rows([entry for entry in of_it if entry.fate is fate], fate)
    yield "\n"


def _rows(entries: list[TermEntry], fate: Fate) -> Iterator[str]:
    """One row for the terms with the same places and the same advice."""
    alike: dict[tuple[Kind, str, str], list[str]] = {}
    for entry in entries:
        alike.setdefault((entry.kind, _where(entry), entry.advice), []).append(f"`{entry.name}`")
    for (kind, where, advice), names in alike.items():
        fate_words = f"{fate.words}. {advice}" if advice else fate.words
        place = where if kind is Kind.PROPERTY else f"a {kind.value}"
        yield f"| {', '.join(names)} | {fate_words} | {place} |\n"


def _where(entry: TermEntry) -> str:
    places = entry.places - _SHAPE if entry.places >= _SHAPE else entry.places
    shape = ["shape"] if entry.places >= _SHAPE else []
    return ", ".join([*shape, *(place.value for place in TermPlace if place in places)])
