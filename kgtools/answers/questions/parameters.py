"""The parameters of canned questions: read as typed terms, and bound as terms.

A question file is a query that runs as it stands. Each parameter has its own line in it,
``VALUES ?_state { jurisdiction:ut }``, which holds the default; a subquery may need the same line again. Where the
parameter may be left out, the line is a comment, ``# VALUES ?_state { … }``: engines disagree on joins with ``UNDEF``,
and none on a comment. The variable is the parameter's name after an underscore, as grlc writes parameters, so that a
column may bear the name too. Binding replaces what is between the braces by terms that were built from checked values
and written by the RDF library, so that nothing a user types becomes query syntax, and every SPARQL engine is given the
same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.core.minting import is_slug
from kgtools.core.namespaces import ID, KINDS, SKOS, SPF
from kgtools.core.suggest import nearest, nearest_of_all
from kgtools.core.visible import visible
from kgtools.graph.store import Store

MAX_TEXT: Final = 200
_ALL_LISTED: Final = 20  # allowed values that a message gives in full
_LISTED: Final = 10  # of more, it gives so many of the nearest
YEARS: Final = range(1800, 2101)
_USPS: Final = 2  # letters of a postal code
MAX_DIGITS: Final = 6  # of a count

ReadValue: TypeAlias = "Callable[[str, Store], ox.NamedNode | ox.Literal]"


class ParameterError(UserError):
    """A parameter's name or value is wrong; the message says what is allowed, and the nearest of it.

    Attributes:
        parameter: the name of the parameter whose value is wrong; empty where no single one is meant.
    """

    parameter = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question.

    Attributes:
        name: what users call it; the SPARQL variable that it binds is ``?_name``.
        type: a key of ``PARAMETER_TYPES``.
        description: what it chooses.
        default: the value, as a user writes it, that holds when none is given; ``None`` when it may be left out.
        many: whether several values may be given, separated by commas.
    """

    name: str
    type: str
    description: str
    default: str | None
    many: bool


def bind(query: str, parameters: tuple[Parameter, ...], given: Mapping[str, str], store: Store) -> str:
    """The query with the given values in place of the defaults.

    Args:
        query: the text of a question.
        parameters: its parameters.
        given: values by parameter name, as the user wrote them.
        store: where the allowed values are looked up.

    Raises:
        ParameterError: a name or value is wrong.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given.keys() - known.keys():
        raise ParameterError(_unknown_name(name, tuple(known)))
    for name, written in given.items():
        try:
            query = with_terms(query, name, _terms(known[name], written, store))
        except ParameterError as error:
            error.parameter = name
            raise
    return query


def _terms(parameter: Parameter, written: str, store: Store) -> str:
    parts = [part.strip() for part in written.split(",")] if parameter.many else [written.strip()]
    if not all(parts):
        raise ParameterError(f"The parameter '{parameter.name}' is empty. {parameter.description}")
    return " ".join(str(PARAMETER_TYPES[parameter.type](part, store)) for part in parts)


def _line(name: str) -> re.Pattern[str]:
    return re.compile(rf"^([ \t]*)(?:# )?(VALUES \?_{re.escape(name)} \{{).*(\}}[ \t]*)$", re.MULTILINE)


def with_terms(query: str, name: str, terms: str) -> str:
    """The query with terms, written as SPARQL, in the line of a parameter, which is no comment any more."""
    return _line(name).sub(lambda match: f"{match[1]}{match[2]} {terms} {match[3]}", query)


def has_place(query: str, name: str) -> bool:
    """Whether the query has a line that the parameter can be bound in; all such lines are the same."""
    return len({match[0].strip() for match in _line(name).finditer(query)}) == 1


def _unknown_name(name: str, known: tuple[str, ...]) -> str:
    if not known:
        return f"This question takes no parameters, but '{name}' was given."
    guess = nearest(name, known)
    hint = f" Did you mean '{guess}'?" if guess else ""
    return f"'{name}' is not a parameter of this question.{hint} It takes {', '.join(known)}."


def _year(written: str, _: Store) -> ox.Literal:
    if not re.fullmatch(r"\d{4}", written) or int(written) not in YEARS:
        raise ParameterError(f"'{_shown(written)}' is not a year; write four digits, such as 2021.")
    return ox.Literal(int(written))


def _count(written: str, _: Store) -> ox.Literal:
    if not re.fullmatch(rf"\d{{1,{MAX_DIGITS}}}", written):
        raise ParameterError(f"'{_shown(written)}' is not a whole number; write digits only, such as 10.")
    return ox.Literal(int(written))


def _text(written: str, _: Store) -> ox.Literal:
    if len(written) > MAX_TEXT:
        raise ParameterError(f"The text is {len(written)} characters long; use at most {MAX_TEXT}.")
    return ox.Literal(written)


def _shown(written: str) -> str:
    """A value as a message may repeat it: short, and with nothing that moves a terminal's cursor."""
    printable = visible(written[:61])
    return printable if len(printable) <= 60 else f"{printable[:60]}…"


def _jurisdiction(written: str, store: Store) -> ox.NamedNode:
    names = _jurisdiction_names(store)
    by_name = {name.casefold(): iri for iri, names_of in names.items() for name in names_of}
    found = by_name.get(written.casefold())
    if found:
        return ox.NamedNode(found)
    codes = sorted(code for names_of in names.values() for code in names_of if len(code) == _USPS)
    guess = nearest(written, [name for names_of in names.values() for name in names_of])
    hint = f" Did you mean '{guess}'?" if guess else ""
    near = nearest_of_all(written[:MAX_TEXT], codes, _LISTED)
    raise ParameterError(
        f"'{_shown(written)}' is not a state or territory.{hint} Use a name or a USPS code, such as {', '.join(near)}."
    )


