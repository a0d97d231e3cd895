"""SPARQL-based constraints and constraint components, read from a shapes graph (SHACL sections 5 and 6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgtools.core.errors import ShapesError
from kgtools.graph.regex import RegexError
from kgtools.graph.store.interface import StoreError, Term
from kgtools.graph.store.query_limits import check_query
from kgtools.graph.store.query_regex import embedded_query, portable_query
from kgtools.graph.store.query_syntax import syntax_message
from kgtools.graph.store.query_text import tokens
from kgtools.shacl.model import Remark, Shape, SparqlConstraint
from kgtools.shacl.naming import Naming
from kgtools.shacl.paths import Path, path_to_sparql
from kgtools.shacl.shapes_index import ShapesIndex, short
from kgtools.shacl.sparql_text import forbidden_part, read_query
from kgtools.shacl.vocab import IN_STORE, OWL, SHACL, XSD, XSD_STRING, sh

_ALWAYS = frozenset({"this", "shapesGraph", "currentShape", "PATH"})
_SPARQL_COMPONENT = sh("SPARQLConstraintComponent")
_IMPORTS = ox.NamedNode(f"{OWL}imports")
_LOCAL_NAME = re.compile(r"[^#/:]*$")
_DECLARING = "Declare it with sh:declare where sh:prefixes points to, or give the file that does so as well."
_PREFIX = re.compile(r"(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?")


@dataclass(frozen=True, slots=True)
class ComponentParameter:
    """One parameter of a component: its property, and the variable that holds its value."""

    predicate: ox.NamedNode
    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ComponentDefinition:
    """A ``sh:ConstraintComponent`` of the shapes graph (section 6.1)."""

    node: ox.NamedNode
    parameters: tuple[ComponentParameter, ...]

    @property
    def key_parameter(self) -> ox.NamedNode:
        """A parameter that every use of the component has."""
        return next(parameter.predicate for parameter in self.parameters if not parameter.optional)


def read_components(index: ShapesIndex) -> tuple[ComponentDefinition, ...]:
    """Find the constraint components that a shapes graph declares.

    Raises:
        ShapesError: a declaration lacks a parameter, or a parameter lacks a usable name.
    """
    declared = [node for node in index.by_subject if sh("ConstraintComponent") in index.types(node)]
    return tuple(_definition(index, node) for node in declared if not _is_built_in(node))


def _is_built_in(node: Term) -> bool:
    """Whether a component is SHACL's own, of which the vocabulary may be among the shapes."""
    return isinstance(node, ox.NamedNode) and node.value.startswith(SHACL)


def _definition(index: ShapesIndex, node: Term) -> ComponentDefinition:
    component = index.iri(node, sh("ConstraintComponent"), node)
    parameters = tuple(_parameter(index, node, value) for value in index.values(node, sh("parameter")))
    if not parameters:
        raise ShapesError("this constraint component needs a sh:parameter.", node)
    if all(parameter.optional for parameter in parameters):
        raise ShapesError("this constraint component needs a parameter that is not sh:optional.", node)
    for name, count in Counter(name for _, name in {(each.predicate, each.name) for each in parameters}).items():
        if count > 1:
            raise ShapesError(f"{count} of its parameters end in {name!r}, which names one variable.", node)
    for value in index.values(node, sh("labelTemplate")):
        index.message(node, sh("labelTemplate"), value)
    return ComponentDefinition(component, parameters)


def _parameter(index: ShapesIndex, component: Term, node: Term) -> ComponentParameter:
    path = index.one(node, sh("path"))
    if not isinstance(path, ox.NamedNode):
        raise ShapesError(f"its sh:parameter {node} needs one sh:path that is an IRI.", component)
    found = _LOCAL_NAME.search(path.value)
    name = found.group() if found else ""
    if not name.isidentifier() or name in _ALWAYS | {"value"}:
        raise ShapesError(f"its parameter {path} ends in {name!r}, which can't be used as a variable.", component)
    return ComponentParameter(path, name, index.is_true(node, sh("optional")))


