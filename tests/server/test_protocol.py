"""The SPARQL endpoint against the SPARQL 1.1 Protocol, with SPARQLWrapper and with plain HTTP."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)

from kgtools.core.namespaces import GRAPH, SPF
from kgtools.graph.store import EmbeddedStore
from tests.server.conftest import CARTESIAN, Server

QUERY = f"SELECT ?p ?year WHERE {{ ?p a <{SPF}StatePolicy> ; <{SPF}yearAdopted> ?year }} ORDER BY ?p ?year"
DESCRIBED = f"CONSTRUCT {{ ?p <{SPF}yearAdopted> ?year }} WHERE {{ ?p <{SPF}yearAdopted> ?year }}"
UTAH, KENTUCKY = f"{GRAPH}data/states/ut", f"{GRAPH}data/states/ky"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"


def ask(server: Server, query: str, format_: str, method: str = POST, request: str = URLENCODED) -> bytes:
    wrapper = SPARQLWrapper(f"{server.url}sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(format_)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request)
    return bytes(wrapper.query().response.read())


def _value(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def number(response: httpx.Response) -> int:
    return int(response.raise_for_status().json()["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(("method", "request_"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
@pytest.mark.parametrize(
    ("format_", "read_as"),
    [(JSON, ox.QueryResultsFormat.JSON), (XML, ox.QueryResultsFormat.XML), (TSV, ox.QueryResultsFormat.TSV)],
)
def test_a_table_in_each_format_by_each_method(
    server: Server, store: EmbeddedStore, format_: str, read_as: ox.QueryResultsFormat, method: str, request_: str
) -> None:
    found = ox.parse_query_results(ask(server, QUERY, format_, method, request_), format=read_as)
    assert isinstance(found, ox.QuerySolutions)
    assert tuple(tuple(row) for row in found) == store.select(QUERY).rows


def test_a_table_as_csv(server: Server, store: EmbeddedStore) -> None:
    lines = ask(server, QUERY, CSV).decode().split("\r\n")
    rows = store.select(QUERY).rows
    assert lines[0] == "p,year"
    assert lines[1:-1] == [
        ",".join(term.value for term in row if isinstance(term, ox.NamedNode | ox.Literal)) for row in rows
    ]
    assert len(rows) > 50


@pytest.mark.parametrize(
    ("format_", "read_as"),
    [(TURTLE, ox.RdfFormat.TURTLE), (RDFXML, ox.RdfFormat.RDF_XML), (JSONLD, ox.RdfFormat.JSON_LD)],
)
def test_a_graph_in_each_format(server: Server, store: EmbeddedStore, format_: str, read_as: ox.RdfFormat) -> None:
    found = {
        ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(ask(server, DESCRIBED, format_), format=read_as)
    }
    assert found == set(store.construct(DESCRIBED))
    assert len(found) > 50


def test_yes_and_no(server: Server) -> None:
    assert json.loads(ask(server, "ASK { ?s ?p ?o }", JSON))["boolean"] is True
    assert b"<boolean>false</boolean>" in ask(server, "ASK { <a:b> <a:b> <a:b> }", XML)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/*;q=0.5, application/sparql-results+xml;q=0.4", "text/xml"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("application/json;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("image/png, text/csv;q=0.001", "text/csv; charset=utf-8"),
    ],
)
def test_the_format_is_negotiated(client: httpx.Client, accept: str, media_type: str) -> None:
    response = client.get("sparql", params={"query": COUNT}, headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (COUNT, "image/png"),
        (COUNT, "text/turtle"),
        (DESCRIBED, "text/csv"),
        ("ASK {}", "text/csv"),
        (COUNT, "*/*;q=0"),
        (COUNT, ",;/"),
    ],
)
def test_a_format_that_is_not_given_is_406(client: httpx.Client, query: str, accept: str) -> None:
    response = client.get("sparql", params={"query": query}, headers={"Accept": accept})
    assert response.status_code == 406
    assert "It can be given as" in response.text


def test_the_request_names_the_graphs(client: httpx.Client, store: EmbeddedStore) -> None:
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <%s> { ?s ?p ?o } }"
    utah, kentucky = (int(_value(store.select(named % graph).rows[0][0])) for graph in (UTAH, KENTUCKY))
    assert 0 < utah != kentucky > 0
    whole = number(client.get("sparql", params={"query": COUNT}))
    assert whole > utah + kentucky
    one: list[tuple[str, str]] = [("query", COUNT), ("default-graph-uri", UTAH)]
    assert number(client.get("sparql", params=one)) == utah  # type: ignore[arg-type]
    assert number(client.get("sparql", params=[*one, ("default-graph-uri", KENTUCKY)])) == utah + kentucky
    assert number(client.post("sparql", data={"query": COUNT_NAMED, "named-graph-uri": KENTUCKY})) == kentucky
    assert number(client.post("sparql", data={"query": COUNT, "named-graph-uri": KENTUCKY})) == 0
    typed = {"Content-Type": "application/sparql-query"}
    direct = client.post("sparql", params={"default-graph-uri": UTAH}, content=COUNT, headers=typed)
    assert number(direct) == utah
    assert number(client.post("sparql", data={"query": COUNT.replace("WHERE", f"FROM <{UTAH}> WHERE")})) == utah
    unknown = client.post("sparql", data={"query": COUNT, "default-graph-uri": "http://127.0.0.1:9/graph"})
    assert number(unknown) == 0
    assert client.post("sparql", data={"query": COUNT, "default-graph-uri": "not an IRI"}).status_code == 400


def _client_errors() -> list[Any]:
    direct = {"Content-Type": "application/sparql-query"}
    return [
        pytest.param("POST", {"data": {"x": "y"}}, 400, "'query' once", id="no query"),
        pytest.param("GET", {"params": [("query", COUNT), ("query", COUNT)]}, 400, "given 2 times", id="two queries"),
        pytest.param("GET", {"params": {"query": "SELECT WHERE {"}}, 400, "not a valid SPARQL query", id="syntax"),
        pytest.param("POST", {"content": b"\xff\xfe", "headers": direct}, 400, "not UTF-8", id="bytes"),
        pytest.param("POST", {"data": {"update": "CLEAR ALL"}}, 403, "read-only", id="update"),
        pytest.param("GET", {"params": {"update": "CLEAR ALL"}}, 403, "read-only", id="update by GET"),
        pytest.param("POST", {"data": {"query": "CLEAR ALL"}}, 400, "read-only", id="update as query"),
        pytest.param("POST", {"data": {"query": "LOAD <http://127.0.0.1:9/>"}}, 400, "read-only", id="load"),
        pytest.param(
            "POST", {"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403,
            "read-only", id="update directly",
        ),
        pytest.param("POST", {"content": COUNT, "headers": {"Content-Type": "text/plain"}}, 415, "Send a", id="type"),
        pytest.param("POST", {"content": COUNT}, 415, "no stated type", id="no type"),
        pytest.param("POST", {"data": {"query": "#" * 100_001}}, 413, "100,001 characters", id="long query"),
        pytest.param("POST", {"content": b"x" * 3_000_000, "headers": direct}, 413, "too large", id="large body"),
        pytest.param("PUT", {"content": "x"}, 405, "GET, POST", id="put"),
        pytest.param("DELETE", {}, 405, "GET, POST", id="delete"),
    ]  # fmt: skip


@pytest.mark.parametrize(("method", "sent", "status", "told"), _client_errors())
def test_what_is_wrong_is_said(client: httpx.Client, method: str, sent: dict[str, Any], status: int, told: str) -> None:
    response = client.request(method, "sparql", **sent)
    assert response.status_code == status, response.text
    assert told in response.text
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Traceback" not in response.text
    assert (status == 405) == ("allow" in response.headers)


def test_an_address_that_is_not_utf8(server: Server) -> None:
    host, port = server.url.removeprefix("http://").rstrip("/").split(":")
    connection = HTTPConnection(host, int(port))
    connection.request("GET", "/sparql?query=%ff")
    response = connection.getresponse()
    assert (response.status, b"can't be read" in response.read()) == (400, True)
    connection.close()


def test_a_body_that_hides_its_size_is_cut_off(client: httpx.Client) -> None:
    sent = 0

    def endless() -> Any:
        nonlocal sent
        while sent < 50_000_000:
            sent += 65536
            yield b"x" * 65536

    headers = {"Content-Type": "application/sparql-query"}
    try:
        response = client.post("sparql", content=endless(), headers=headers)
        assert response.status_code == 413
    except httpx.WriteError:  # the server hung up while the client was still sending
        pass
    assert sent < 20_000_000


def test_no_other_endpoint_is_asked(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        queries = [
            f"SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
            f"SELECT * WHERE {{ ?a ?b ?c .service silent<{url}>{{ ?s ?p ?o }} }}",
            f"SELECT * WHERE {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
            f"SELECT * FROM <{url}> WHERE {{ ?s ?p ?o }}",
            f"SELECT * WHERE {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
        ]
        statuses = [client.post("sparql", data={"query": query}).status_code for query in queries]
        assert statuses == [403, 403, 403, 200, 200]
        with pytest.raises(TimeoutError):
            trap.accept()
    harmless = "SELECT ('SERVICE' AS ?service) WHERE { } # SERVICE"
    assert client.post("sparql", data={"query": harmless}).status_code == 200


@pytest.mark.parametrize("host", ["a b<c>", '"', "x" * 5000, "[::1", "a/b", "a%zz"])
def test_a_header_that_names_no_host_does_no_harm(client: httpx.Client, host: str) -> None:
    for path in ("sparql", "api/questions/conditions", "id/jurisdiction/ut", ""):
        response = client.get(path, headers={"Host": host, "Accept": "text/turtle, */*;q=0.1"})
        assert response.status_code in (200, 303, 400), path
        assert host not in response.headers.get("location", "")


def test_it_describes_itself(client: httpx.Client) -> None:
    for media_type, format_ in (("text/turtle", ox.RdfFormat.TURTLE), ("application/rdf+xml", ox.RdfFormat.RDF_XML)):
        response = client.get("sparql", headers={"Accept": media_type})
        triples = list(ox.parse(response.content, format=format_))
        said = {t.predicate.value.rpartition("#")[2]: str(t.object) for t in triples}
        assert said["endpoint"] == f"<{client.base_url}sparql>"
        assert {str(t.object).rpartition("/")[2] for t in triples if t.predicate.value.endswith("resultFormat")} > {
            "Turtle>"
        }
    assert client.get("sparql", headers={"Accept": "image/png"}).status_code == 406
    browser = client.get("sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (browser.status_code, browser.headers["location"]) == (303, "query.html")


def test_other_origins_may_ask(client: httpx.Client) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "Content-Type",
    }
    preflight = client.options("sparql", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    response = client.get("sparql", params={"query": COUNT}, headers={"Origin": "https://example.org"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers


def test_head(client: httpx.Client) -> None:
    response = client.head("sparql", params={"query": COUNT})
    assert (response.status_code, response.content) == (200, b"")


def test_an_endless_query_is_stopped_and_others_are_answered_meanwhile(server: Server, client: httpx.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        endless = pool.submit(server.sparql, CARTESIAN)
        answered = 0
        while not endless.done():
            number(client.post("sparql", data={"query": COUNT}))
            answered += 1
        stopped = endless.result()
    assert stopped.status_code == 503
    assert "ran for 2 seconds and was stopped" in stopped.text
    assert answered > 1


def test_more_endless_queries_than_workers_leave_the_server_usable(server: Server, client: httpx.Client) -> None:
    with ThreadPoolExecutor(3) as pool:
        stopped = list(pool.map(server.sparql, [CARTESIAN] * 3))
    assert {response.status_code for response in stopped} == {503}
    assert number(client.post("sparql", data={"query": COUNT})) > 10_000


def test_a_query_that_is_nested_too_deeply_is_refused_before_it_runs(client: httpx.Client) -> None:
    refused = client.post("sparql", data={"query": "SELECT * WHERE " + "{" * 20_000 + "}" * 20_000})
    assert refused.status_code == 400
    assert "nested more than" in refused.text
    assert number(client.post("sparql", data={"query": COUNT})) > 10_000


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f", "stopped"),
        ("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }", "larger than 2 MB"),
        ("CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }", "stopped"),
    ],
    ids=["memory", "result", "graph"],
)
def test_a_greedy_query_ends_alone(client: httpx.Client, query: str, told: str) -> None:
    greedy = client.post("sparql", data={"query": query})
    assert greedy.status_code == 503
    assert told in greedy.text
    assert number(client.post("sparql", data={"query": COUNT})) > 10_000


def test_a_slow_client_does_not_hold_up_others(server: Server, client: httpx.Client) -> None:
    host, port = server.url.removeprefix("http://").rstrip("/").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(20)]
    for connection in slow:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"
            b"Content-Type: application/sparql-query\r\n\r\nSEL"
        )
    try:
        assert number(client.get("sparql", params={"query": COUNT})) > 10_000
    finally:
        for connection in slow:
            connection.close()


def test_a_query_may_begin_with_a_byte_order_mark(server: Server) -> None:
    marked = b"\xef\xbb\xbfASK {}"
    direct = httpx.post(f"{server.url}sparql", content=marked, headers={"Content-Type": "application/sparql-query"})
    form = httpx.post(f"{server.url}sparql", data={"query": marked.decode()})
    address = httpx.get(f"{server.url}sparql", params={"query": marked.decode()})
    for response in (direct, form, address):
        assert response.raise_for_status().json() == {"head": {}, "boolean": True}
