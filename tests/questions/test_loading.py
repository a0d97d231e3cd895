"""kgtools load: whole graphs, nothing double, repeatable after it was killed, and a sentence for each failure."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.answers.determine import is_determination
from kgtools.answers.questions import find_question
from kgtools.cli.main import main
from kgtools.core.namespaces import SPF
from kgtools.core.project import Project
from kgtools.graph.loading import StagedTarget, count, load_portions, open_target, portions
from kgtools.graph.projects import load_project
from kgtools.graph.reading import apart, read_triples
from kgtools.graph.store import Dataset, EmbeddedStore, RemoteStore, Store, StoreError
from tests.conftest import ROOT
from tests.questions.asking import FOLDER, ask
from tests.questions.engines import files_of
from tests.shacl.servers import find, oxigraph_server, put_to_virtuoso, virtuoso_server

needs_oxigraph = pytest.mark.skipif(find("oxigraph") is None, reason="the oxigraph server is not installed")
needs_virtuoso = pytest.mark.skipif(find("virtuoso-t") is None, reason="virtuoso-t is not installed")


def small_project(folder: Path) -> Project:
    """A project of two files: part of the ontology, which has blank nodes, and the fixture."""
    for name in ("ontology", "shapes", "data", "queries/answers"):
        (folder / name).mkdir(parents=True)
    for name in ("core", "schemes"):
        (folder / "ontology" / f"{name}.ttl").write_bytes((ROOT / "ontology" / f"{name}.ttl").read_bytes())
    (folder / "data" / "fixture.ttl").write_bytes((FOLDER / "fixture.ttl").read_bytes())
    return Project(folder)


def outcomes(capsys: pytest.CaptureFixture[str], *arguments: str, project: Project | None = None) -> list[str]:
    chosen = ["--project", str(project.root)] if project else []
    assert main([*chosen, "load", "--no-validate", "--format", "csv", *arguments]) == 0
    return [row["outcome"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]


def test_a_folder_is_loaded_once_and_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = small_project(tmp_path / "project")
    store = str(tmp_path / "store")
    arguments = ["--project", str(project.root)]
    assert main([*arguments, "load", "--no-validate", "--store", store]) == 0
    capsys.readouterr()
    assert main([*arguments, "load", "--no-validate", "--store", store, "--format", "csv"]) == 0
    assert capsys.readouterr().out.count("already there") == 3
    loaded, wanted = EmbeddedStore(Path(store), read_only=True), load_project(project)
    assert len(loaded) == len(wanted)
    assert loaded.graphs() == wanted.graphs()
    question = find_question(Project(ROOT), "coverage")
    assert ask(loaded, question, {"state": "UT,KY"}) == ask(wanted, question, {"state": "UT,KY"})


CLAIM = """
@prefix spf: <https://w3id.org/spf-kg/ontology#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/spf-kg/id/claim/more> a spf:AlignmentClaim ; spf:extent <https://w3id.org/spf-kg/id/extent/full> ;
  spf:alignsStatePolicy <https://w3id.org/spf-kg/id/state-policy/pr-more> ; spf:dateReviewed "2026-11-30"^^xsd:date ;
  spf:alignsWith <https://w3id.org/spf-kg/id/transformative-policy/credit-by-demonstrated-mastery> ;
  spf:epistemicStatus <https://w3id.org/spf-kg/id/epistemic-status/stated> .
<https://w3id.org/spf-kg/id/state-policy/pr-more> a spf:StatePolicy ;
  spf:jurisdiction <https://w3id.org/spf-kg/id/jurisdiction/pr> ;
  spf:legalStatus <https://w3id.org/spf-kg/id/legal-status/in-force> .
