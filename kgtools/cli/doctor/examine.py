"""All looks at the machine, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kgtools.cli.doctor.model import Diagnosis, Need, State
from kgtools.cli.doctor.packages import PIP_INSTALL, examine_extras, examine_packages, examine_python, read_ranges
from kgtools.cli.doctor.places import examine_embedded_store, examine_project, examine_store
from kgtools.cli.doctor.programs import examine_programs, examine_reasoner


def examine(project: Path | None = None, stores: Iterable[str] = ()) -> Iterator[Diagnosis]:
    """Look at everything that kgtools uses. The network is used only for the stores that are named.

    Args:
        project: the folder of the project, where the user named one.
        stores: addresses of SPARQL endpoints, or folders of embedded stores.

    Returns:
        One diagnosis after the other, as they are made; some take a second.
    """
    try:
        ranges = read_ranges()
        yield examine_python(ranges)
        yield from examine_packages(ranges)
    except ImportError as error:  # packaging, with which versions are compared, or the project's own metadata
        yield _not_installed(error)
        return
    yield from _with_packages(project, stores)
    yield examine_reasoner()
    yield from examine_programs()
    yield from examine_extras(ranges)


def _with_packages(project: Path | None, stores: Iterable[str]) -> Iterator[Diagnosis]:
    """What can be looked at only where the packages can be imported."""
    try:
        yield from examine_project(project)
        yield examine_embedded_store()
        for location in stores:
            yield from examine_store(location)
    except ImportError as error:
        yield _not_installed(error)


def _not_installed(error: ImportError) -> Diagnosis:
    remedy = f"Run: {PIP_INSTALL} {(error.name or 'spf-kg').partition('.')[0]}"
    return Diagnosis("Installation", Need.REQUIRED, State.BROKEN, f"incomplete: {error}", remedy, counts=True)
