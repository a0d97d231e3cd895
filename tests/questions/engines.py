"""The engines that the same questions are asked of, each holding the same files."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest

from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import Dataset, RemoteStore, Solutions, Store, Term, TermTriple
from kgtools.graph.store.http import Credentials, GraphServer
from tests.shacl.servers import free_port, oxigraph_server, running, virtuoso_server

if TYPE_CHECKING:
    import rdflib


class RdflibStore:
    """The asking side of the store interface over an rdflib graph, for comparison only."""

    def __init__(self, triples: Iterable[TermTriple]) -> None:
        import rdflib

        self._graph = rdflib.Graph()
        lines = "".join(f"{t.subject} {t.predicate} {t.object} .\n" for t in triples)
        self._graph.parse(data=lines, format="nt")

    def select(self, query: str) -> Solutions:
        found = self._graph.query(query)
        rows: list[Any] = list(found)
        return Solutions(tuple(map(str, found.vars or ())), tuple(tuple(map(_term, row)) for row in rows))

    def construct(self, query: str) -> Iterable[TermTriple]:
        made = self._graph.query(query).graph
        assert made is not None
        lines = made.serialize(format="nt").encode()
        return [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]


def _term(node: rdflib.term.Node | None) -> Term | None:
    import rdflib

    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, rdflib.Literal)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))) if node.datatype else ox.Literal(str(node))


def rdflib_store(files: Iterable[Path]) -> Store:
    return cast("Store", RdflibStore(triple for file in files for triple in read_triples(file)))


def files_of(project: Project) -> tuple[Path, ...]:
    return (*project.ontology, *project.data)


@contextmanager
def loaded_oxigraph(files: Iterable[Path]) -> Iterator[RemoteStore]:
    """An Oxigraph server that was sent the Turtle files as they are, each by one Graph Store Protocol request."""
    with oxigraph_server() as store:
        address = store.name.removesuffix("/query")
        for file in files:
            request = Request(
                f"{address}/store?default",
                data=file.read_bytes(),
                method="POST",
                headers={"Content-Type": "text/turtle"},
            )
            with urlopen(request, timeout=60):
                pass
        yield store


@contextmanager
def loaded_virtuoso(files: Iterable[Path]) -> Iterator[RemoteStore]:
    """A Virtuoso server that was sent the Turtle files as they are, a graph each."""
    with virtuoso_server() as (remote, graphs):
        server = GraphServer(graphs, "graph-uri", Credentials("dba", "dba"))
        for number, file in enumerate(files):
            server.put(f"https://w3id.org/spf-kg/graph/{number}", file.read_bytes())
        yield remote


COMUNICA = "@comunica/query-sparql-file@4.5.0"  # 5 needs a newer Node.js than Debian has


def install_comunica(folder: Path) -> Path:
    """Comunica, a SPARQL engine in JavaScript, from the npm registry; the server that it brings."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, which installs Comunica")
    command = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), COMUNICA]
    subprocess.run(command, check=True, cwd=folder, timeout=600)
    return folder / "node_modules" / ".bin" / "comunica-sparql-file-http"


class ComunicaStore(RemoteStore):
    """Comunica, whose JSON results end with figures of its own, which the standard does not know."""

    def _send(self, text: str, *, accept: str, is_update: bool = False, dataset: Dataset | None = None) -> bytes:
        body = super()._send(text, accept=accept, is_update=is_update, dataset=dataset)
        if "json" not in accept:
            return body
        answer = json.loads(body)
        return json.dumps({key: answer[key] for key in ("head", "results", "boolean") if key in answer}).encode()


@contextmanager
def comunica_server(program: Path, files: Iterable[Path]) -> Iterator[RemoteStore]:
    """A Comunica server over one file that holds what all the files do."""
    with TemporaryDirectory() as folder:
        whole = Path(folder, "whole.nt")
        lines = {f"{t.subject} {t.predicate} {t.object} .\n" for file in files for t in read_triples(file)}
        whole.write_text("".join(sorted(lines)), encoding="utf-8")
        port = free_port()
        command = [str(program), "-p", str(port), "-t", "120", "-w", "1", str(whole)]
        with running(command, f"http://127.0.0.1:{port}/", folder, tries=3000):
            yield ComunicaStore(f"http://127.0.0.1:{port}/sparql", timeout=120)
