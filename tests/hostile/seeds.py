"""Real files of each kind that is read, for fuzzing to damage."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kgtools.cli.main import main
from kgtools.core.namespaces import PREFIXES
from kgtools.graph.reading import FORMATS, read_quads
from tests.bulk.test_import import GOOD
from tests.conftest import ROOT

_FIXTURES = ROOT / "tests/validation/fixtures"
_CONTEXT = b"""{"@context": [{"@vocab": "https://w3id.org/spf-kg/ontology#", "id": "@id",
 "a": {"@id": "x:a", "@type": "@id"}, "l": {"@id": "http://x/l", "@container": "@list"},
 "s": {"@id": "http://x/s", "@context": {"n": "http://x/n"}}}],
 "@graph": [{"id": "http://x/a", "@type": "StatePolicy", "a": "b", "l": [1, 2.5, true, null], "s": {"n": {"@value": "x",
 "@language": "en"}}, "@reverse": {"a": {"id": "http://x/r"}}, "@included": [{"id": "_:b", "j": {"@type": "@json",
 "@value": {"a": [1]}}}]}]}"""


def rdf_seeds(ending: str) -> list[bytes]:
    """Texts of an RDF format: a submission, and what the format has besides."""
    format_ = FORMATS[ending]
    quads = list(read_quads(_FIXTURES / "submission-maryland.ttl"))[:60]
    items = quads if format_.supports_datasets else [quad.triple for quad in quads]
    used = {name: PREFIXES[name] for name in ("spf", "skos", "xsd")}
    whole = ox.serialize(items, format=format_, prefixes=used) or b""
    special = {
        ".jsonld": [_CONTEXT],
        ".ttl": [
            b'@prefix x: <http://x/> . x:a x:b [ x:c ( 1 2.5 "t"@en ) ] , <<( x:a x:b """l\nm""" )>> {| x:d true |} .\n'
        ],
        ".nt": [b'_:a <http://x/b> <<( <http://x/a> <http://x/b> "c"@en--ltr )>> .\n'],
    }
    return [whole, *special.get(ending, [])]


def shapes_seeds() -> list[bytes]:
    """Pieces of the project's own shapes, and of what they don't use."""
    text = (ROOT / "shapes/submission.ttl").read_bytes()
    head, _, rest = text.partition(b"\n\n")
    blocks = rest.split(b"\n\n")
    own = [head + b"\n\n" + b"\n\n".join(blocks[n : n + 4]) for n in range(0, min(24, len(blocks)), 4)]
    return [*own, _CONSTRAINTS]


def query_seeds() -> list[bytes]:
    """Some of the project's queries, without their headers."""
    files = sorted((ROOT / "queries").rglob("*.rq"))[::6]
    texts = [file.read_text(encoding="utf-8") for file in files]
    return ["\n".join(line for line in text.splitlines() if not line.startswith("#")).encode() for text in texts]


def request_seeds() -> list[bytes]:
    """Requests to the server as they come in on a connection."""
    gets = (
        "/states/id.html", "/api/questions/coverage?state=ID&limit=5&offset=1&format=csv",
        "/api/questions/search?text=a", "/api/questions/gaps?state=ID,UT", "/api/records/state-policy/x",
        "/id/jurisdiction/id", "/api/openapi.json",
        "/sparql?query=ASK%20%7B%7D&default-graph-uri=https%3A%2F%2Fx%2F", "/sparql", "/metrics", "/validate",
    )  # fmt: skip
    headers = "Host: x\r\nAccept: text/turtle;q=0.5, application/json, */*;q=0.1\r\n"
    asked = [f"GET {path} HTTP/1.1\r\n{headers}Range: bytes=0-9\r\n\r\n".encode() for path in gets]
    form = (
        b'--bb\r\nContent-Disposition: form-data; name="files"; filename="a.ttl"\r\nContent-Type: text/turtle\r\n\r\n'
        b'<a:a> <a:b> 1 .\r\n--bb\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--bb\r\n'
        b'Content-Disposition: form-data; name="format"\r\n\r\nttl\r\n--bb--\r\n'
    )
    posts = (
        ("/sparql", "application/sparql-query", b"SELECT * { ?s ?p ?o } LIMIT 1"),
        ("/sparql", "application/x-www-form-urlencoded", b"query=ASK%7B%7D&named-graph-uri=a%3Ab"),
        ("/api/validate?format=sarif", "multipart/form-data; boundary=bb", form),
        ("/validate", "multipart/form-data; boundary=bb", form),
        ("/api/validate?name=a.ttl", "text/turtle", b"<a:a> <a:b> 1 ."),
    )
    sent = [
        f"POST {path} HTTP/1.1\r\n{headers}Content-Type: {type_}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        for path, type_, body in posts
    ]
    chunked = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked"
    )
    return [*asked, *sent, chunked + b"\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", asked[0] + asked[1]]


def record_seeds() -> list[bytes]:
    """Records as ``kgtools import`` takes them."""
    return [GOOD.encode()]


def table_seeds(folder: Path, project: Path) -> tuple[bytes, list[bytes]]:
    """A workbook, and CSV files, with the records of one state."""
    book, tables = folder / "seed.xlsx", folder / "seed"
    for target in (book, tables):
        assert main(["--project", str(project), "template", "--state", "ID", "-o", str(target)]) == 0
    return book.read_bytes(), [(tables / name).read_bytes() for name in ("policies.csv", "submission.csv")]


_CONSTRAINTS = b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <http://x/> .
x:S a sh:NodeShape ; sh:targetSubjectsOf x:b ; sh:targetNode x:a ; sh:closed true ; sh:ignoredProperties ( x:c ) ;
  sh:property [ sh:path ( x:b [ sh:inversePath x:b ] ) ; sh:minCount 1 ; sh:maxCount 5 ; sh:pattern "^(a|b)+$" ;
    sh:flags "i" ; sh:datatype x:d ; sh:nodeKind sh:IRIOrLiteral ; sh:in ( 1 "2" x:e ) ;
    sh:languageIn ( "en" ) ; sh:uniqueLang true ;
    sh:minInclusive 1 ; sh:maxExclusive 1e3 ; sh:minLength 1 ; sh:equals x:b ; sh:lessThan x:c ; sh:hasValue 1 ] ;
  sh:property [ sh:path [ sh:alternativePath ( x:b [ sh:zeroOrMorePath x:c ] ) ] ;
    sh:qualifiedValueShape [ sh:class x:C ] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ;
    sh:message "m {$this}"@en ; sh:severity sh:Warning ] ;
  sh:or ( [ sh:not x:T ] [ sh:and ( x:T x:U ) ] [ sh:xone ( x:T x:U ) ] ) ;
  sh:sparql [ sh:select "SELECT $this ?value WHERE { $this x:b ?value . FILTER(isIRI(?value)) }" ; sh:prefixes x:P ] .
x:T a sh:NodeShape ; sh:deactivated true . x:U a sh:NodeShape ; sh:nodeKind sh:IRI .
x:P sh:declare [ sh:prefix "x" ; sh:namespace "http://x/"^^<http://www.w3.org/2001/XMLSchema#anyURI> ] .
x:C a sh:ConstraintComponent ; sh:parameter [ sh:path x:par ; sh:optional true ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value != 1) }" ] .
"""
