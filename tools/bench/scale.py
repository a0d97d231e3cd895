"""Generated data of any size in servers: loading in bulk and with kgtools, deriving, asking, validating.

Each step gives the server's processor time and the time by the clock, which only means something on a quiet machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.request import urlopen

import pyoxigraph as ox

from kgtools.answers.determine import DETERMINATIONS, is_determination, rule_text
from kgtools.answers.questions import bind, read_catalog, read_graph_catalog
from kgtools.answers.questions.page import example_parameters
from kgtools.answers.questions.paging import paged
from kgtools.core.errors import UserError
from kgtools.core.namespaces import GRAPH
from kgtools.core.project import Project
from kgtools.graph.loading import ServerTarget
from kgtools.graph.reading import read_triples
from kgtools.graph.store import RemoteStore, StoreError
from kgtools.graph.store.http import Credentials, GraphServer
from tools.bench.generate import write_folder
from tools.bench.whole import run_process

ENGINES: Final = ("oxigraph", "virtuoso")
PAGE: Final = 1000  # rows of a list that are asked for
_LOADED: Final = 100_000  # policies; more are loaded in bulk only
_PARTS: Final = 4  # files that the bulk loader of Virtuoso reads
_SQL_PORT: Final = 31112
_HTTP_PORT: Final = 38891
_DERIVED: Final = f"{GRAPH}derived/determinations"
_Server = AbstractContextManager[tuple[RemoteStore, ServerTarget, int, "Step"]]
_VIRTUOSO: Final = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
ServerThreads = 20
NumberOfBuffers = 400000
MaxDirtyBuffers = 300000
DirsAllowed = {data}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 2000000
MaxQueryExecutionTime = {timeout}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took.

    Attributes:
        name: the step: loading, deriving, a question, or validating.
        rows: how many rows, triples or findings came of it.
        cpu: seconds of the server's processor time.
        wall: seconds by the clock.
        peak: megabytes of memory that the server has taken at most so far.
        problem: why there are no rows, or what else there is to say; empty where there is nothing.
    """

    name: str
    rows: int
    cpu: float
    wall: float
    peak: float
    problem: str = ""


def measure_stores(project: Project, engine: str, size: int, *, timeout: int = 300) -> Iterator[Step]:
    """Load generated data into a server, in bulk and, into a second one, with kgtools, and ask it everything.

    Args:
        project: whose graph is loaded beside the generated data, and whose questions and rules are run.
        engine: a name from ``ENGINES``.
        size: the number of generated policies.
        timeout: seconds after which a question is given up; loading and validating have ten times as long.

    Raises:
        UserError: the server is not installed.
    """
    with TemporaryDirectory() as folder:
        data = Path(folder, "data")
        triples = write_data(project, size, data)
        start = {"oxigraph": _oxigraph, "virtuoso": virtuoso}[engine]
        with start(Path(folder), data, triples, timeout) as (store, target, pid, loaded):
            yield loaded
            yield from _steps(project, store, target, pid)
            shutil.rmtree(data)
            words = ("validate", "--limit", "3", "--timeout", str(10 * timeout), "--store", store.name)
            yield _command("kgtools validate --store", pid, project, words, 10 * timeout)
        if size <= _LOADED:
            yield _loaded_by_kgtools(project, start, Path(folder), 10 * timeout)


def _loaded_by_kgtools(project: Project, start: Callable[..., _Server], folder: Path, timeout: int) -> Step:
    """The generated files, loaded by the command into a server of its own."""
    data, second = folder / "empty", folder / "second"
    data.mkdir()
    second.mkdir()
    with start(second, data, 0, timeout) as (store, _, pid, _):
        made = sorted((folder / "made").iterdir())
        words = ("load", "--no-validate", *map(str, made), "--store", store.name)
        return replace(_command("kgtools load", pid, project, words, timeout), rows=len(list(read_triples(*made))))


