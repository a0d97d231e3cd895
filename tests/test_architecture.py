"""The layout that docs/explanation/architecture.md describes: no cycles between packages, and each of them listed."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "kgtools"


def part_of(file: Path, root: Path) -> str:
    """The package or module, directly under ``kgtools``, that a file belongs to."""
    return file.relative_to(root).with_suffix("").parts[0]


def imported(file: Path) -> set[str]:
    """What a file imports of ``kgtools``, wherever in it, by the first name after it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("kgtools.")}


def dependencies(root: Path) -> dict[str, set[str]]:
    """Which parts each part imports."""
    parts = {part_of(file, root) for file in root.rglob("*.py")}
    found: dict[str, set[str]] = defaultdict(set)
    for file in root.rglob("*.py"):
        part = part_of(file, root)
        found[part] |= (imported(file) & parts) - {part, "__init__"}
    return found


def test_no_cycle_between_packages() -> None:
    graph = dependencies(PACKAGE)
    assert {"validation", "store"} <= graph["cli"]
    TopologicalSorter(graph).prepare()


def test_the_test_sees_a_cycle(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "code.py").write_text(f"def late():\n    from kgtools.{other} import code\n")
    with pytest.raises(CycleError):
        TopologicalSorter(dependencies(tmp_path)).prepare()


def test_the_library_does_not_import_the_command_line() -> None:
    graph = dependencies(PACKAGE)
    assert {part for part, needs in graph.items() if "cli" in needs} == {"__main__"}


def test_each_package_is_described() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^  ([a-z_]+)(?:/|\.py) ", page, re.MULTILINE))
    packages = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    assert packages - described == set()