def _individual(kind: str, class_: str, *, by_position: bool) -> ReadValue:
    """A reader of individuals of one kind: by slug, by label, or by position in the third edition.

    Args:
        kind: the path segment of their IRIs.
        class_: the class that they are of.
        by_position: whether the place in the third edition names one, too.
    """

    def read(written: str, store: Store) -> ox.NamedNode:
        if is_slug(written) and store.ask(f"ASK {{ <{ID}{kind}/{written}> a <{SPF}{class_}> }}"):
            return ox.NamedNode(f"{ID}{kind}/{written}")
        names = _names(store, kind, class_, by_position=by_position)
        matching = sorted(iri for iri, names_of in names.items() if written.casefold() in map(str.casefold, names_of))
        if matching:
            return ox.NamedNode(matching[0])
        raise ParameterError(_unknown_individual(kind, written, names))

    return read


def _unknown_individual(kind: str, written: str, names: Mapping[str, set[str]]) -> str:
    slugs = sorted(iri.removeprefix(f"{ID}{kind}/") for iri in names)
    alike = _of_the_same_state(written, slugs)
    guess = nearest(written, alike, cutoff=0.5) or nearest(written, [n for of in names.values() for n in of])
    hint = f" Did you mean '{guess}'?" if guess else ""
    what = kind.replace("-", " ")
    if len(slugs) <= _ALL_LISTED:
        said = f"The allowed values are {', '.join(slugs) or 'none'}."
    else:
        near = nearest_of_all(written[:MAX_TEXT], alike if len(alike) >= _LISTED else slugs, _LISTED)
        said = f"The {_LISTED} nearest of {len(slugs):,} are {', '.join(near)}."
    return f"'{_shown(written)}' is not a known {what}.{hint} {said}"


def _of_the_same_state(written: str, slugs: list[str]) -> list[str]:
    """The identifiers that begin with the same code of a state; all of them where none does."""
    code = re.match(r"[a-z]{2}-", written)
    return [slug for slug in slugs if code and slug.startswith(code[0])] or slugs


def _names(store: Store, kind: str, class_: str, *, by_position: bool = False) -> dict[str, set[str]]:
    """The individuals of a class with their labels and, where it is asked for, their place in the third edition."""
    places = f"UNION {{ ?i <{SPF}inEdition> <{ID}edition/third-edition> ; <{SPF}position> ?name }}"
    query = (
        f"SELECT ?i ?name WHERE {{ {{ ?i a <{SPF}{class_}> }} "
        f"UNION {{ ?i a <{SPF}{class_}> ; <{SKOS}prefLabel> ?name }} {places if by_position else ''} }}"
    )
    names: dict[str, set[str]] = {}
    for individual, name in store.select(query).rows:
        if isinstance(individual, ox.NamedNode) and individual.value.startswith(f"{ID}{kind}/"):
            names.setdefault(individual.value, set()).update([name.value] if isinstance(name, ox.Literal) else [])
    return names


def _jurisdiction_names(store: Store) -> dict[str, set[str]]:
    """The jurisdictions with their names and USPS codes."""
    names: dict[str, set[str]] = {}
    query = (
        f"SELECT ?i ?name ?code WHERE {{ ?i a <{SPF}Jurisdiction> ; <{SKOS}prefLabel> ?name ; <{SPF}uspsCode> ?code }}"
    )
    for individual, *values in store.select(query).rows:
        if isinstance(individual, ox.NamedNode):
            names.setdefault(individual.value, set()).update(v.value for v in values if isinstance(v, ox.Literal))
    return names


def _usps_codes(store: Store) -> tuple[str, ...]:
    return tuple(sorted(n for names in _jurisdiction_names(store).values() for n in names if len(n) == _USPS))


def allowed_values(types: Iterable[str], store: Store) -> dict[str, tuple[str, ...]]:
    """The values of parameter types, as a user best writes them: slugs, and postal codes for jurisdictions.

    Args:
        types: keys of ``PARAMETER_TYPES``; those that allow any number of values are left out.
        store: where the values are looked up.
    """
    found = {type_: _slugs(type_, store) for type_ in types if type_ in _INDIVIDUALS}
    return found | ({"jurisdiction": _usps_codes(store)} if "jurisdiction" in types else {})


def _slugs(type_: str, store: Store) -> tuple[str, ...]:
    kind, class_ = _INDIVIDUALS[type_]
    return tuple(sorted(iri.removeprefix(f"{ID}{kind}/") for iri in _names(store, kind, class_)))


_INDIVIDUALS: Final[dict[str, tuple[str, str]]] = {
    "authority": ("actor-kind", "AuthorityKind"),
    **{
        kind: (kind, KINDS[kind])
        for kind in (
            "condition",
            "transformative-policy",
            "state-policy",
            "claim",
            "topic",
            "instrument",
            "edition",
            "rating-scheme",
            "organization",
        )
    },
}
"""The types whose values are individuals: the path segment of their IRIs, and their class."""

PARAMETER_TYPES: Final[dict[str, ReadValue]] = {
    "jurisdiction": _jurisdiction,
    "year": _year,
    "count": _count,
    "text": _text,
    **{
        type_: _individual(kind, class_, by_position=type_ == "condition")
        for type_, (kind, class_) in _INDIVIDUALS.items()
    },
}
"""How a value of each type is read."""
