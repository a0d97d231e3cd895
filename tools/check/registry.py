"""Every check."""

from __future__ import annotations

from collections.abc import Iterable

from kgtools.core.project import Project
from tools.check import age, data, files, owl_profile, questions, reasoner, shacl, vocabularies
from tools.check.generated import stale_check
from tools.check.model import Check, Found, declare
from tools.check.queries import query_checks
from tools.check.repository import Repository


@declare(
    title="An exception excuses nothing",
    problem="The profile excuses something that no check finds anymore. Left there, it would hide the next real case.",
    solution="Remove the exception from the profile.",
    example='[[exception]] check = "orphan" subject = "…/id/source/long-gone" reason = "…"',
    group="Files",
)
def unused_exception(repository: Repository) -> Iterable[Found]:  # noqa: ARG001 - the runner decides this one
    """Each exception of the profile excuses something."""
    return ()


def all_checks(project: Project) -> tuple[Check, ...]:
    """The checks of a project, those on files first, the slow ones last.

    Raises:
        QuestionError: a check's query has no usable header.
    """
    return (
        *files.CHECKS,
        stale_check(all_checks),
        *query_checks(project),
        *vocabularies.CHECKS,
        *data.CHECKS,
        *age.CHECKS,
        *questions.CHECKS,
        *owl_profile.CHECKS,
        *shacl.CHECKS,
        *reasoner.CHECKS,
        unused_exception,
    )