"""


def test_determinations_are_derived_of_all_that_a_store_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A claim of Puerto Rico in a second file changes its answer, and leaves no older one beside it."""
    project = small_project(tmp_path / "project")
    (project.root / "queries" / "derive").mkdir()
    rule = (ROOT / "queries" / "derive" / "determinations.rq").read_bytes()
    (project.root / "queries" / "derive" / "determinations.rq").write_bytes(rule)
    more = tmp_path / "more.ttl"
    more.write_text(CLAIM)
    store, arguments = str(tmp_path / "store"), ["--project", str(project.root)]
    question = find_question(Project(ROOT), "coverage")
    before = ask(load_project(project), question, {"state": "PR"})

    def load(*files: str) -> list[str]:
        return outcomes(capsys, *files, "--store", store, project=project)

    assert load()[-1] == "derived"
    with EmbeddedStore(Path(store), read_only=True) as loaded:
        assert ask(loaded, question, {"state": "PR"}) == before
    assert set(load()) == {"already there"}
    assert load(str(more)) == ["loaded", "derived"]
    with EmbeddedStore(Path(store), read_only=True) as loaded:
        rows = ask(loaded, question, {"state": "PR"}).rows
        full = [row[6] for row in rows]
        assert [str(getattr(cell, "value", "")) for cell in full] == ["0", "1"]
        assert [row[4] for row in rows] == [row[4] for row in before.rows], "each cell has one determination"
    assert main([*arguments, "load", "--no-validate", "--store", store]) == 0


def test_replacing_writes_a_graph_anew_and_adding_keeps_what_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "a.ttl", tmp_path / "b.ttl"
    first.write_text("<urn:a> <urn:p> 1 , 2 .")
    second.write_text("<urn:a> <urn:p> 2 , 3 , 4 .")
    store, graph = str(tmp_path / "store"), "urn:mine"
    assert outcomes(capsys, "--store", store, "--graph", graph, str(first)) == ["loaded"]
    assert outcomes(capsys, "--store", store, "--graph", graph, str(second)) == ["added to"]
    assert count(EmbeddedStore(Path(store), read_only=True), graph) == 4
    assert outcomes(capsys, "--store", store, "--graph", graph, "--replace", str(first)) == ["replaced"]
    assert count(EmbeddedStore(Path(store), read_only=True), graph) == 2


def test_policies_that_stand_in_two_graphs_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = small_project(tmp_path / "project")
    arguments = ["--project", str(project.root), "load", "--store", str(tmp_path / "store"), "--no-validate"]
    assert main(arguments) == 0
    assert "stand both in" not in capsys.readouterr().err
    assert main([*arguments, "--graph", "urn:all", *map(str, project.data)]) == 0
    told = capsys.readouterr().err
    assert re.search(r"[1-9][0-9,]* state policies stand both in https://\S+ and in urn:all\. Some servers", told)
    assert "remove one of the two graphs" in told


def test_blank_nodes_are_never_added_twice(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<urn:a> <urn:p> [ <urn:q> 1 ] .")
    parts = portions(Project(ROOT), [file], "urn:g")
    with open_target(str(tmp_path / "store"), None) as target:
        load_portions(target, parts, replace=False, progress=lambda *_: None)
    file.write_text("<urn:a> <urn:p> [ <urn:q> 1 ] , 2 .")
    with (
        pytest.raises(StoreError, match=r"blank nodes, which would be there twice. Use --replace"),
        open_target(str(tmp_path / "store"), None) as target,
    ):
        load_portions(target, parts, replace=False, progress=lambda *_: None)


def test_data_that_does_not_validate_is_refused_unless_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text("<https://w3id.org/spf-kg/id/state-policy/ut-x> a <https://w3id.org/spf-kg/ontology#StatePolicy> .")
    store = tmp_path / "store"
    assert main(["load", "--store", str(store), str(file)]) == 1
    assert "Nothing was loaded, because the data does not validate." in capsys.readouterr().err
    assert not store.exists()
    assert main(["load", "--no-validate", "--store", str(store), str(file)]) == 0


def test_a_graph_that_is_no_iri_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "store")
    for wrong in ("not an iri", "x> } DROP ALL #", "relative"):
        assert main(["load", "--no-validate", "--store", store, "--graph", wrong]) == 2
        assert "is not an IRI" in capsys.readouterr().err