def write_data(project: Project, size: int, data: Path) -> int:
    """Write generated and curated data as N-Quads, in parts, without determinations; returns how many triples."""
    made = write_folder(data.with_name("made"), size)
    data.mkdir()
    count = 0
    files = [*((file, project.graph_of(file)) for file in (*project.ontology, *project.data))]
    files += [(file, f"{GRAPH}files/{file.stem}") for file in made]
    parts = [(data / f"{number}.nq").open("wb") for number in range(_PARTS)]
    for number, (file, graph) in enumerate(files):
        name = ox.NamedNode(graph)
        quads = [ox.Quad(t.subject, t.predicate, t.object, name) for t in _read(file)]
        count += len(quads)
        parts[number % _PARTS].write(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    for part in parts:
        part.close()
    return count


def _read(file: Path) -> Iterable[ox.Triple]:
    return (triple for triple in read_triples(file) if not is_determination(triple))


def _steps(project: Project, store: RemoteStore, target: ServerTarget, pid: int) -> Iterator[Step]:
    yield _timed("derive the determinations", pid, lambda: derive(project, target))
    for question in (*read_catalog(project), *read_graph_catalog(project)):
        query = bind(question.query, question.parameters, example_parameters(question), store)
        if question.gives_graph:
            yield _timed(question.name, pid, lambda query=query: len(list(store.construct(query))))  # type: ignore[misc]
            continue
        yield _timed(question.name, pid, lambda query=query: len(store.select(paged(query, PAGE, 0)).rows))  # type: ignore[misc]


def _command(name: str, pid: int, project: Project, arguments: Sequence[str], timeout: int) -> Step:
    """A whole command against the server: what it took of the server, and, said in words, of its own."""
    environment = {"KGTOOLS_STORE_USER": "dba", "KGTOOLS_STORE_PASSWORD": "dba"}
    os.environ.update(environment)
    words = (sys.executable, "-m", "kgtools", "--project", str(project.root), *arguments)
    cpu, wall = _cpu(pid), time.perf_counter()
    status, own, memory = run_process(words, timeout)
    taken = time.perf_counter() - wall
    said = f"exit {status}; the command itself: {own:.1f} s of processor time, {memory:,.0f} MB"
    return Step(name, 0, _cpu(pid) - cpu, taken, _peak(pid), said)


def derive(project: Project, target: ServerTarget) -> int:
    """Derive the determinations of all that a server holds, as ``kgtools load`` does; returns how many triples."""
    made = frozenset(target.construct(rule_text(project, DETERMINATIONS) or ""))
    target.put(_DERIVED, made)
    return len(made)


def _timed(name: str, pid: int, run: Callable[[], int]) -> Step:
    cpu, wall = _cpu(pid), time.perf_counter()
    rows, problem = 0, ""
    try:
        rows = run()
    except StoreError as error:
        problem = " ".join(str(error).split())[:120]
    return Step(name, rows, _cpu(pid) - cpu, time.perf_counter() - wall, _peak(pid), problem)


def _peak(pid: int) -> float:
    """The most memory that a process has had, in megabytes, by Linux's account of it."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _on_disk(folder: Path) -> str:
    files = folder.rglob("*") if folder.is_dir() else (folder,)
    size = sum(file.stat().st_blocks * 512 for file in files if file.is_file())
    return f"{size / 1e6:,.0f} MB on disk"


def _cpu(pid: int) -> float:
    """The processor time of a process, by Linux's account of it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _program(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise UserError(f"{name} is not installed: oxigraph comes from PyPI, Virtuoso from Debian.")
    return found


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[int]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        for _ in range(600):
            try:
                urlopen(url, timeout=2).close()  # noqa: S310 - a server of our own
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def _oxigraph(
    folder: Path, data: Path, triples: int, timeout: int
) -> Iterator[tuple[RemoteStore, ServerTarget, int, Step]]:
    program, address, store_folder = _program("oxigraph"), f"127.0.0.1:{_HTTP_PORT}", str(folder / "store")
    files = [word for file in sorted(data.iterdir()) for word in ("--file", str(file))]
    wall = time.perf_counter()
    bulk = (program, "load", "--location", store_folder, *files) if files else (program, "--version")
    status, cpu, memory = run_process(bulk, 10 * timeout)
    said = _on_disk(folder / "store") if status == 0 else f"oxigraph load ended with {status}"
    loaded = Step("load in bulk", triples, cpu, time.perf_counter() - wall, memory, said)
    command = [program, "serve", "--location", store_folder, "--bind", address, "--union-default-graph"]
    command += ["--timeout-s", str(10 * timeout)]
    with _running(command, folder, f"http://{address}/") as pid:
        store = RemoteStore(f"http://{address}/query", f"http://{address}/update", timeout=timeout)
        yield store, ServerTarget(store, GraphServer(f"http://{address}/store", "graph", None)), pid, loaded


@contextmanager
def virtuoso(
    folder: Path, data: Path, triples: int, timeout: int
) -> Iterator[tuple[RemoteStore, ServerTarget, int, Step]]:
    """A Virtuoso server that has loaded the data in bulk: the store, where to put graphs, its process, and the step."""
    program, isql = _program("virtuoso-t"), _program("isql-vt")
    ini = folder / "virtuoso.ini"
    ini.write_text(
        _VIRTUOSO.format(folder=folder, data=data, port=_HTTP_PORT, sql_port=_SQL_PORT, timeout=10 * timeout),
        encoding="utf-8",
    )
    address = f"http://127.0.0.1:{_HTTP_PORT}/sparql"

    def sql(statement: str) -> subprocess.Popen[bytes]:
        command = [isql, f"127.0.0.1:{_SQL_PORT}", "dba", "dba", f"exec={statement}"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603

    def load() -> int:
        sql(f"ld_dir('{data}', '*.nq', 'urn:none');").wait()
        for loader in [sql("rdf_loader_run();") for _ in range(2)]:
            loader.wait()
        sql("checkpoint;").wait()
        return triples

    with _running([program, "-f", "+configfile", str(ini)], folder, address) as pid:
        loaded = replace(_timed("load in bulk", pid, load), problem=_on_disk(folder / "virtuoso.db"))
        store = RemoteStore(address, timeout=timeout)
        server = GraphServer(f"{address}-graph-crud-auth", "graph-uri", Credentials("dba", "dba"))
        yield store, ServerTarget(store, server), pid, loaded


def as_markdown(steps: Iterable[Step]) -> str:
    """The steps as a table."""
    lines = [f"| {s.name} | {s.rows:,} | {s.cpu:.2f} | {s.wall:.2f} | {s.peak:,.0f} | {s.problem} |" for s in steps]
    head = "| step | triples or rows | processor s | clock s | server's peak MB | |"
    return "\n".join([head, "| --- | --: | --: | --: | --: | --- |", *lines]) + "\n"
