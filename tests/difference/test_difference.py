"""The difference of two hand-made versions names exactly the changes made, whatever the versions are kept in."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.core.errors import DifferenceError
from kgtools.core.project import Project
from kgtools.graph.reading import UnreadableFileError
from kgtools.graph.store import EmbeddedStore
from kgtools.intake.difference.compare import compare
from kgtools.intake.difference.render import FORMATS
from kgtools.intake.difference.sides import read_side

HERE = Path(__file__).parent
OLD, NEW = HERE / "versions" / "old.ttl", HERE / "versions" / "new.ttl"
CHANGESET = "http://purl.org/vocab/changeset/schema#"


@pytest.fixture(scope="module")
def known() -> list[list[str]]:
    """What was changed by hand: group, condition, sentence, reason."""
    rows: list[list[str]] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
    return rows


def told(old: Path, new: Path, project: Project) -> list[list[str]]:
    difference = compare(read_side(str(old), project), read_side(str(new), project))
    return [[c.group, "; ".join(c.conditions), c.sentence, c.reason] for c in difference.changes]


def test_exactly_the_known_changes_are_named(project: Project, known: list[list[str]]) -> None:
    assert len(known) == 32
    assert told(OLD, NEW, project) == known


def test_what_was_added_the_other_way_round_was_removed(project: Project) -> None:
    there = compare(read_side(str(OLD), project), read_side(str(NEW), project))
    back = compare(read_side(str(NEW), project), read_side(str(OLD), project))
    assert {(c.subject, c.property) for c in there.changes} == {(c.subject, c.property) for c in back.changes}
    assert (there.added, there.removed) == (back.removed, back.added)


def test_the_order_of_triples_and_the_names_of_blank_nodes_are_no_change(project: Project, tmp_path: Path) -> None:
    triples = sorted(read_side(str(OLD), project), key=lambda t: str(t)[::-1])
    text = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").replace(b"_:", b"_:other")
    (tmp_path / "same.nt").write_bytes(text)
    assert told(OLD, tmp_path / "same.nt", project) == []


def test_a_blank_node_that_says_something_else_under_the_same_label_is_a_change() -> None:
    def version(number: int) -> list[ox.Triple]:
        node, name = ox.BlankNode("same"), ox.NamedNode("http://example.org/name")
        return [
            ox.Triple(ox.NamedNode("http://example.org/record"), name, node),
            ox.Triple(node, name, ox.Literal(number)),
        ]

    (change,) = compare(version(1), version(2)).changes
    assert (change.subject, change.kind) == ("http://example.org/record", "changed")
    assert [("1" in text, "2" in text) for text in (*change.before, *change.after)] == [(True, False), (False, True)]


def test_folders_and_stores_are_compared_as_files_are(project: Project, tmp_path: Path, known: list[list[str]]) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "part.ttl").write_bytes(OLD.read_bytes())
    store = EmbeddedStore(tmp_path / "new")
    store.load(read_side(str(NEW), project))
    store.inner.flush()
    del store
    assert told(tmp_path / "old", tmp_path / "new", project) == known


def test_git_revisions_are_compared(tmp_path: Path, known: list[list[str]]) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
            check=True,
            capture_output=True,
        )

    git("init", "-q")
    for version in (OLD, NEW):
        for part in ("ontology", "data"):
            (tmp_path / "sub" / part).mkdir(parents=True, exist_ok=True)
        (tmp_path / "sub" / "ontology" / "core.ttl").write_bytes(version.read_bytes())
        git("add", "-A")
        git("commit", "-q", "-m", version.stem)
        git("tag", version.stem)
    own = Project(tmp_path / "sub")
    difference = compare(read_side("old", own), read_side("new", own))
    assert [[c.group, "; ".join(c.conditions), c.sentence, c.reason] for c in difference.changes] == known


@pytest.mark.parametrize("name", ["no-such-thing", "--output=/tmp/stolen", "HEAD; rm -rf x", "HEAD:README.md"])
def test_what_is_no_version_is_refused(project: Project, name: str) -> None:
    with pytest.raises(DifferenceError, match="There is no file, folder, store or git revision"):
        read_side(name, project)


def test_an_empty_folder_and_a_broken_file_are_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(DifferenceError, match="holds no RDF file and no store"):
        read_side(str(tmp_path), project)
    (tmp_path / "broken.ttl").write_text("<a> <b>")
    with pytest.raises(UnreadableFileError, match=r"broken\.ttl:1:"):
        read_side(str(tmp_path), project)


def test_the_statements_of_the_rdf_form_turn_the_old_version_into_the_new(project: Project) -> None:
    old, new = read_side(str(OLD), project), read_side(str(NEW), project)
    graph = ox.Store()
    for quad in ox.parse(FORMATS["ttl"](compare(old, new)), format=ox.RdfFormat.TURTLE):
        graph.add(quad)
    query = """PREFIX cs: <http://purl.org/vocab/changeset/schema#>
      PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
      SELECT ?s ?p ?o WHERE { ?set a cs:ChangeSet ; cs:ROLE [ rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ] ;
        cs:subjectOfChange ?s ; cs:changeReason ?why }"""
    turned = {str(t) for t in old if "_:" not in str(t)}
    for role in ("removal", "addition"):
        answer = graph.query(query.replace("ROLE", role))
        assert isinstance(answer, ox.QuerySolutions)
        found = {f"{row['s']} {row['p']} {row['o']}" for row in answer}
        turned = turned - found if role == "removal" else turned | found
    assert turned == {str(t) for t in new if "_:" not in str(t)}


@pytest.mark.parametrize("format_", FORMATS)
def test_each_format_is_written_to_a_file_by_its_ending(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, format_: str
) -> None:
    file = tmp_path / f"changes.{'txt' if format_ == 'text' else format_}"
    assert main(["diff", str(OLD), str(NEW), "-o", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert "Signed in March." in file.read_text(encoding="utf-8")


def test_the_exit_status_tells_of_changes_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(OLD), str(NEW), "--exit-code"]) == 1
    assert main(["diff", str(OLD), str(OLD), "--exit-code"]) == 0
    assert "Nothing changed between" in capsys.readouterr().out
    assert main(["diff", "no-such-revision", str(NEW)]) == 2


def test_hostile_text_is_shown_harmlessly(project: Project, tmp_path: Path) -> None:
    nasty = '<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#label> "\\u001b[31m<script>" .'
    (tmp_path / "nasty.nt").write_text(nasty)
    difference = compare([], read_side(str(tmp_path / "nasty.nt"), project))
    assert "\x1b" not in FORMATS["text"](difference)
    assert "<script>" not in FORMATS["md"](difference)


def test_a_changed_text_is_told_old_and_new_in_full(tmp_path: Path, project: Project) -> None:
    policy = "<https://w3id.org/spf-kg/id/state-policy/ut-x> <https://w3id.org/spf-kg/ontology#summary>"
    same = "word " * 40
    for name, end in (("old", "pays districts"), ("new", "pays schools")):
        (tmp_path / f"{name}.ttl").write_text(f'{policy} "{same}{end}"@en .')
    [sentence] = [line[2] for line in told(tmp_path / "old.ttl", tmp_path / "new.ttl", project)]
    assert f"“{same}pays districts” to “{same}pays schools”" in sentence