def test_two_files_for_one_graph_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(StoreError, match="would go into the same graph; name one with --graph"):
        portions(Project(ROOT), [tmp_path / "x.ttl", tmp_path / "a" / "x.ttl"], None)


def assert_complete_after_a_kill(url: str, store: RemoteStore, project: Project, environment: dict[str, str]) -> None:
    """Load, kill the process when some graphs are there and others aren't, load again, and compare."""
    command = [sys.executable, "-m", "kgtools", "--project", str(project.root)]
    command += ["load", "--no-validate", "--store", url]
    whole, derived = EmbeddedStore(), "https://w3id.org/spf-kg/graph/derived/determinations"
    for file in files_of(project):
        triples = list(read_triples(file))
        whole.load([t for t in triples if is_determination(t)], derived)
        whole.load([t for t in triples if not is_determination(t)], project.graph_of(file))
    wanted = {graph: count(whole, graph) for graph in whole.graphs()}
    started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while started.poll() is None and len(wanted.keys() & set(store.graphs())) < 3:
        time.sleep(0.01)
    started.send_signal(signal.SIGKILL)
    started.wait()
    half = len(wanted.keys() & set(store.graphs()))
    assert 0 < half < len(wanted), "the process was not killed half-way"
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=300)
    assert {graph: count(store, graph) for graph in wanted} == wanted


@needs_oxigraph
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
def test_oxigraph_server_is_complete_after_a_killed_run_is_repeated(few: Project) -> None:
    with oxigraph_server() as store:
        assert_complete_after_a_kill(store.name, store, few, dict(os.environ))


@needs_virtuoso
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
def test_virtuoso_is_complete_after_a_killed_run_is_repeated(few: Project) -> None:
    with virtuoso_server() as (store, _):
        password = {"KGTOOLS_STORE_USER": "dba", "KGTOOLS_STORE_PASSWORD": "dba"}
        assert_complete_after_a_kill(store.name, store, few, dict(os.environ) | password)


DERIVED = "https://w3id.org/spf-kg/graph/derived/determinations"


@pytest.fixture(scope="module")
def derived(few: Project) -> frozenset[ox.Triple]:
    """The determinations of a few states, as their files have them."""
    return frozenset(t for file in few.data for t in read_triples(file) if is_determination(t))


