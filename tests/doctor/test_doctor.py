"""``kgtools doctor`` finds what works and what does not, says how to fix it, and changes nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from kgtools.cli.doctor import Diagnosis, Need, State, examine
from kgtools.cli.doctor.packages import Ranges, examine_extras, examine_packages, examine_python, read_ranges
from kgtools.cli.doctor.places import examine_embedded_store, examine_project, examine_store
from kgtools.cli.doctor.programs import examine_programs, examine_reasoner
from kgtools.cli.doctor_verb import text
from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore
from tests.conftest import ROOT
from tests.shacl.servers import find, free_port, oxigraph_server, virtuoso_server
from tests.shacl.servers import running as running_server


def refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError(13, "Permission denied")


@pytest.fixture(scope="module")
def found() -> tuple[Diagnosis, ...]:
    return tuple(examine())


def test_here_everything_that_is_needed_works(found: tuple[Diagnosis, ...]) -> None:
    needed = {one.subject: one for one in found if one.need is Need.REQUIRED}
    assert {"Python", "pyoxigraph", "rdflib", "pyshacl", "Jinja2", "Project", "Embedded store"} <= set(needed)
    assert all(one.state is State.WORKS and not one.remedy for one in needed.values())
    assert not any(one.fails for one in found)


def test_what_does_not_work_says_how_to_mend_it(found: tuple[Diagnosis, ...]) -> None:
    assert all(one.remedy for one in found if one.state in {State.MISSING, State.BROKEN})
    assert {"git", "Chromium", "LibreOffice", "Virtuoso", "Java, for HermiT", "extra dev"} <= {
        one.subject for one in found
    }


def test_no_address_is_looked_up_unless_a_store_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_: asked.append(address))
    assert not any(one.fails for one in examine())
    assert asked == []
    assert any(one.fails for one in examine_store("http://127.0.0.1:9/query"))
    assert asked


def test_the_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["works"] is True
    assert {"subject", "need", "state", "found", "remedy", "counts"} == set(said["found"][0])


def test_the_text_has_a_line_for_each_and_fits_the_terminal(
    found: tuple[Diagnosis, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    broken = Diagnosis("Thing", Need.REQUIRED, State.BROKEN, "no " * 60, "Fix it.", counts=True)
    shown = text((*found, broken))
    assert max(map(len, shown.splitlines())) <= 100
    assert [one.subject for one in found if f" {one.subject} " not in shown] == []
    assert "→ Fix it." in shown
    assert shown.endswith("\n\nSome things that are needed do not work: Thing.\n")
    assert text(found).splitlines()[-1].startswith("Everything needed works.")


def test_ranges_are_those_of_the_clone_or_else_of_the_installed_package(tmp_path: Path) -> None:
    clone, installed = read_ranges(), read_ranges(tmp_path / "none.toml")
    assert "rdflib>=7.3,<8" in clone.packages
    assert len(installed.packages) == len(clone.packages)
    assert {name: len(lines) for name, lines in installed.extras.items()} == {
        n: len(x) for n, x in clone.extras.items()
    }
    assert all(one.state is State.WORKS for one in examine_packages(installed))


def test_packages_out_of_range_or_not_installed_are_found() -> None:
    ranges = Ranges("<3", ("Jinja2>=99,<100", "no-such-package>=1,<2", "rdflib>=6,<8"), {"more": ("none-such>=2,<3",)})
    python = examine_python(ranges)
    assert (python.state, python.fails) == (State.BROKEN, True)
    jinja, unknown, rdflib = examine_packages(ranges)
    assert (jinja.state, jinja.fails) == (State.BROKEN, True)
    assert jinja.found.endswith("but >=99,<100 is needed")
    assert jinja.remedy == f'Run: {sys.executable} -m pip install "Jinja2>=99,<100"'
    assert (unknown.state, unknown.fails, unknown.found) == (State.MISSING, True, "is not installed")
    assert (rdflib.state, rdflib.fails) == (State.WORKS, False)
    (extra,) = examine_extras(ranges)
    assert (extra.state, extra.fails) == (State.MISSING, False)
    assert extra.remedy.endswith('"none-such>=2,<3"')


def test_programs_that_are_missing_fail_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    missing = [*examine_programs(), examine_reasoner()]
    assert {one.state for one in missing} == {State.MISSING}
    assert not any(one.fails for one in missing)
    assert all("apt-get install" in one.remedy for one in missing)


def test_a_java_that_does_not_run_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    reasoner = examine_reasoner()
    assert reasoner.state is State.BROKEN
    assert f"{java} does not run HermiT" in reasoner.found


def test_a_folder_that_is_no_project_is_found(tmp_path: Path) -> None:
    (diagnosis,) = examine_project(tmp_path)
    assert diagnosis.fails
    assert "isn't a folder of this project" in diagnosis.found
    assert main(["--project", str(tmp_path), "doctor"]) == 1


def test_a_project_that_cannot_be_written_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    project, writing = examine_project(ROOT)
    assert (project.state, writing.state, writing.fails) == (State.WORKS, State.MISSING, False)
    assert "can't be written (Permission denied)" in writing.found


def test_a_store_that_cannot_be_made_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    store = examine_embedded_store()
    assert store.fails
    assert "Permission denied" in store.found
    assert "TMPDIR" in store.remedy


@pytest.mark.parametrize("package", ["pyoxigraph", "packaging"])
def test_a_package_that_is_gone_is_told_not_thrown(package: str) -> None:
    program = (
        f"import sys; sys.modules[{package!r}] = None; from kgtools.cli.main import main; sys.exit(main(['doctor']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"→ Run: {sys.executable} -m pip install {package} " in " ".join(done.stdout.split())


def test_a_store_in_a_folder_is_looked_at_and_left_as_it_is(tmp_path: Path, project: Project) -> None:
    folder = tmp_path / "store"
    store = EmbeddedStore(folder)
    store.load(read_triples(project.ontology[0]), "urn:one")
    before = len(store.inner)
    del store
    looked, updates = examine_store(str(folder))
    assert (looked.state, updates.state) == (State.WORKS, State.WORKS)
    assert "1 named graphs, the framework is not in it yet" in looked.found
    assert len(EmbeddedStore(folder, read_only=True).inner) == before


def test_a_store_that_is_not_there_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--store", str(tmp_path / "none"), "--store", f"http://127.0.0.1:{free_port()}/query"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "There is no store" in said
    assert "Check the address and that the server is running." in said
    assert not (tmp_path / "none").exists()


@pytest.mark.server
def test_a_server_that_takes_updates_is_left_as_it_is() -> None:
    with oxigraph_server() as store:
        looked, updates = examine_store(store.name)
        assert looked.found == "answers SPARQL; 0 named graphs, the framework is not in it yet"
        assert (updates.state, updates.found) == (State.WORKS, "taken")
        assert store.graphs() == ()


@pytest.mark.server
def test_a_server_that_takes_no_updates_is_still_one_that_works(tmp_path: Path, project: Project) -> None:
    program = find("oxigraph")
    assert program is not None
    data = read_triples(project.root / "data" / "framework" / "third-edition.ttl")
    EmbeddedStore(tmp_path / "store").load(data, "urn:one")
    with read_only_server(program, tmp_path) as address:
        looked, updates = examine_store(address)
    assert "1 named graphs, the framework is in it" in looked.found
    assert (updates.state, updates.fails) == (State.MISSING, False)
    assert updates.found.startswith("refused: ")


@contextmanager
def read_only_server(program: str, folder: Path) -> Iterator[str]:
    host = f"127.0.0.1:{free_port()}"
    command = [program, "serve-read-only", "--location", str(folder / "store"), "--bind", host, "--union-default-graph"]
    with running_server(command, f"http://{host}/", str(folder)):
        yield f"http://{host}/query"


@pytest.mark.server
@pytest.mark.skipif(find("virtuoso-t") is None, reason="Virtuoso is not installed")
def test_a_server_that_asks_for_a_password_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    with virtuoso_server() as (store, _):
        graphs = store.graphs()
        _, refused = examine_store(store.name)
        monkeypatch.setenv("KGTOOLS_STORE_USER", "dba")
        monkeypatch.setenv("KGTOOLS_STORE_PASSWORD", "dba")
        _, taken = examine_store(store.name)
        assert store.graphs() == graphs
        assert store.ask("ASK { ?s ?p ?o }") is True
        assert store.ask("ASK { ?s ?s ?s FILTER(false) }") is False
    assert (refused.state, taken.state) == (State.MISSING, State.WORKS)
    assert "KGTOOLS_STORE_PASSWORD" in refused.found
    assert "dba" not in refused.found + taken.found


def test_a_reasoner_that_is_not_installed_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("kgtools.cli.doctor.programs.find_spec", lambda _: None)
    reasoner = examine_reasoner()
    assert "owlready2, which HermiT comes with, is not installed" in reasoner.found
    assert "spf-kg[reason]" in reasoner.remedy
