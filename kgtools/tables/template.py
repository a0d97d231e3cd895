"""What a template holds before anyone fills it in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kgtools.core.errors import ListError
from kgtools.core.namespaces import RDF, SKOS, SPF, XSD, identifier
from kgtools.tables.context import Context
from kgtools.tables.convert import workbook
from kgtools.tables.from_list import EntryPlan, plan_entries
from kgtools.tables.lists import PolicyList
from kgtools.tables.tables import INDIVIDUAL, TYPE

_SUBMISSION = ox.NamedNode(SPF + "Submission")
_IN_SUBMISSION = ox.NamedNode(SPF + "inSubmission")


@dataclass(frozen=True, slots=True)
class ListWorkbook:
    """A workbook that begins with a list.

    Attributes:
        plan: what became of the list.
        content: the workbook.
    """

    plan: EntryPlan
    content: bytes


def workbook_of_list(
    found: PolicyList, context: Context, state: ox.NamedNode, day: dt.date, version: str
) -> ListWorkbook:
    """A workbook with a row for each policy of a list that is not on record.

    Args:
        found: the list.
        context: the project's graph.
        state: the jurisdiction that the list is about.
        day: the day on which it is made.
        version: the version of the shapes.

    Raises:
        ListError: no line of the list names a policy.
    """
    plan = plan_entries(found, context.clerk, state.value)
    if not any(outcome.row or outcome.became.startswith("On record") for outcome in plan.outcomes):
        raise ListError(
            "No line of the list names a policy of the state: none has a citation, a link or a name in a column of its "
            "own. Put headings over the columns, such as Title, Citation, Link, Year, Status and Note."
        )
    title, submitter = context.known.label(state.value), _submitter(context, state, day)
    if submitter:
        plan = replace(plan, submitter=f"the education agency of {title} usually submits; correct it if it is not you")
    triples = _submission(context, state, day, version) | submitter
    return ListWorkbook(plan, workbook(triples, context, day=day, title=title, version=version, entry=plan))


def template_triples(
    context: Context, state: ox.NamedNode | None, day: dt.date, version: str, *, filled: bool
) -> set[ox.Triple]:
    """The records that a template comes with.

    Args:
        context: the project's graph.
        state: the jurisdiction that it is for, if it is for one.
        day: the day on which it is made, which the submission is dated with until somebody changes it.
        version: the version of the shapes.
        filled: whether what is on record of the jurisdiction is in it.

    Returns:
        The triples; how the records on file were submitted is left out, as that is not for the next submitter to say.
    """
    if state is None:
        return set()
    record = context.on_record(state)
    past = {t.subject for t in record if t.predicate == TYPE and t.object == _SUBMISSION}
    kept = {t for t in record if t.subject not in past and t.predicate != _IN_SUBMISSION} if filled else set()
    return kept | _submission(context, state, day, version)


def _submission(context: Context, state: ox.NamedNode, day: dt.date, version: str) -> set[ox.Triple]:
    code = state.value.rsplit("/", 1)[-1]
    subject = ox.NamedNode(identifier("submission", f"{code}-{day.isoformat()}"))
    label = context.known.label(state.value)
    pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (RDF + "type", INDIVIDUAL),
        (RDF + "type", _SUBMISSION),
        (SKOS + "prefLabel", ox.Literal(f"{label}, {day.year}", language="en")),
        (SPF + "jurisdiction", state),
        (SPF + "dateSubmitted", ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date"))),
        (SPF + "shapesVersion", ox.Literal(version)),
    ]
    earlier = latest_submission(context, state)
    if earlier and earlier != subject:
        pairs.append((SPF + "replacesSubmission", earlier))
    return {ox.Triple(subject, ox.NamedNode(p), o) for p, o in pairs}


def _submitter(context: Context, state: ox.NamedNode, day: dt.date) -> set[ox.Triple]:
    """Who most likely submits, which the instructions ask to check."""
    found = context.clerk.submitter(state.value)
    subject = ox.NamedNode(identifier("submission", f"{state.value.rsplit('/', 1)[-1]}-{day.isoformat()}"))
    return {ox.Triple(subject, ox.NamedNode(SPF + "submittedBy"), ox.NamedNode(found))} if found else set()


def latest_submission(context: Context, state: ox.NamedNode) -> ox.NamedNode | None:
    """The last submission of a jurisdiction that was accepted, if there is one."""
    of_state = {t.subject for t in context.triples if t.predicate.value == SPF + "jurisdiction" and t.object == state}
    dated = [
        (t.object.value, t.subject)
        for t in context.triples
        if t.predicate.value == SPF + "dateSubmitted"
        and t.subject in of_state
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.Literal)
    ]
    return max(dated, key=lambda pair: (pair[0], pair[1].value))[1] if dated else None
