"""``python -m tools.docs`` writes every generated file of the repository."""

from __future__ import annotations

from kgtools.graph.projects import find_project
from kgtools.graph.writing import write_files
from tools.check.generated import generated_pages
from tools.check.registry import all_checks

if __name__ == "__main__":
    project = find_project()
    write_files(generated_pages(project, all_checks(project)))
