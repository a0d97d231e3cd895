"""Each format loads into something real, and what comes out is what went in."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.core.namespaces import SPF
from kgtools.graph.store import RemoteStore
from kgtools.publish.release.build import Built
from kgtools.publish.release.closure import inferred_triples
from tests.shacl.servers import find, oxigraph_server, virtuoso_server

POLICIES = f"SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE {{ ?p a <{SPF}StatePolicy> }}"


def canonical(text: bytes | str, format_: ox.RdfFormat) -> set[str]:
    dataset = ox.Dataset(ox.parse(text, format=format_))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad.triple) for quad in dataset}


def policies(dist: Path) -> int:
    store = ox.Store()
    store.bulk_load(path=str(dist / "data.nt"), format=ox.RdfFormat.N_TRIPLES)
    answer = store.query(POLICIES)
    assert isinstance(answer, ox.QuerySolutions)
    (row,) = answer
    return int(row["n"].value)


def post_to_virtuoso(address: str, graph: str, file: Path) -> None:
    """Add N-Triples in pieces: Virtuoso closes the connection on a large body that it has not yet authorized."""
    from urllib.request import HTTPDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request, build_opener

    passwords = HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, address, "dba", "dba")
    opener = build_opener(HTTPDigestAuthHandler(passwords))
    lines = file.read_bytes().splitlines(keepends=True)
    for start in range(0, len(lines), 4000):
        body, headers = b"".join(lines[start : start + 4000]), {"Content-Type": "application/n-triples"}
        url = f"{address}?graph-uri={graph}"
        with opener.open(Request(url, data=body, method="POST", headers=headers), timeout=60):
            pass


def number(store: RemoteStore) -> int:
    ((found,),) = store.select(POLICIES).rows
    assert isinstance(found, ox.Literal)
    return int(found.value)


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_rdflib_reads_the_ontology_and_shapes_from_each_format(
    dist: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import rdflib

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # else it rewrites 00:00:00Z as 00:00:00+00:00

    for part in ("ontology", "shapes"):
        graph = rdflib.Graph()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            graph.parse(dist / f"{part}.{ending}")
        found = canonical(graph.serialize(format="nt"), ox.RdfFormat.N_TRIPLES)
        assert found == canonical((dist / f"{part}.nt").read_bytes(), ox.RdfFormat.N_TRIPLES)


@pytest.mark.parametrize("name", ["spf-kg.ttl", "spf-kg.rdf"])
def test_rdflib_reads_the_whole_graph(built: Built, name: str) -> None:
    import rdflib

    assert len(rdflib.Graph().parse(built.folder / name)) == built.triples


@pytest.mark.parametrize("part", ["ontology", "shapes", "data"])
def test_an_independent_json_ld_processor_gets_the_same_triples(dist: Path, part: str) -> None:
    from pyld import jsonld

    def no_network(url: str, options: object) -> None:
        raise AssertionError(f"{url} was fetched")

    document = json.loads((dist / f"{part}.jsonld").read_text())
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": no_network})
    found = canonical(quads, ox.RdfFormat.N_QUADS)
    assert found == canonical((dist / f"{part}.nt").read_bytes(), ox.RdfFormat.N_TRIPLES)
    assert document["@context"] == json.loads((dist / "context.jsonld").read_text())["@context"]


def test_owlready2_reads_the_rdf_xml_that_protege_reads(dist: Path) -> None:
    import owlready2

    world = owlready2.World()
    world.get_ontology((dist / "spf-kg.rdf").as_uri()).load()
    assert len(list(world.search(type=world[SPF + "StatePolicy"]))) == policies(dist)
    assert world[SPF + "StatePolicy"].is_a


@pytest.mark.parametrize("name", ["ontology.rdf", "ontology/core.rdf", "spf-kg.rdf"])
def test_owlready2_finds_the_classes_by_their_names(dist: Path, name: str) -> None:
    import owlready2

    onto = owlready2.World().get_ontology((dist / name).as_uri()).load()
    assert onto.base_iri == SPF
    assert isinstance(onto.StatePolicy, owlready2.ThingClass)
    assert onto.StatePolicy.iri == SPF + "StatePolicy"
    assert onto.Provision in onto.classes()
    assert onto.carriesOut in onto.object_properties()


@pytest.mark.server
@pytest.mark.skipif(find("oxigraph") is None, reason="there is no oxigraph server here")
@pytest.mark.parametrize(("name", "media"), [("spf-kg.nq", "application/n-quads"), ("spf-kg.trig", "application/trig")])
def test_an_oxigraph_server_loads_the_quads(built: Built, name: str, media: str) -> None:
    from urllib.request import Request, urlopen

    with oxigraph_server() as store:
        address = store.name.replace("/query", "/store")
        body = (built.folder / name).read_bytes()
        with urlopen(Request(address, data=body, method="POST", headers={"Content-Type": media}), timeout=60):
            pass
        assert number(store) == policies(built.folder)
        counted = store.select("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }")
        with_every_header = {str(quad.triple) for quad in ox.parse(path=str(built.folder / name))}
        assert len(with_every_header) > built.triples
        assert [str(getattr(n, "value", "")) for (n,) in counted.rows] == [str(len(with_every_header))]


@pytest.mark.server
@pytest.mark.skipif(shutil.which("virtuoso-t") is None, reason="there is no virtuoso-t here")
def test_a_virtuoso_server_loads_the_triples(built: Built) -> None:
    with virtuoso_server() as (store, address):
        post_to_virtuoso(address, "urn:data", built.folder / "spf-kg.nt")
        assert number(store) == policies(built.folder)


@pytest.mark.soak
def test_what_is_inferred_follows_by_an_independent_reasoner(project_part: list[ox.Triple]) -> None:
    import owlrl
    import rdflib

    ours = {str(t) for t in inferred_triples(project_part) if "_:" not in str(t)}
    graph = rdflib.Graph().parse(data=ox.serialize(project_part, format=ox.RdfFormat.N_TRIPLES), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    theirs = {line.removesuffix(" .") for line in graph.serialize(format="nt").splitlines()}
    assert ours
    assert ours <= theirs


@pytest.fixture
def project_part(dist: Path) -> list[ox.Triple]:
    """The ontology, the framework, and twenty state policies with what they say."""
    ontology = [q.triple for q in ox.parse(path=str(dist / "ontology.nt"))]
    data = [q.triple for q in ox.parse(path=str(dist / "data.nt"))]
    wanted = ("id/state-policy/ut-", "id/claim/ut-", "id/condition/", "id/transformative-policy/credit")
    return ontology + [t for t in data if any(part in str(t.subject) for part in wanted)]