def component_constraints(
    index: ShapesIndex, definitions: Iterable[ComponentDefinition], shape: Term, path: Path | None
) -> Iterator[SparqlConstraint]:
    """The uses that a shape makes of the declared components (section 6.2).

    Args:
        index: the shapes graph.
        definitions: the components declared in it.
        shape: the node of the shape.
        path: the shape's path, if it is a property shape.

    Raises:
        ShapesError: several values stand for one of several parameters, or the validator is malformed.
    """
    for definition in definitions:
        given = [(parameter, index.values(shape, parameter.predicate)) for parameter in definition.parameters]
        if all(values or parameter.optional for parameter, values in given):
            validator = _validator(index, definition, is_property=path is not None)
            if validator is not None:
                for parameters in _bindings(definition, shape, given):
                    yield _use(index, definition, validator, parameters, path)


def _bindings(
    definition: ComponentDefinition, shape: Term, given: list[tuple[ComponentParameter, list[Term]]]
) -> list[tuple[tuple[str, Term], ...]]:
    if len(definition.parameters) == 1:
        parameter, values = given[0]
        return [((parameter.name, value),) for value in values]
    for parameter, values in given:
        if len(values) > 1:
            raise ShapesError(f"{parameter.predicate} must have one value, since {definition.node} has several "
                              "parameters.", shape)  # fmt: skip
    return [tuple((parameter.name, values[0]) for parameter, values in given if values)]


def _validator(index: ShapesIndex, definition: ComponentDefinition, *, is_property: bool) -> Term | None:
    """The validator that fits the kind of shape (section 6.2.3)."""
    for name in ("propertyValidator" if is_property else "nodeValidator", "validator"):
        for validator in index.values(definition.node, sh(name)):
            return validator
    return None


def _use(
    index: ShapesIndex,
    definition: ComponentDefinition,
    validator: Term,
    parameters: tuple[tuple[str, Term], ...],
    path: Path | None,
) -> SparqlConstraint:
    names = frozenset(parameter.name for parameter in definition.parameters)
    query, is_ask = _query(index, validator, path, names)
    messages = index.values(validator, sh("message")) or index.values(definition.node, sh("message"))
    return SparqlConstraint(query, is_ask, definition.node, parameters, _texts(index, validator, messages))


def sparql_constraint(index: ShapesIndex, shape: Term, node: Term, path: Path | None) -> SparqlConstraint | None:
    """Read a value of ``sh:sparql`` (section 5.1).

    Returns:
        The constraint, or None when it is deactivated.

    Raises:
        ShapesError: the query is missing, is not valid SPARQL, or uses what pre-binding forbids.
    """
    if index.is_true(node, sh("deactivated")):
        return None
    if not index.values(node, sh("select")):
        raise ShapesError(f"its sh:sparql {node} needs a sh:select query.", shape)
    query, _ = _query(index, node, path, frozenset(), shape)
    messages = _texts(index, shape, index.values(node, sh("message")))
    in_store = next((text.value for text in _literals(index.values(node, IN_STORE))), "")
    return SparqlConstraint(query, False, _SPARQL_COMPONENT, (), messages, node, in_store)


def _texts(index: ShapesIndex, shape: Term, values: Iterable[Term]) -> tuple[ox.Literal, ...]:
    return tuple(index.message(shape, sh("message"), value) for value in values)


def _literals(values: Iterable[Term]) -> tuple[ox.Literal, ...]:
    return tuple(value for value in values if isinstance(value, ox.Literal))


