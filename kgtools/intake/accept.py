"""Working out what accepting a submission changes; nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import TableError
from kgtools.core.namespaces import ID, RDF, SPF, shortened
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.intake.changes import RecordChange, RecordComparison, Records, by_record
from kgtools.intake.records.convert import Conversion
from kgtools.intake.records.repository import DataFiles
from kgtools.intake.replaced import digest_iri, history_file, history_text
from kgtools.tables.context import Context
from kgtools.tables.convert import load
from kgtools.tables.reading import Progress
from kgtools.tables.schema import SUBMISSION_KINDS
from kgtools.tables.template import latest_submission
from kgtools.validation import Report, Request, validate_files
from kgtools.validation.future import read_after
from kgtools.validation.handed import OWN_KINDS, is_derived, kind_of

_SUBMISSION: Final = ox.NamedNode(SPF + "Submission")
_JURISDICTION: Final = ox.NamedNode(SPF + "jurisdiction")
_IN_SUBMISSION: Final = ox.NamedNode(SPF + "inSubmission")
_STATUS: Final = ox.NamedNode(SPF + "epistemicStatus")
_STATED: Final = ox.NamedNode(f"{ID}epistemic-status/stated")
_SELF_REPORTED: Final = ox.NamedNode(f"{ID}epistemic-status/self-reported")
_TYPE: Final = ox.NamedNode(RDF + "type")


class Missing(Enum):
    """What to do with records that are on file but not in a submission."""

    ASK = "ask"
    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True)
class Acceptance:
    """What accepting a submission would do.

    Attributes:
        report: what validation found; when it fails, nothing else is filled in.
        changes: what happens to each record.
        removed: the records on file that the submission does not hold, when it has not been said what to do with
            them; then there are no contents.
        contents: the new content of each file.
    """

    report: Report
    changes: tuple[RecordChange, ...] = ()
    removed: tuple[RecordChange, ...] = ()
    contents: dict[Path, bytes] | None = None


@dataclass(frozen=True)
class _Handed:
    """A submission as it was sent."""

    submission: ox.NamedNode
    state: ox.NamedNode
    records: Records

    @property
    def code(self) -> str:
        return self.state.value.rsplit("/", 1)[-1]


def plan_acceptance(
    project: Project, path: Path, now: dt.datetime, missing: Missing, progress: Progress = lambda *_: None
) -> Acceptance:
    """Work out what accepting a submission changes; what is validated is what is taken in, for it is read once.

    Args:
        project: the project whose data it goes into.
        path: a workbook, a folder of CSV files, or a file of RDF.
        now: the moment of acceptance.
        missing: what to do with records on file that are not in it; a workbook that only adds policies leaves them.
        progress: called with how far the work is.

    Raises:
        UnreadableFileError: it can't be read at all.
        TableError: it is not a submission of one state, or it holds records that the state may not change.
    """
    files = Files()
    context = Context.of(project, files)
    loaded = load(path, context, files, progress)
    if missing is Missing.ASK and loaded.places and loaded.places.only_adds:
        missing = Missing.KEEP
    if loaded.errors:
        request = Request(files=(path,), keep=missing is Missing.KEEP)
        return Acceptance(validate_files(request, project, progress, files, read_against=context))
    handed = _linked(_renamed(_handed(loaded.triples, context), context), context)
    before = by_record(context.on_record(handed.state))
    own = {s: facts for s, facts in before.items() if kind_of(s) in OWN_KINDS}
    absent = own.keys() - handed.records.keys()
    keep = missing is Missing.KEEP
    gone = frozenset(absent) if not keep else frozenset[ox.NamedNode]()
    report = validate_files(Request(files=(path,), keep=keep), project, progress, files, read_against=context)
    if report.exit_status():
        return Acceptance(report)
    _check_scope(handed)
    comparison = RecordComparison(context.schema, context.names(t for facts in handed.records.values() for t in facts))
    if absent and missing is Missing.ASK:
        return Acceptance(report, removed=tuple(comparison.changes({s: own[s] for s in absent}, {})))
    return _plan(project, path, now, _Work(context, handed, gone, comparison, report, files))


def _handed(triples: Iterable[ox.Triple], context: Context) -> _Handed:
    records = by_record(triples)
    submissions = [s for s, facts in records.items() if ox.Triple(s, _TYPE, _SUBMISSION) in facts]
    if len(submissions) != 1:
        found = "no submission" if not submissions else f"{len(submissions)} submissions"
        raise TableError(f"The file holds {found}. Fill in one row of the sheet Submission: who submits, and when.")
    states = [t.object for t in records[submissions[0]] if t.predicate.value == SPF + "jurisdiction"]
    state = states[0] if len(states) == 1 else None
    if not isinstance(state, ox.NamedNode) or not context.known.is_of(state.value, [SPF + "Jurisdiction"]):
        raise TableError(
            "The submission names no jurisdiction. Fill in the column Jurisdiction of the sheet Submission."
        )
    return _Handed(submissions[0], state, records)


def _renamed(handed: _Handed, context: Context) -> _Handed:
    """The submission under a name that no accepted submission has: a second one on a day gets a number."""
    taken = {t.subject for t in context.triples if t.predicate == _TYPE and t.object == _SUBMISSION}
    name = handed.submission
    number = 1
    while name in taken:
        number += 1
        name = ox.NamedNode(f"{handed.submission.value}-{number}")
    if number == 1:
        return handed

    def new(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode:
        return name if term == handed.submission else term  # type: ignore[return-value]

    every = (t for facts in handed.records.values() for t in facts)
    triples = (ox.Triple(new(t.subject), t.predicate, new(t.object)) for t in every)
    return _Handed(name, handed.state, by_record(triples))


def _linked(handed: _Handed, context: Context) -> _Handed:
    """The submission, saying which earlier one it replaces."""
    replaces = ox.NamedNode(SPF + "replacesSubmission")
    facts = handed.records[handed.submission]
    earlier = latest_submission(context, handed.state)
    if earlier is None or any(t.predicate == replaces for t in facts):
        return handed
    linked = facts | {ox.Triple(handed.submission, replaces, earlier)}
    return _Handed(handed.submission, handed.state, {**handed.records, handed.submission: linked})


def _check_scope(handed: _Handed) -> None:
    """Refuse records that the state may not submit.

    Raises:
        TableError: there are some.
    """
    wrong = []
    for subject in handed.records:
        kind, _, slug = subject.value.removeprefix(ID).partition("/")
        if not subject.value.startswith(ID) or kind not in SUBMISSION_KINDS:
            wrong.append(f"{shortened(subject.value)} is not a state's record.")
        elif kind in {*OWN_KINDS[:4], "determination", "submission"} and not slug.startswith(f"{handed.code}-"):
            wrong.append(f"The identifier {shortened(subject.value)} must begin with '{handed.code}-'.")
    if wrong:
        raise TableError("Nothing was written.\n" + "\n".join(f"  {line}" for line in sorted(wrong)))


@dataclass(frozen=True)
class _Work:
    """What is known once a submission has passed."""

    context: Context
    handed: _Handed
    gone: frozenset[ox.NamedNode]
    comparison: RecordComparison
    report: Report
    files: Files


def _plan(project: Project, path: Path, now: dt.datetime, work: _Work) -> Acceptance:
    handed = work.handed
    data = DataFiles.read(project, work.files)
    texts = data.texts()
    every = by_record(data.every())
    after = _marked(handed, every)
    _check_days({s: facts - every.get(s, frozenset()) for s, facts in after.items()}, now, work)
    for subjects in data.files.values():
        for subject in work.gone & subjects.keys():
            del subjects[subject]
    _merge(data, {**_kept_claims(every, work), **after})
    derived = data.derive(project)
    _check_links(data, work)
    now_on_record = by_record(data.every())
    touched = {s for s in (*after, *derived, *work.gone) if s.value.startswith(ID)}
    changes = work.comparison.changes(
        {s: every[s] for s in touched if s in every}, {s: now_on_record[s] for s in touched if s in now_on_record}
    )
    if all(change.subject == handed.submission for change in changes):
        return Acceptance(work.report, contents={})
    contents = {file: text.encode() for file, text in data.texts().items() if texts.get(file) != text}
    before = {**by_record(work.context.on_record(handed.state)), **_determinations(work.context, handed.state)}
    own = [t for subject, facts in before.items() for t in facts if _is_states(subject)]
    archive = history_file(project.root, handed.code, handed.submission)
    contents[archive] = history_text(own, handed.code, handed.submission, digest_iri(path, work.files), now)
    return Acceptance(work.report, changes=tuple(changes), contents=contents)


def _marked(handed: _Handed, every: Records) -> dict[ox.NamedNode, frozenset[ox.Triple]]:
    """The submitted records: the state's own that are new or changed say so, the others stay as they are.

    What a state says of itself is self-reported until somebody else compares it with the source and imports the record.
    """
    found: dict[ox.NamedNode, frozenset[ox.Triple]] = {}
    for subject, facts in handed.records.items():
        if is_derived(subject):
            continue
        on_file, told = every.get(subject), frozenset(_self_reported(facts))
        if not _differs(on_file, facts) or not _differs(on_file, told):
            found[subject] = on_file or facts
        elif kind_of(subject) in OWN_KINDS:
            kept = frozenset(t for t in told if t.predicate != _IN_SUBMISSION)
            found[subject] = kept | {ox.Triple(subject, _IN_SUBMISSION, handed.submission)}
        else:
            found[subject] = facts
    return found


def _self_reported(facts: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The statements of a record that a state hands in: what it says of itself nobody else has read yet."""
    for t in facts:
        is_said = t.predicate == _STATUS and t.object == _STATED
        yield ox.Triple(t.subject, t.predicate, _SELF_REPORTED) if is_said else t