@pytest.fixture(scope="module")
def in_bulk(few: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All files of a few states as another tool loads them: each graph with its determinations, one of them wrong."""
    file = tmp_path_factory.mktemp("bulk") / "few.nq"
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(few.graph_of(source)))
        for source in (*few.ontology, *few.data)
        for t in apart(read_triples(source), source.stem)
    ]
    old = ox.Quad(
        ox.NamedNode("https://w3id.org/spf-kg/id/determination/ut-credit-by-demonstrated-mastery"),
        ox.NamedNode(f"{SPF}determinationValue"),
        ox.NamedNode("https://w3id.org/spf-kg/id/determination-value/confirmed-absent"),
        ox.NamedNode("https://w3id.org/spf-kg/graph/data/states/ut"),
    )
    assert old not in quads
    file.write_bytes(ox.serialize([*quads, old], format=ox.RdfFormat.N_QUADS) or b"")
    return file


def determinations(store: Store, graph: str = DERIVED) -> frozenset[ox.Triple]:
    """Read page by page, so that no limit cuts them."""
    found: set[ox.Triple] = set()
    subjects = f"SELECT DISTINCT ?s WHERE {{ GRAPH <{graph}> {{ ?s a <{SPF}Determination> }} }} ORDER BY ?s"
    offset = 0
    while rows := store.select(f"{subjects} LIMIT 100 OFFSET {offset}").rows:
        values = " ".join(str(row[0]) for row in rows)
        query = f"VALUES ?s {{ {values} }} GRAPH <{graph}> {{ ?s ?p ?o }}"
        found |= set(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {query} }}"))
        offset += 100
    return frozenset(found)


def places_of_determinations(store: Store) -> list[str]:
    query = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?d a <{SPF}Determination> }} }}"
    return [row[0].value for row in store.select(query).rows if isinstance(row[0], ox.NamedNode)]


@needs_virtuoso
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
def test_a_server_that_cuts_long_answers_gets_all_determinations_or_none(
    few: Project,
    derived: frozenset[ox.Triple],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KGTOOLS_STORE_USER", "dba")
    monkeypatch.setenv("KGTOOLS_STORE_PASSWORD", "dba")
    with virtuoso_server(rows=1000) as (store, _):
        assert outcomes(capsys, "--store", store.name, project=few)[-1] == "derived"
        assert determinations(store) == derived
        assert set(outcomes(capsys, "--store", store.name, project=few)) == {"already there"}
        assert main(["sparql", "SELECT * WHERE { ?s ?p ?o }", "--store", store.name, "--format", "csv"]) == 0
        assert "may have cut this answer after 1,000 rows" in capsys.readouterr().err
        assert main(["sparql", "SELECT * WHERE { ?s ?p ?o } LIMIT 999", "--store", store.name]) == 0
        assert "cut" not in capsys.readouterr().err
    with virtuoso_server(rows=100) as (store, _):  # Utah alone has more
        assert main(["--project", str(few.root), "load", "--no-validate", "--store", store.name]) == 2
        err = capsys.readouterr().err
        assert "Raise the server's limit (ResultSetMaxRows" in err
        assert "no determinations were written" in err
        assert places_of_determinations(store) == []


@needs_virtuoso
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
def test_determinations_that_were_loaded_in_bulk_give_way_in_virtuoso(
    few: Project,
    in_bulk: Path,
    derived: frozenset[ox.Triple],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KGTOOLS_STORE_USER", "dba")
    monkeypatch.setenv("KGTOOLS_STORE_PASSWORD", "dba")
    by_graph: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(path=str(in_bulk)):
        by_graph.setdefault(str(getattr(quad.graph_name, "value", "")), []).append(quad)
    with virtuoso_server(rows=1000) as (store, address):
        for graph, quads in by_graph.items():
            put_to_virtuoso(
                address, graph, ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES) or b""
            )
        told = outcomes(capsys, "--store", store.name, project=few)
        assert set(told) == {"determinations removed", "already there", "derived"}
        assert places_of_determinations(store) == [DERIVED]
        assert determinations(store) == derived


@needs_oxigraph
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
@pytest.mark.parametrize("union", [True, False])
def test_determinations_that_were_loaded_in_bulk_give_way_in_oxigraph(
    few: Project, in_bulk: Path, derived: frozenset[ox.Triple], capsys: pytest.CaptureFixture[str], union: bool
) -> None:
    with oxigraph_server(in_bulk, union=union) as store:
        told = outcomes(capsys, "--store", store.name, project=few)
        assert set(told) == {"determinations removed", "already there", "derived"}
        assert places_of_determinations(store) == [DERIVED]
        assert determinations(store) == derived
        assert set(outcomes(capsys, "--store", store.name, project=few)) == {"already there"}


def test_determinations_that_were_loaded_in_bulk_give_way_in_a_folder(
    few: Project, in_bulk: Path, derived: frozenset[ox.Triple], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    bulk = ox.Store(str(folder))
    bulk.bulk_load(path=str(in_bulk), format=ox.RdfFormat.N_QUADS)
    bulk.flush()
    del bulk
    assert "determinations removed" in outcomes(capsys, "--store", str(folder), project=few)
    with EmbeddedStore(folder, read_only=True) as store:
        assert places_of_determinations(store) == [DERIVED]
        assert determinations(store) == derived


@needs_oxigraph
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
def test_an_oxigraph_server_without_a_union_gets_the_determinations_of_what_was_just_loaded(
    few: Project, derived: frozenset[ox.Triple], capsys: pytest.CaptureFixture[str]
) -> None:
    """The server's graphs are asked for again, since at the start there was none."""
    with oxigraph_server(union=False) as store:
        assert outcomes(capsys, "--store", store.name, project=few)[-1] == "derived"
        assert determinations(store) == derived


@needs_oxigraph
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
def test_a_file_of_nothing_is_no_failure_and_a_failure_names_its_graph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = tmp_path / "nothing.ttl"
    nothing.write_text("")
    with oxigraph_server() as store:
        store.load([ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal(1))], "urn:g")
        arguments = ["--store", store.name, "--graph", "urn:g", str(nothing)]
        assert outcomes(capsys, *arguments) == ["added to"]
        assert count(store, "urn:g") == 1
        target = StagedTarget(store)
        target.add("urn:g", frozenset())
        assert count(store, "urn:g") == 1
        assert outcomes(capsys, *arguments, "--replace") == ["replaced"]
        assert count(store, "urn:g") == 0
    parts = portions(Project(ROOT), [nothing, ROOT / "ontology" / "core.ttl"], None)
    closed = StagedTarget(RemoteStore("http://127.0.0.1:9/query", timeout=1))
    with pytest.raises(StoreError, match=r"graph/files/nothing was not loaded, graph 1 of 2; .* can't be reached"):
        load_portions(closed, parts, replace=False, progress=lambda *_: None)