def _query(
    index: ShapesIndex, node: Term, path: Path | None, names: frozenset[str], shape: Term | None = None
) -> tuple[str, bool]:
    named = shape if shape is not None else node
    select, ask = index.one(node, sh("select")), index.one(node, sh("ask"))
    if (select is None) == (ask is None):
        raise ShapesError(f"{node} needs either sh:select or sh:ask.", named)
    text = select if select is not None else ask
    assert text is not None
    is_ask = ask is not None
    body = index.text(named, sh("ask" if is_ask else "select"), text)
    prologue = _prefixes(index, named, node, body)
    query = _with_path(prologue + body, path)
    _refuse_invalid(query, named, prologue.count("\n"), is_ask=is_ask)
    required = frozenset({"this", "value"} if is_ask else {"this"})
    wrong = forbidden_part(read_query(query), _ALWAYS | names | required, required)
    if wrong:
        raise ShapesError(f"{wrong}.", named)
    try:
        embedded_query(query)
        return portable_query(query).text, is_ask
    except RegexError as error:
        raise ShapesError(f"its query failed: {error}.", named) from error


def _with_path(query: str, path: Path | None) -> str:
    """Replace ``$PATH`` by the path (section 5.2.1)."""
    if path is None:
        return query
    written = path_to_sparql(path)
    return "".join(written if token.text in {"$PATH", "?PATH"} else token.text for token in tokens(query))


def _refuse_invalid(query: str, shape: Term, lines_before: int, *, is_ask: bool) -> None:
    try:
        check_query(query)
        found = ox.Store().query(query)
    except StoreError as error:
        raise ShapesError(f"its query is refused: {error}", shape) from error
    except SyntaxError as error:
        told = syntax_message(query, error.msg, lines_before, declaring=_DECLARING)
        raise ShapesError(f"its query is not valid SPARQL: {told}", shape) from error
    except RuntimeError as error:  # a function that the engine does not have
        raise ShapesError(
            f"its query failed: {error}. Custom functions (sh:SPARQLFunction) are SHACL Advanced "
            "Features, not supported here; write what the function does in the query itself.",
            shape,
        ) from error
    if not isinstance(found, ox.QueryBoolean if is_ask else ox.QuerySolutions):
        raise ShapesError(f"its query must be {'an ASK' if is_ask else 'a SELECT'} query.", shape)
    if not is_ask and isinstance(found, ox.QuerySolutions):
        names = {variable.value for variable in found.variables}
        if "this" not in names:
            raise ShapesError("its SELECT query does not return $this; add it.", shape)


def sparql_remarks(
    index: ShapesIndex, definitions: Iterable[ComponentDefinition], shapes: Mapping[Term, Shape], naming: Naming
) -> Iterator[Remark]:
    """What in SPARQL-based constraints has no effect, or may not mean what SPARQL says.

    Args:
        index: the shapes graph.
        definitions: the components declared in it.
        shapes: the shapes that were read from it.
        naming: names its nodes.
    """
    definitions = tuple(definitions)
    for node, shape in shapes.items():
        name = naming.subject(node)
        for definition in definitions:
            yield from _unused_component(index, definition, shape, name)
        for constraint in shape.constraints:
            computed = portable_query(constraint.query).computed if isinstance(constraint, SparqlConstraint) else ()
            for function in computed:
                message = (
                    f"The pattern of {function} in its query is computed as the query runs, so it was not read as "
                    "XPath's; the store reads it in its own dialect."
                )
                yield Remark(node, None, name, message)
        for value in index.values(node, sh("sparql")):
            yield from _prefixes_of_nothing(index, value, node, name)
    for definition in definitions:
        yield from _validators_beside_the_rules(index, definition, naming.subject(definition.node, "The node"))


def _unused_component(index: ShapesIndex, definition: ComponentDefinition, shape: Shape, name: str) -> Iterator[Remark]:
    given = [p.predicate for p in definition.parameters if index.values(shape.node, p.predicate)]
    missing = [p.predicate for p in definition.parameters if not p.optional and p.predicate not in given]
    if not given:
        return
    if missing:
        message = f"{given[0]} has no effect: the constraint component {definition.node} also needs {missing[0]}."
        yield Remark(shape.node, given[0], name, message)
    elif _validator(index, definition, is_property=shape.path is not None) is None:
        kind = "property" if shape.path is not None else "node"
        message = (
            f"{given[0]} was not checked: the constraint component {definition.node} has no sh:validator or "
            f"sh:{kind}Validator. Add one, or the file that has it, to --shapes."
        )
        yield Remark(shape.node, given[0], name, message)


