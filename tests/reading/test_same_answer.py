"""Whichever verb reads a file, it reads the same: byte order marks, and labels of blank nodes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.projects import load_project
from kgtools.graph.reading import UnreadableFileError, read_triples
from kgtools.graph.store import EmbeddedStore
from kgtools.graph.store.remote import _batches

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


@pytest.fixture(autouse=True)
def _in_the_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.root)


def kgtools(*arguments: str | Path) -> int:
    return main([*map(str, arguments)])


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


_CONTEXT = """{"@context": {"ex": "http://e.org/", "xsd": "http://www.w3.org/2001/XMLSchema#",
  "ratio": {"@id": "ex:ratio", "@type": "xsd:decimal"}, "count": {"@id": "ex:count", "@type": "xsd:integer"},
  "name": {"@id": "ex:name", "@type": "xsd:string"}, "share": {"@id": "ex:share", "@type": "xsd:double"}},
 "@id": "ex:a",
 """


@pytest.mark.parametrize(
    ("member", "written", "type_"),
    [
        ('"ratio": 0.67', "0.67", "xsd:decimal"),
        ('"ratio": [1, -2.5e-3]', "-2.5e-3", "xsd:decimal"),
        ('"name": 0.5', "0.5", "xsd:string"),
        ('"count": 1.5', "1.5", "xsd:integer"),
        ('"count": 100000000000000000000', "100000000000000000000", "xsd:integer"),
        ('"ex:n": 100000000000000000000', "100000000000000000000", "xsd:integer"),
        ('"ex:n": -999999999999999999999', "-999999999999999999999", "xsd:integer"),
        ('"ex:n": {"@value": 0.67, "@type": "xsd:decimal"}', "0.67", "xsd:decimal"),
    ],
)
def test_a_number_that_would_change_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], member: str, written: str, type_: str
) -> None:
    file = tmp_path / "numbers.jsonld"
    file.write_text(f"{_CONTEXT}{member}}}")
    column = 2 + member.index(written)
    for reader in (lambda: list(read_triples(file)), lambda: Files().triples(file)):
        with pytest.raises(UnreadableFileError) as refused:
            reader()
        assert (refused.value.line, refused.value.column) == (5, column)
        assert f'{{"@value": "{written}", "@type": "{type_}"}}' in refused.value.reason
    assert kgtools("convert", file, "-o", tmp_path / "out.nt") == 2
    assert kgtools("validate", file) == 2
    assert f"numbers.jsonld:5:{column}" in capsys.readouterr().out
    typed = f'{{"@value": "{written}", "@type": "{type_}"}}'
    fixed = member.replace(written, f'"{written}"' if "@value" in member else typed)
    file.write_text(f"{_CONTEXT}{fixed}}}")
    assert any(isinstance(t.object, ox.Literal) and t.object.value == written for t in read_triples(file))


@pytest.mark.parametrize(
    ("member", "value", "type_"),
    [
        ("9223372036854775808", "9223372036854775808", "integer"),
        ("1.0", "1", "integer"),
        ("0.5", "5.0E-1", "double"),
        ("1e21", "1.0E21", "double"),
        ('"6.7E-1"', "6.7E-1", "string"),
        ('{"@value": 0.25, "@type": "xsd:float"}', "2.5E-1", "float"),
    ],
)
def test_a_number_is_read_as_json_ld_says(tmp_path: Path, member: str, value: str, type_: str) -> None:
    file = tmp_path / "numbers.jsonld"
    file.write_text(f'{_CONTEXT}"ex:n": {member}}}')
    [triple] = Files().triples(file)
    assert triple.object == ox.Literal(value, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{type_}"))


def test_a_type_map_of_objects_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "map.jsonld"
    file.write_text(
        '{"@context": {"ex": "http://e.org/",\n "m": {"@id": "ex:m", "@container": "@type"}},\n'
        ' "@id": "ex:a", "m": {"ex:T": {"@id": "ex:b", "ex:p": 1}}}'
    )
    for reader in (lambda: list(read_triples(file)), lambda: Files().triples(file)):
        with pytest.raises(UnreadableFileError, match="A type map") as refused:
            reader()
        assert refused.value.line == 2


def test_each_verb_names_the_keys_that_it_drops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, other = tmp_path / "typo.jsonld", tmp_path / "other.nt"
    file.write_text('{"http://e.org/b": "c", "@id": "http://e.org/a",\n "sumary": 1, "http://e.org/x y": 2}')
    other.write_text(_TEXTS["nt"])
    for arguments in (
        ("convert", file, "-o", tmp_path / "out.nt"),
        ("load", file, "--store", tmp_path / "store", "--no-validate"),
        ("diff", file, other),
        ("diff", other, file),
    ):
        assert kgtools(*arguments) == 0
        told = capsys.readouterr().err
        assert "typo.jsonld:3:2: " not in told
        assert f"warning: {file}:2:2: The context maps the key 'sumary' to no property" in told
        assert f"warning: {file}:2:15: The context maps the key 'http://e.org/x y' to no property" in told
        assert told.count("warning") == 2


_SHAPE = """{"@context": {"sh": "http://www.w3.org/ns/shacl#", "ex": "http://e.org/"},
 "severty": "sh:Warning", "@id": "ex:S", "@type": "sh:NodeShape", "sh:targetNode": {"@id": "ex:a"},
 "sh:property": {"sh:path": {"@id": "ex:b"}, "sh:minCount": 1}}"""


def test_validation_names_the_keys_that_no_finding_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, shapes, more = tmp_path / "data.jsonld", tmp_path / "shapes.jsonld", tmp_path / "more.jsonld"
    data.write_text('{"@id": "http://e.org/a", "http://e.org/b": "c",\n "sumary": 1}')
    more.write_text('{"@id": "http://e.org/d", "http://e.org/b": "c", "lable": 1}')
    shapes.write_text(_SHAPE)
    for format_ in ("text", "json"):
        assert kgtools("validate", data, "--shapes", shapes, "--context", more, "--format", format_) == 0
        told = capsys.readouterr().err
        assert f"warning: {data}:2:2: The context maps the key 'sumary' to no property" in told
        assert f"warning: {shapes}:2:2: The context maps the key 'severty' to no property" in told
        assert f"warning: {more}:1:50: The context maps the key 'lable' to no property" in told