@needs_virtuoso
@pytest.mark.server
@pytest.mark.xdist_group("question-servers")
def test_a_missing_or_wrong_password_is_told_and_never_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<urn:a> <urn:p> 1 .")
    with virtuoso_server() as (store, _):
        command = ["load", "--no-validate", "--store", store.name, "--graph", "urn:g", str(file)]
        assert main(command) == 2
        assert "KGTOOLS_STORE_USER and KGTOOLS_STORE_PASSWORD" in capsys.readouterr().err
        monkeypatch.setenv("KGTOOLS_STORE_USER", "dba")
        monkeypatch.setenv("KGTOOLS_STORE_PASSWORD", "hunter2")
        assert main(command) == 2
        err = capsys.readouterr().err
        assert "HTTP 401" in err
        assert "hunter2" not in err


_CUT = {
    "/cut/rows": b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}},It was cancelled',
    "/cut/wrong": b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}},It stopped}}',
    "/cut/triples": b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> It was cancelled",
}
"""Answers that end before they should, with the reason in place of the rest, as an Oxigraph server writes it."""


class Odd(BaseHTTPRequestHandler):
    """A server that is no SPARQL endpoint, is slow under /slow, refuses under /fails, and breaks off under /cut."""

    def answer(self) -> None:
        if self.path.startswith("/slow"):
            time.sleep(3)
        body = _CUT.get(self.path, b"<html>Welcome</html>")
        self.send_response(500 if self.path.startswith("/fails") else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_OPTIONS = answer  # noqa: N815 - names that the base class looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@contextmanager
def odd_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_failures_of_an_endpoint_are_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    with odd_server() as address:
        assert main(["query", "conditions", "--store", f"{address}/page"]) == 2
        assert "did not answer with SPARQL JSON results" in capsys.readouterr().err
        assert main(["query", "conditions", "--store", f"{address}/fails"]) == 2
        assert "500" in capsys.readouterr().err
        with pytest.raises(StoreError, match="gave no answer in time"):
            RemoteStore(f"{address}/slow", timeout=1).select("SELECT * WHERE { ?s ?p ?o }")
        with pytest.raises(StoreError, match="broke off its answer, which ends with 'It was cancelled'"):
            RemoteStore(f"{address}/cut/rows").answer("SELECT ?s WHERE { ?s ?p ?o }", Dataset())
        with pytest.raises(StoreError, match="gave rows that can't be read"):
            RemoteStore(f"{address}/cut/wrong").select("SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }")
        with pytest.raises(StoreError, match="which ends with '<urn:a> <urn:b> It was cancelled'"):
            RemoteStore(f"{address}/cut/triples").answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", Dataset())
    assert main(["query", "conditions", "--store", f"{address}/sparql"]) == 2
    err = capsys.readouterr().err
    assert "can't be reached" in err
    assert "Traceback" not in err
