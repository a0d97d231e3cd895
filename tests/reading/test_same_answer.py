"""Whichever verb reads a file, it reads the same: byte order marks, and labels of blank nodes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.projects import load_project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore
from kgtools.graph.store.remote import _batches
from tests.conftest import ROOT

_MARK = b"\xef\xbb\xbf"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_STATED = ox.Triple(ox.NamedNode("http://e.org/a"), ox.NamedNode("http://e.org/b"), ox.Literal("c"))
_TEXTS = {
    "ttl": '<http://e.org/a> <http://e.org/b> "c" .\n',
    "nt": '<http://e.org/a> <http://e.org/b> "c" .\n',
    "trig": '<http://e.org/g> { <http://e.org/a> <http://e.org/b> "c" . }\n',
    "nq": '<http://e.org/a> <http://e.org/b> "c" <http://e.org/g> .\n',
    "jsonld": '{"@id": "http://e.org/a", "http://e.org/b": "c"}\n',
    "rdf": f'<?xml version="1.0"?><rdf:RDF xmlns:rdf="{_RDF}" xmlns:e="http://e.org/">'
    '<rdf:Description rdf:about="http://e.org/a"><e:b>c</e:b></rdf:Description></rdf:RDF>\n',
}
_SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/garden/> .
ex:S a sh:NodeShape ; sh:targetClass ex:Plot ; sh:property [ sh:path ex:n ; sh:maxCount 1 ] .
"""


def kgtools(*arguments: str | Path) -> int:
    return main(["--project", str(ROOT), *map(str, arguments)])


@pytest.fixture(params=_TEXTS)
def marked(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / f"marked.{request.param}"
    file.write_bytes(_MARK + _TEXTS[request.param].encode())
    return file


def test_each_reader_passes_over_a_byte_order_mark(marked: Path) -> None:
    assert list(read_triples(marked)) == [_STATED]
    assert Files().triples(marked) == (_STATED,)


def test_each_verb_passes_over_a_byte_order_mark(marked: Path, tmp_path: Path) -> None:
    plain, shapes = tmp_path / "plain.nt", tmp_path / "shapes.ttl"
    plain.write_text(_TEXTS["nt"])
    shapes.write_bytes(
        _MARK + b"@prefix sh: <http://www.w3.org/ns/shacl#> .\n<http://e.org/S> a sh:NodeShape ;\n"
        b"  sh:targetNode <http://e.org/a> ; sh:property [ sh:path <http://e.org/b> ; sh:maxCount 0 ] .\n"
    )
    assert kgtools("convert", marked, "-o", tmp_path / "out.nt") == 0
    assert (tmp_path / "out.nt").read_text() == _TEXTS["nt"]
    assert kgtools("diff", marked, plain, "--exit-code") == 0
    assert kgtools("load", marked, "--store", tmp_path / "store", "--no-validate") == 0
    with EmbeddedStore(tmp_path / "store", read_only=True) as store:
        assert list(store.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == [_STATED]
    assert kgtools("validate", marked, "--shapes", shapes) == 1


def test_a_project_whose_files_begin_with_a_mark_is_loaded(tmp_path: Path) -> None:
    for name in ("ontology", "shapes", "data"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.ttl").write_bytes(_MARK + _TEXTS["ttl"].encode())
    assert list(load_project(Project(tmp_path)).construct("CONSTRUCT WHERE { ?s ?p ?o }")) == [_STATED]


def test_formatting_takes_the_mark_away(tmp_path: Path) -> None:
    file = tmp_path / "marked.ttl"
    file.write_bytes(_MARK + _TEXTS["ttl"].encode())
    assert kgtools("fmt", file) == 0
    assert not file.read_bytes().startswith(_MARK)


def test_a_query_may_begin_with_a_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "q.rq").write_bytes(_MARK + b"ASK {}")
    assert kgtools("sparql", "-f", tmp_path / "q.rq", "--format", "csv") == 0
    assert kgtools("sparql", "\ufeffASK {}", "--format", "csv") == 0
    assert capsys.readouterr().out == "answer\ntrue\n".replace("\n", "\r\n") * 2


def _plots(folder: Path) -> tuple[Path, Path]:
    files = folder / "one.ttl", folder / "two.nt"
    files[0].write_text('@prefix ex: <http://example.org/garden/> .\n_:b0 a ex:Plot ; ex:n "one" .\n')
    files[1].write_text(
        f'_:b0 <{_RDF}type> <http://example.org/garden/Plot> .\n_:b0 <http://example.org/garden/n> "two" .\n'
    )
    return files


@pytest.mark.parametrize("graph", [(), ("--graph", "http://example.org/all")])
@pytest.mark.parametrize("at_once", [True, False])
def test_labels_of_blank_nodes_are_local_to_a_file_when_loaded(
    tmp_path: Path, graph: tuple[str, ...], at_once: bool
) -> None:
    files, store, shapes = _plots(tmp_path), tmp_path / "store", tmp_path / "shapes.ttl"
    shapes.write_text(_SHAPES)
    if at_once:
        assert kgtools("load", *files, "--store", store, "--no-validate", *graph) == 0
    else:
        for file in files:
            each = (graph[0], f"{graph[1]}/{file.stem}") if graph else ()
            assert kgtools("load", file, "--store", store, "--no-validate", *each) == 0
    with EmbeddedStore(store, read_only=True) as opened:
        triples = set(opened.construct("CONSTRUCT WHERE { ?s ?p ?o }"))
    assert len(triples) == 4
    assert len({triple.subject for triple in triples}) == 2
    assert kgtools("validate", "--store", store, "--shapes", shapes) == 0
    assert kgtools("validate", *files, "--shapes", shapes) == 0


def test_a_file_that_is_loaded_again_is_there_already(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, _ = _plots(tmp_path)
    for outcome in ("loaded", "already there"):
        assert kgtools("load", file, "--store", tmp_path / "store", "--no-validate", "--format", "csv") == 0
        assert capsys.readouterr().out.rstrip().endswith(outcome)


def test_readers_keep_the_blank_nodes_of_files_apart(tmp_path: Path) -> None:
    files = _plots(tmp_path)
    for triples in (tuple(read_triples(*files)), Files().triples(*files)):
        assert len({triple.subject for triple in triples}) == 2


def test_an_update_in_pieces_keeps_a_blank_node_whole() -> None:
    node, other = ox.BlankNode("n"), ox.NamedNode("http://e.org/a")
    about = [ox.Triple(node, ox.NamedNode("http://e.org/p"), ox.Literal(number)) for number in range(3)]
    rest = [ox.Triple(other, ox.NamedNode("http://e.org/p"), ox.Literal(number)) for number in range(20_000)]
    batches = list(_batches([*about, *rest, ox.Triple(other, ox.NamedNode("http://e.org/q"), node)]))
    assert len(batches[0]) == 4
    assert sum(map(len, batches)) == 20_004
    assert all(isinstance(triple.object, ox.Literal) for batch in batches[1:] for triple in batch)
