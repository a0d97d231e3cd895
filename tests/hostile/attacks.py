"""Hostile inputs: what each is, the command that is given it, and a word of the answer that must come.

Most are made here, since a text that is nested deeply enough to crash a parser is large and says little. What fuzzing
found is kept in files, in ``cases/``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

READERS = {
    "diff": ("diff", "{file}", "{data}"),
    "validate": ("validate", "{file}", "--shapes", "{shapes}"),
    "shapes": ("validate", "{data}", "--shapes", "{file}"),
    "project": ("validate", "{file}"),
    "convert": ("convert", "{file}", "-o", "{out}/converted.nt"),
    "turtle": ("convert", "{file}", "-o", "{out}/converted.ttl"),
    "load": ("load", "--no-validate", "--store", "{out}/store", "{file}"),
    "accept": ("accept", "--dry-run", "{file}"),
    "plan": ("explain", "--plan", "{file}"),
    "sparql": ("sparql", "--timeout", "10", "-f", "{file}"),
    "import": ("import", "--dry-run", "{file}"),
}
"""Each way for a file to come in, as a command line."""
RDF = ("diff", "validate", "shapes", "project", "convert", "load", "accept", "plan")
DEEP = 20_000
"""Deep enough to crash every parser of pyoxigraph that recurses."""
LINE = "<http://x/a> <http://x/b> "
_PREFIXES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <http://x/> . "
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
)
_SHAPE = _PREFIXES + "x:S a sh:NodeShape ; sh:targetSubjectsOf x:b ; "
_RDFXML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">'
_NOWHERE = "http://127.0.0.1:9/x"

Content: TypeAlias = "str | bytes | Callable[[Path], None]"


@dataclass(frozen=True)
class Attack:
    """A hostile input.

    Attributes:
        kind: the threat, as the documentation lists it.
        file: the name of its file; the ending tells the format.
        content: its text, its bytes, or what makes it.
        says: a word of the message; empty where the input is harmless when read as data, and is read.
        readers: the ways in, of ``READERS``.
        is_large: whether reading it takes seconds by its mere size.
    """

    kind: str
    file: str
    content: Content
    says: str = ""
    readers: tuple[str, ...] = ("diff", "validate")
    is_large: bool = False

    def write(self, folder: Path) -> Path:
        """Make the file."""
        file = folder / self.file
        if callable(self.content):
            self.content(file)
        else:
            file.write_bytes(self.content if isinstance(self.content, bytes) else self.content.encode())
        return file


def attacks(canary: Path) -> Iterator[Attack]:
    """All hostile inputs; ``canary`` is a file that none may get to see."""
    yield from _nesting()
    yield from _outside(canary)
    yield from _entities(canary)
    yield from _queries(canary)
    yield from _constraints(canary)
    yield from _shapes()
    yield from _large()
    yield from _numbers()
    yield from _special_files()
    yield from _yaml(canary)
    yield from _texts()


def _nesting() -> Iterator[Attack]:
    def deep(file: str, content: str, says: str, *readers: str) -> Attack:
        return Attack("deep nesting", file, content, says, readers or ("diff", "validate"))

    levels = "levels deep"
    yield deep("lists.ttl", LINE + "(" * DEEP + ")" * DEEP + " .", levels)
    yield deep("lists-open.trig", LINE + "(" * DEEP, levels)
    yield deep("nodes.ttl", LINE + "[ <http://x/p> " * DEEP + "1" + " ]" * DEEP + " .", levels)
    yield deep("nodes-behind-a-quote.ttl", LINE + "'\"' , " + "[ <http://x/p> " * DEEP + "1", levels)
    yield deep("nodes-behind-a-hash.ttl", "@prefix x: <http://x/> . x:\\# x:b " + "[ x:p " * DEEP + "1", levels)
    quoted = "<<( <http://x/a> <http://x/b> "
    for ending in ("ttl", "nt", "nq", "trig"):
        yield deep(f"quoted.{ending}", LINE + quoted * DEEP + '"1" ' + ")>> " * DEEP + ".", levels)
    yield deep("reified.ttl", "<< <http://x/a> <http://x/b> " * DEEP + "1 " + ">> " * DEEP + "<http://x/p> 1 .", levels)
    yield deep("annotated.ttl", LINE + "1 {| <http://x/p> 1 " * DEEP + "|}" * DEEP + " .", levels)
    yield deep("objects.jsonld", '{"http://x/a":' * DEEP + "1" + "}" * DEEP, levels)
    yield deep("arrays.jsonld", "[" * DEEP + "]" * DEEP, levels)
    yield deep("contexts.jsonld", '{"@context":' + "[" * DEEP + "]" * DEEP + "}", levels)
    scoped = '{"@context":{"a":{"@id":"http://x/a","@context":'
    yield deep("scoped-contexts.jsonld", scoped * DEEP + "{}" + "}}}" * DEEP, levels)
    yield deep("json.jsonld", '{"http://x/a":{"@type":"@json","@value":' + "[" * DEEP + "]" * DEEP + "}}", levels)
    chain = {f"t{n}": f"t{n + 1}:x" for n in range(6_000)}
    yield deep("terms.jsonld", json.dumps({"@context": chain, "t0:x": 1}), "one chain of definitions")
    typed = {f"t{n}": {"@id": f"t{n + 1}:x", "@type": "@id"} for n in range(6_000)}
    hidden = json.dumps({"@context": [{"a": {"@id": "http://x/a", "@context": typed}}]}).replace("@c", "\\u0040c", 1)
    yield deep("terms-hidden.jsonld", hidden, "one chain of definitions")
    body = "<rdf:Description><x:b>" * DEEP + "</x:b></rdf:Description>" * DEEP
    yield deep("elements.rdf", f"{_RDFXML}{body}</rdf:RDF>", levels)
    resource = '<x:b rdf:parseType="Resource">' * DEEP + "</x:b>" * DEEP
    yield deep(
        "resources.owl",
        f'{_RDFXML}<rdf:Description rdf:about="http://x/a">{resource}</rdf:Description></rdf:RDF>',
        levels,
    )
    circle = "".join(f"_:b{n} <http://x/p> _:b{n + 1} .\n" for n in range(3_000))
    yield deep("chain.ttl", circle, "", "diff", "validate", "turtle")


def _outside(canary: Path) -> Iterator[Attack]:
    def remote(name: str, context: str) -> Attack:
        text = f'{{"@context":{context},"@id":"http://x/a","b":{{"c":1}}}}'
        return Attack("remote JSON-LD contexts", f"{name}.jsonld", text, "Copy")

    yield remote("remote", f'"{_NOWHERE}"')
    yield remote("listed", f'[{{"a":"http://x/a"}},"{_NOWHERE}"]')
    yield remote("imported", f'{{"@import":"{_NOWHERE}"}}')
    yield remote("scoped", f'{{"b":{{"@id":"http://x/b","@context":"{_NOWHERE}"}}}}')
    escaped = f'{{"\\u0040context":"{_NOWHERE}","@id":"http://x/a","b":1}}'
    yield Attack("remote JSON-LD contexts", "escaped.jsonld", escaped, "Copy")
    local = f'{{"@context":"file://{canary}","@id":"http://x/a","b":1}}'
    yield Attack("file: IRIs", "local-context.jsonld", local, "Copy")
    yield Attack(
        "file: IRIs", "base.ttl", f"@base <file://{canary.parent}/> . <{canary.name}> <http://x/b> <{canary}> ."
    )
    imports = f"x:O a owl:Ontology ; owl:imports <{_NOWHERE}> , <file://{canary}> ."
    yield Attack("owl:imports", "imports.ttl", _PREFIXES + imports, "", ("diff", "validate", "shapes", "load"))


def _entities(canary: Path) -> Iterator[Attack]:
    body = f'{_RDFXML}<rdf:Description rdf:about="http://x/a"><x:b>&a;</x:b></rdf:Description></rdf:RDF>'

    def declared(kind: str, name: str, declarations: str, says: str = "entit") -> Attack:
        return Attack(kind, f"{name}.rdf", f"<!DOCTYPE rdf:RDF [{declarations}]>{body}", says)

    laughs = '<!ENTITY z "lol">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("zyxwvutsr", "yxwvutsra", strict=True)
    )
    yield declared("XML entities", "billion-laughs", laughs)
    yield declared("XML entities", "long-entity", f'<!ENTITY a "{"x" * 100_000}">')
    yield declared("XML entities", "hidden-reference", '<!ENTITY z "x"><!ENTITY a "&#38;z;&#38;z;">')
    yield declared("external entities", "file", f'<!ENTITY a SYSTEM "file://{canary}">')
    yield declared("external entities", "network", f'<!ENTITY a SYSTEM "{_NOWHERE}">')
    yield declared("external entities", "parameter", f'<!ENTITY % a SYSTEM "{_NOWHERE}"> %a;')
    names = " ".join(f'x:a{n}="1"' for n in range(30_000))
    yield Attack("XML entities", "attributes.rdf", f"{_RDFXML}<rdf:Description {names}/></rdf:RDF>", "attributes")
    spaces = " ".join(f'xmlns:a{n}="http://x/{n}"' for n in range(30_000))
    yield Attack("XML entities", "namespaces.rdf", f"{_RDFXML[:-1]} {spaces}></rdf:RDF>", "namespaces")


def _queries(canary: Path) -> Iterator[Attack]:
    def query(name: str, text: str, says: str, kind: str = "queries of users") -> Attack:
        return Attack(kind, f"{name}.rq", text, says, ("sparql",))

    start = "SELECT * WHERE { "
    for name, text in _deep_queries(start):
        yield query(name, text, "nested more than", "deep nesting")
    for name, text in _long_queries(start):
        yield query(name, text, "operators, groups and patterns", "deep nesting")
    service = f"SERVICE SILENT <{_NOWHERE}> {{ ?s ?p ?o }} }}"
    yield query("service", start + service.replace("SILENT ", ""), "SERVICE would send")
    for name, before in (("silent", ""), ("number", "?s ?p 1"), ("dot", "?s ?p ?o."), ("list", "?s ?p ()")):
        yield query(f"service-{name}", start + before + service, "SERVICE would send")
    yield query("service-name", f"PREFIX : <{_NOWHERE}> {start}SERVICE:a {{ ?s ?p ?o }} }}", "SERVICE would send")
    for form in ("LOAD", "CREATE GRAPH", "DROP GRAPH", "CLEAR GRAPH"):
        yield query(form.replace(" ", "-"), f"{form} <{_NOWHERE}>", "This verb runs only queries")
    yield query("load-file", f"LOAD <file://{canary}>", "This verb runs only queries", "file: IRIs")
    yield query("insert", "INSERT DATA { <http://x/a> <http://x/b> 1 }", "This verb runs only queries")
    yield query("delete", "DELETE WHERE { ?s ?p ?o }", "This verb runs only queries")
    yield query("behind-a-comment", "# SELECT\nPREFIX x: <http://x/>\nDROP ALL", "This verb runs only queries")
    yield query("after-a-query", start + "} ; DROP ALL", "not a valid SPARQL query")
    yield query("from", f"SELECT * FROM <{_NOWHERE}> WHERE {{ ?s ?p ?o }} LIMIT 1", "")
    yield query("from-file", f"SELECT * FROM <file://{canary}> WHERE {{ ?s ?p ?o }} LIMIT 1", "", "file: IRIs")
    yield query("no-columns", start + "}", "")
    yield Attack("queries of users", "latin.rq", b'SELECT ("caf\xe9" AS ?x) {}', "not UTF-8", ("sparql",))
    yield query("terminal", 'SELECT ("a\u202eb\x1b[31mred\x07" AS ?x) {}', "[U+202E]", "control characters")
    bomb = '"(((a{1,99}){1,99}){1,99})"'
    yield query("pattern", start + f"?s ?p ?o FILTER(REGEX(STR(?o), {bomb})) }}", "", "regular-expression bombs")


def _deep_queries(start: str) -> Iterator[tuple[str, str]]:
    for name, left, middle, right in (
        ("braces", "{", "?s ?p ?o", "}"),
        ("optional", "OPTIONAL { ", "?s ?p ?o", "}"),
        ("exists", "FILTER EXISTS { ", "?s ?p ?o", "}"),
        ("subselect", "{ SELECT * { ", "?s ?p ?o", "} }"),
        ("graph", "GRAPH ?g { ", "?s ?p ?o", "}"),
        ("lists", "?s ?p (" + "(", "1", ")"),
        ("nodes", "?s ?p " + "[ ?p ", "1", "]"),
        ("quoted-query", "?s ?p " + "<<( ?s ?p ", "?o", ")>>"),
    ):
        yield name, start + left * DEEP + middle + right * DEEP + "}"
    for name, left, right in (("parentheses", "(", ")"), ("if", "IF(1, ", ", 1)")):
        yield name, f"{start}BIND({left * DEEP}1{right * DEEP} AS ?x) }}"
    yield "path", f"{start}?s {'(' * DEEP}<http://x/p>{')*' * DEEP} ?o }}"


def _long_queries(start: str) -> Iterator[tuple[str, str]]:
    yield "not", f"{start}BIND({'!' * DEEP}1 AS ?x) }}"
    for name, more in (("plus", "+1"), ("or", "||?s=1"), ("and", "&&?s"), ("minus", " - 1")):
        yield name, f"{start}BIND(1{more * DEEP} AS ?x) }}"
    yield "binds", start + " ".join(f"BIND(1 AS ?x{n})" for n in range(DEEP)) + "}"
    for name, more in (
        ("union", "UNION { ?s ?p 1 } "),
        ("minus-groups", "MINUS { ?s ?p 1 } "),
        ("optionals", "OPTIONAL {} "),
    ):
        yield name, f"{start}{{ ?s ?p 1 }} {more * DEEP}}}"
    yield "filters", start + "FILTER(?s) " * DEEP + "}"
    yield "sequence", f"{start}?s <http://x/p>{'/<http://x/p>' * DEEP} ?o }}"
    yield "alternatives", f"{start}?s <http://x/p>{'|<http://x/p>' * DEEP} ?o }}"
    yield "triples", start + "?s ?p ?o . " * DEEP + "}"


def _constraints(canary: Path) -> Iterator[Attack]:
    def constraint(name: str, text: str, says: str, kind: str = "queries in shapes") -> Attack:
        content = f"{_SHAPE}sh:sparql [ sh:select {json.dumps(text)} ] ."
        return Attack(kind, f"{name}.ttl", content, says, ("shapes", "plan"))

    def where(inside: str) -> str:
        return f"SELECT $this WHERE {{ $this ?p ?o . {inside} }}"

    yield constraint("constraint-service", where(f"SERVICE <{_NOWHERE}> {{ $this ?p ?o }}"), "SERVICE")
    inner = f"{{ SELECT $this WHERE {{ SERVICE SILENT <{_NOWHERE}> {{ $this ?p ?o }} }} }}"
    yield constraint("constraint-inner-service", where(inner), "SERVICE")
    yield constraint("constraint-update", "DROP ALL", "not valid SPARQL")
    yield constraint("constraint-load", f"LOAD <file://{canary}>", "not valid SPARQL", "file: IRIs")
    yield constraint("constraint-injection", "SELECT $this WHERE { $this ?p ?o } } ; DROP ALL ; INSERT {", "not valid")
    yield constraint("constraint-deep", where(f"FILTER({'(' * DEEP}1{')' * DEEP})"), "nested more than", "deep nesting")
    yield constraint("constraint-long", where(f"FILTER({'!' * DEEP}1)"), "operators, groups", "deep nesting")
    prefixes = (
        'sh:sparql [ sh:prefixes x:P ; sh:select "SELECT $this WHERE { $this z:b ?o }" ] . x:P owl:imports x:P , '
        f'<{_NOWHERE}> ; sh:declare [ sh:prefix "z" ; sh:namespace "http://x/"^^xsd:anyURI ] .'
    )
    yield Attack("owl:imports", "imported-prefixes.ttl", _SHAPE + prefixes, "", ("shapes", "plan"))
    script = f'sh:js [ sh:jsLibrary [ sh:jsLibraryURL "{_NOWHERE}"^^xsd:anyURI ] ; sh:jsFunctionName "f" ] .'
    yield Attack(
        "queries in shapes",
        "script.ttl",
        _SHAPE + script,
        "sh:js is SHACL Advanced Features, not supported here",
        ("shapes", "plan"),
    )


def _shapes() -> Iterator[Attack]:
    def shape(kind: str, name: str, text: str, says: str, *readers: str) -> Attack:
        return Attack(kind, f"{name}.ttl", _SHAPE + text, says, readers or ("shapes", "plan"))

    recursive = "recursive shapes"
    yield shape(recursive, "recursive-node", "sh:node x:S .", "refers to itself")
    yield shape(recursive, "recursive-not", "sh:not x:T . x:T a sh:NodeShape ; sh:not x:S .", "refers to itself")
    yield shape(recursive, "recursive-property", "sh:property [ sh:path x:b ; sh:node x:S ] .", "refers to itself")
    row = " ".join(f"x:S{n} a sh:NodeShape ; sh:node x:S{n + 1} ." for n in range(2_000))
    yield shape(recursive, "chain-of-shapes", f"sh:node x:S0 . {row} x:S2000 a sh:NodeShape .", "nested more than")
    path = " ".join(f"_:p{n} sh:inversePath _:p{n + 1} ." for n in range(2_000))
    yield shape(recursive, "deep-path", f"sh:property [ sh:path _:p0 ; sh:minCount 1 ] . {path}", "nested too deeply")
    yield shape(recursive, "list-in-a-circle", "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", "circle")
    for name, pattern, says in (
        ("star", "^(a+)+$", ""),
        ("counted", "((a{1,100}){1,100}){1,100}", "too large to run"),
        ("brackets", "(" * 5_000 + "a" + ")" * 5_000, "regular expression"),
        ("back-reference", "(a)\\\\1", "regular expression"),
    ):
        text = f'sh:property [ sh:path x:b ; sh:pattern "{pattern}" ] .'
        yield shape("regular-expression bombs", f"pattern-{name}", text, says)


def _large() -> Iterator[Attack]:
    def large(kind: str, file: str, make: Callable[[], str], says: str, *readers: str) -> Attack:
        def write(path: Path) -> None:
            path.write_text(make(), encoding="utf-8")

        return Attack(kind, file, write, says, readers or ("diff", "validate"), is_large=True)

    literals = "huge literals"
    yield large(literals, "literal.ttl", lambda: f'{LINE}"{"x" * 17_000_000}" .', "16 MB")
    yield large(literals, "literal-100-MB.ttl", lambda: f'{LINE}"{"x" * 100_000_000}" .', "MB")
    yield large(
        literals, "literal.jsonld", lambda: f'{{"@id":"http://x/a","http://x/b":"{"x" * 17_000_000}"}}', "16 MB"
    )
    yield large(literals, "comment.ttl", lambda: "#" * 20_000_000, "")
    yield large("huge IRIs", "iri-10-MB.ttl", lambda: f"{LINE}<http://x/{'x' * 10_000_000}> .", "")
    prefixes = lambda: "".join(f"@prefix p{n}: <http://x/{n}/> .\n" for n in range(1_000_000))  # noqa: E731
    yield large("many prefixes", "prefixes.ttl", prefixes, "")
    yield large("million-node lists", "list.ttl", lambda: f"{LINE}({' 1' * 1_000_000}) .", "")
    values = lambda: f"{_SHAPE}sh:in ({' 1' * 1_000_000}) ."  # noqa: E731
    yield large("million-node lists", "list-of-values.ttl", values, "", "shapes")


def _numbers() -> Iterator[Attack]:
    nines = "9" * 10_000
    typed = ", ".join(
        f'"{value}"^^xsd:{name}'
        for name, value in (
            ("integer", "1" * 500), ("int", nines), ("gYear", nines), ("date", f"{nines}-01-01"), ("double", "1e400"),
            ("decimal", f"1.{nines}"), ("duration", f"P{nines}Y"), ("dateTime", f"-{nines}-01-01T00:00:00Z"),
        )
    )  # fmt: skip
    yield Attack("huge numbers", "numbers.ttl", f"{_PREFIXES}x:a x:b {nines}, {typed} .", "", RDF)
    yield Attack("huge numbers", "number.jsonld", f'{{"@id":"http://x/a","http://x/b":{nines}}}', "")
    yield Attack("huge numbers", "exponent.jsonld", '{"@id":"http://x/a","http://x/b":1e999999999}', "")
    bounds = f"sh:property [ sh:path x:b ; sh:minInclusive {nines} ; sh:maxExclusive 1e400 ] ."
    yield Attack("huge numbers", "bounds.ttl", _SHAPE + bounds, "", ("shapes", "plan"))
    counts = f"sh:property [ sh:path x:b ; sh:minCount {nines} ] ."
    yield Attack("huge numbers", "counts.ttl", _SHAPE + counts, "whole number", ("shapes", "plan"))


def _special_files() -> Iterator[Attack]:
    def endless(file: Path) -> None:
        file.symlink_to("/dev/zero")

    ordinary = "not an ordinary file"
    for ending, readers in (
        ("ttl", ("diff", "validate", "convert", "load")),
        ("xlsx", ("convert", "project")),
        ("csv", ("convert", "project")),
        ("rq", ("sparql",)),
        ("yaml", ("import",)),
    ):
        yield Attack("special files", f"endless.{ending}", endless, ordinary, readers)
        yield Attack("special files", f"pipe.{ending}", os.mkfifo, ordinary, readers)


def _yaml(canary: Path) -> Iterator[Attack]:
    def yaml(name: str, text: str, says: str) -> Attack:
        return Attack("YAML", f"{name}.yaml", text, says, ("import",))

    rows = [
        f"  {after}: &{after} [{', '.join([f'*{before}'] * 9)}]"
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    yield yaml("aliases", "policies:\n- id: &a [x, x]\n" + "\n".join(rows) + "\n  title: *i\n", "")
    yield yaml("alias-of-itself", "policies:\n- &a\n  id: *a\n  title: [*a]\n", "")
    yield yaml("deep", f"policies: {'[' * DEEP}{']' * DEEP}", "deep")
    yield yaml("object", f"policies: !!python/object/apply:os.remove ['{canary}']", "not valid YAML")
    yield yaml("many-keys", "policies:\n- " + "\n  ".join(f"k{n}: 1" for n in range(20_000)), "")
    yield yaml("number", f"policies:\n- id: {'9' * 10_000}\n", "")
    yield yaml("half-a-character", 'policies:\n- id: "a\\ud800"\n', "")
    yield yaml("traversal", "jurisdiction: ../..\npolicies:\n- {id: ../../../x, title: x}\n", "")


def _texts() -> Iterator[Attack]:
    label = '"a\u202eevil\u2066\x1b]0;owned\x07\x1b[31mred\u200b"'
    text = f"{_PREFIXES}x:a x:b {label} ; <http://www.w3.org/2004/02/skos/core#prefLabel> {label}@en ."
    readers = ("diff", "validate", "project")
    yield Attack("control characters", "label.ttl", text, "[U+202E]", readers)
    yield Attack("control characters", "key.yaml", 'policies:\n- id: x\n  "a\\e[31m\\u202e": 1\n', "", ("import",))
    half = '{"@id":"http://x/a","http://x/b":"a\\ud800b"}'
    yield Attack("control characters", "half-a-character.jsonld", half, "", RDF)
    yield Attack("control characters", "zero.jsonld", '{"@id":"http://x/a","http://x/b":"a\\u0000b"}', "", RDF)
    escaping = "<https://w3id.org/spf-kg/id/submission/../../x>"
    evil = (
        "@prefix spf: <https://w3id.org/spf-kg/ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        f"{escaping} a owl:NamedIndividual, spf:Submission ; "
        "spf:jurisdiction <https://w3id.org/spf-kg/id/jurisdiction/../../../x> ."
    )
    yield Attack("path traversal", "names.ttl", evil, "", ("accept", "project"))
