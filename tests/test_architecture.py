"""The house that docs/explanation/architecture.md describes: ten rooms, imports downward only, no circle of files."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

FLOORS = (
    {"core"},
    {"graph"},
    {"shacl"},
    {"schema"},
    {"answers", "tables"},
    {"validation"},
    {"intake", "publish"},
    {"serve"},
    {"cli"},
)
"""The rooms, from the ground up; a room may import those of lower floors and itself, not its neighbors."""

FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FRONT_DOOR = {"kgtools", "kgtools.__main__"}
"""The two files beside the rooms, which only open a door: the Python API, and the command line."""


def modules_of(root: Path) -> dict[str, Path]:
    """The modules under a folder, by dotted name."""
    found = {}
    for file in root.rglob("*.py"):
        parts = file.relative_to(root.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imports_of(file: Path, known: set[str]) -> set[str]:
    """The modules that a file imports anywhere in it, in functions and for type checking, too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {name if (name := f"{node.module}.{alias.name}") in known else node.module for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names & known


def import_graph(root: Path) -> dict[str, set[str]]:
    """Which modules each module under a folder imports."""
    modules = modules_of(root)
    return {name: imports_of(file, set(modules)) - {name} for name, file in modules.items()}


def room_of(module: str) -> str:
    return module.split(".")[1]


def not_downward(graph: dict[str, set[str]]) -> list[str]:
    """The imports that lead up or sideways, as ``importer -> imported``."""
    return sorted(
        f"{importer} -> {imported}"
        for importer, needed in graph.items()
        for imported in needed - FRONT_DOOR
        if importer not in FRONT_DOOR
        and room_of(importer) != room_of(imported)
        and FLOOR_OF[room_of(imported)] >= FLOOR_OF[room_of(importer)]
    )


def test_each_module_is_in_a_room() -> None:
    rooms = {room_of(module) for module in import_graph(ROOT / "kgtools") if module not in FRONT_DOOR}
    assert rooms == set(FLOOR_OF)


def test_imports_go_downward() -> None:
    graph = import_graph(ROOT / "kgtools")
    assert "kgtools.graph.store" in graph["kgtools.answers.api"]
    assert not_downward(graph) == []


@pytest.mark.parametrize("package", ["kgtools", "tools"])
def test_no_circle_of_files(package: str) -> None:
    graph = import_graph(ROOT / package)
    assert set(TopologicalSorter(graph).static_order()) >= set(graph)  # raises CycleError, which names the circle


def made(root: Path, files: dict[str, str]) -> dict[str, set[str]]:
    """The import graph of files that are made for a test."""
    for name, text in files.items():
        file = root / "kgtools" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return import_graph(root / "kgtools")


@pytest.mark.parametrize(
    ("importer", "imported"),
    [("graph/files", "tables/cells"), ("answers/ask", "tables/cells"), ("tables/cells", "answers/ask")],
)
def test_the_test_sees_an_import_that_does_not_lead_down(tmp_path: Path, importer: str, imported: str) -> None:
    name = f"kgtools.{imported.replace('/', '.')}"
    late = f"def late():\n    from {name.rpartition('.')[0]} import {name.rpartition('.')[2]}\n"
    for text in (late, f"from {name} import thing\n", f"if TYPE_CHECKING:\n    import {name}\n"):
        graph = made(tmp_path, {f"{importer}.py": text, f"{imported}.py": ""})
        assert not_downward(graph) == [f"kgtools.{importer.replace('/', '.')} -> {name}"]


def test_the_test_sees_a_circle_of_late_imports(tmp_path: Path) -> None:
    files = {
        "tables/one.py": "def late():\n    from kgtools.tables import two\n",
        "tables/two.py": "from kgtools.tables.one import thing\n",
    }
    with pytest.raises(CycleError):
        TopologicalSorter(made(tmp_path, files)).prepare()


def test_tools_are_not_imported_by_what_ships() -> None:
    for file in (ROOT / "kgtools").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) tools\b", file.read_text(encoding="utf-8"), re.MULTILINE), file


def test_each_room_is_described() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([a-z_]+)/` ", page, re.MULTILINE))
    assert described == set(FLOOR_OF)