def _differs(before: frozenset[ox.Triple] | None, after: frozenset[ox.Triple]) -> bool:
    if before is None:
        return True
    return {t for t in before if t.predicate != _IN_SUBMISSION} != {t for t in after if t.predicate != _IN_SUBMISSION}


def _kept_claims(every: Records, work: _Work) -> dict[ox.NamedNode, frozenset[ox.Triple]]:
    """The state's claims on file that stay; merging would drop those about a policy that is submitted again."""
    prefix = f"{ID}claim/{work.handed.code}-"
    return {s: facts for s, facts in every.items() if s.value.startswith(prefix) and s not in work.gone}


def _merge(data: DataFiles, records: Records) -> None:
    conversion = Conversion()
    for subject, facts in records.items():
        conversion.add(subject, facts)
    problems = data.merge(conversion)
    if problems:
        raise TableError("Nothing was written.\n" + "\n".join(f"  {p.message}" for p in problems))


def _check_links(data: DataFiles, work: _Work) -> None:
    """Refuse to remove what other records refer to.

    Raises:
        TableError: something refers to a record that would go.
    """
    dangling = sorted(
        f"{shortened(t.subject.value)} refers to {shortened(t.object.value)}, which would be removed."
        for t in data.every()
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode) and t.object in work.gone
    )
    if dangling:
        raise TableError("Nothing was written.\n" + "\n".join(f"  {line}" for line in dangling[:20]))


def _check_days(records: Records, now: dt.datetime, work: _Work) -> None:
    """Refuse what is new in records and says that somebody did something after today.

    Raises:
        TableError: there are some.
    """
    later = [f"{work.comparison.label(s, records[s])}: {why}" for s, why in read_after(records, now.date())]
    if later:
        raise TableError("Nothing was written.\n" + "\n".join(f"  {line}" for line in sorted(later)[:20]))


def _determinations(context: Context, state: ox.NamedNode) -> dict[ox.NamedNode, list[ox.Triple]]:
    """The determinations of a state, which its history keeps although they are derived."""
    return {
        subject: facts
        for subject, facts in context.records.items()
        if kind_of(subject) == "determination"
        and any(t.predicate == _JURISDICTION and t.object == state for t in facts)
    }


def _is_states(subject: ox.NamedNode) -> bool:
    return kind_of(subject) in {*OWN_KINDS, "provision", "determination", "submission"}