def _validators_beside_the_rules(index: ShapesIndex, definition: ComponentDefinition, name: str) -> Iterator[Remark]:
    """Validators that run, though section 6.2.3 has them elsewhere; and those that do not run, being one too many."""
    node = definition.node
    for place, wanted in (("validator", "ask"), ("nodeValidator", "select"), ("propertyValidator", "select")):
        given = index.values(node, sh(place))
        if len(given) > 1:
            told = f"sh:{place} has {len(given)} values, of which only one was used."
            yield Remark(node, sh(place), name, told)
        for validator in given:
            other = "ask" if wanted == "select" else "select"
            if index.values(validator, sh(other)):
                told = (
                    f"sh:{place} has a query of sh:{other}, which was run; SHACL asks for sh:{wanted} there (section "
                    "6.2.3), and other engines may pass it over."
                )
                yield Remark(node, sh(place), name, told)


def _prefixes_of_nothing(index: ShapesIndex, node: Term, shape: Term, name: str) -> Iterator[Remark]:
    for owner in index.values(node, sh("prefixes")):
        for declaration in index.values(owner, sh("declare")):
            for value in index.values(declaration, sh("namespace")):
                if isinstance(value, ox.Literal) and value.datatype == XSD_STRING:
                    told = f"sh:namespace {value} was read as if it were an xsd:anyURI; SHACL asks for that datatype."
                    yield Remark(declaration, sh("namespace"), name, told)
        if not index.values(owner, sh("declare")) and not index.values(owner, _IMPORTS):
            yield Remark(shape, sh("sparql"), name, f"sh:prefixes {owner} declares no prefix; {_DECLARING}")


def _prefixes(index: ShapesIndex, shape: Term, node: Term, query: str) -> str:
    """The PREFIX lines of ``sh:prefixes`` that a query needs, those of imported ontologies included (section 5.2.1)."""
    found: dict[str, str] = {}
    seen: set[Term] = set()
    waiting = list(index.values(node, sh("prefixes")))
    while waiting:
        owner = waiting.pop()
        if owner in seen:
            continue
        seen.add(owner)
        waiting += index.values(owner, _IMPORTS)
        for declaration in index.values(owner, sh("declare")):
            prefix, namespace = _declaration(index, shape, declaration)
            if found.setdefault(prefix, namespace) != namespace:
                raise ShapesError(
                    f"the prefix {prefix!r} is declared twice, for {found[prefix]} and {namespace}.", shape
                )
    escaped = "\\u" in query.lower()  # a letter of a prefix may be written by its number
    return "".join(
        f"PREFIX {prefix}: {ox.NamedNode(namespace)}\n"
        for prefix, namespace in found.items()
        if escaped or f"{prefix}:" in query
    )


def _declaration(index: ShapesIndex, shape: Term, node: Term) -> tuple[str, str]:
    prefix, namespace = index.one(node, sh("prefix")), index.one(node, sh("namespace"))
    if not isinstance(prefix, ox.Literal) or prefix.datatype != XSD_STRING or not _PREFIX.fullmatch(prefix.value):
        raise ShapesError(f"{node} needs one {short(sh('prefix'))} that is a SPARQL prefix, not {prefix}.", shape)
    if not isinstance(namespace, ox.Literal) or namespace.datatype.value not in {XSD + "anyURI", XSD + "string"}:
        raise ShapesError(f"{node} needs one sh:namespace that is an xsd:anyURI literal, not {namespace}.", shape)
    try:
        ox.NamedNode(namespace.value)
    except ValueError as error:
        raise ShapesError(f"sh:namespace {namespace} is not an IRI.", shape) from error
    return prefix.value, namespace.value
