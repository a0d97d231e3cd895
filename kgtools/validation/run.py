"""Validation of files, or of the project's whole graph: from reading to the report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pyoxigraph as ox

from kgtools.core.errors import EnginesDifferError
from kgtools.core.namespaces import RDF, SH, SHAPES, SPF, shortened
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.store import Term
from kgtools.schema.rules import Catalog
from kgtools.shacl import MemoryGraph, ShapesGraph, ValidationReport, parse_shapes, validate_graph, validate_triples
from kgtools.validation.cited import CitedTwice, cited_twice, policies_in
from kgtools.validation.documents import MAX_MEGABYTES, Document, read_document
from kgtools.validation.findings import (
    Coverage,
    FileSummary,
    Finding,
    LateFindings,
    Noted,
    Record,
    RecordKey,
    Report,
)
from kgtools.validation.future import days_after, may_be_after
from kgtools.validation.handed import OnFile, left_out, submissions_of
from kgtools.validation.locate import Locator
from kgtools.validation.lookup import Lookup, keep_lookup, read_lookup
from kgtools.validation.names import Labels
from kgtools.validation.problems import Problem
from kgtools.validation.shapes_files import ShapesFiles
from kgtools.validation.terms import DECIDED, TermFinding, Vocabulary, all_are_fine, check_terms
from kgtools.validation.texts import TextFinding, check_texts, texts_are_fine
from kgtools.validation.translate import Translator

if TYPE_CHECKING:
    from kgtools.tables.context import Context
    from kgtools.tables.names import Names as TableNames
    from kgtools.tables.reading import Progress
    from kgtools.validation.sheets import TableDocument


def _silent(what: str, done: int, total: int) -> None:
    """Say nothing of how far the work is."""


ENGINES: Final = ("fast", "pyshacl", "both")
"""The engines: ours, pySHACL as the reference, or both with a comparison."""

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_SUBMISSION: Final = ox.NamedNode(f"{SPF}Submission")
_IN_SUBMISSION: Final = ox.NamedNode(f"{SPF}inSubmission")
_TARGET: Final = f"{SH}target"
_MOST_NOTES: Final = 5
_MANY: Final = 500_000
"""Statements from which on they are not held in memory beside the graph that was made of them."""
_MANY_FINDINGS: Final = 1_000
"""Findings from which on each is made when it is first asked for: few people ask for more than the first."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to validate, and against what.

    Attributes:
        files: the files that are reported on; none for the project's whole graph.
        shapes: the shapes; none for the project's, and then the project's graph is context too.
        context: files that are looked up and not reported on.
        engine: one of ``ENGINES``.
        max_megabytes: the largest file that is read.
        keep: whether what a submission leaves out stays on record, instead of counting as withdrawn.
        alone: whether nobody else in the process needs the project's statements. They are then not held, and what was
            read of them may be kept in the user's cache folder.
    """

    files: tuple[Path, ...] = ()
    shapes: tuple[Path, ...] = ()
    context: tuple[Path, ...] = ()
    engine: str = "fast"
    max_megabytes: int = MAX_MEGABYTES
    keep: bool = False
    alone: bool = False


@dataclass(slots=True)
class _Inputs:
    """What was read; ``plain`` is what those documents state whose triples are not at hand."""

    files: Files
    documents: list[Document] = field(default_factory=list)
    looked_up: Lookup = field(default_factory=Lookup)
    plain: MemoryGraph | None = None
    shapes: list[ox.Triple] = field(default_factory=list)
    shapes_files: ShapesFiles | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gone: dict[Term, list[ox.Triple]] = field(default_factory=dict)
    derived: set[str] = field(default_factory=set)
    progress: Progress = _silent
    _tables: Context | None = None

    @property
    def known(self) -> TableNames | None:
        """What tables call things, where a table was read."""
        return self._tables.known if self._tables else None

    def read_for_report(self, file: Path, request: Request, project: Project | None) -> Document | None:
        """Read a file that is reported on, which may be a workbook or a folder of CSV files."""
        from kgtools.tables.formats import is_table

        if not is_table(file) or not file.exists():
            return self.read(file, request)
        from kgtools.tables.context import Context
        from kgtools.validation.sheets import read_table

        if project is None:
            message = "A workbook can be read only with the project's shapes, and these were left out."
            self.problems.append(Problem(file, None, message, "Leave --shapes out, or convert it to Turtle first."))
            return None
        self._tables = self._tables or Context.of(project, self.files)
        document, problems = read_table(file, self._tables, self.files, f"f{len(self.documents)}x", self.progress)
        self.problems += problems
        return document

    def read(self, file: Path, request: Request, tag: str = "") -> Document | None:
        """Read a file, and keep its problems."""
        tag = tag or f"f{len(self.documents)}x"
        reading = read_document(file, self.files, request.max_megabytes, tag)
        self.problems += reading.problems
        return reading.document


def validate_files(
    request: Request,
    project: Project | None,
    progress: Progress = _silent,
    files: Files | None = None,
    today: dt.date | None = None,
    read_against: Context | None = None,
) -> Report:
    """Validate.

    Args:
        request: what to validate, and against what.
        project: the project; None where shapes and files are given. With shapes alone, its graph is checked.
        progress: called with what is being done, and for workbooks how far it is.
        files: the files as the command reads them, where it reads them for more than this.
        today: the day after which nobody can have read anything yet; by default the day of the check.
        read_against: the project's graph as tables need it, where a table was read against it already.

    Returns:
        The report. It names a file that can't be read; the others are still validated.

    Raises:
        ShapesError: the shapes are malformed.
        EnginesDifferError: two engines were asked for, and they disagree.
    """
    inputs = _gather(request, project, _Inputs(files or Files(), progress=progress, _tables=read_against))
    progress("Checking", 0, 1)
    day = today or dt.datetime.now(dt.UTC).date()
    own_shapes = not request.shapes
    catalog = Catalog(inputs.shapes)
    sizes = [document.size for document in inputs.documents]
    data, graph = _graph(inputs, _memberships(inputs) if own_shapes else [])
    if request.engine == "fast":
        _let_go_of_many(data, inputs)
    shapes = inputs.shapes_files.parse() if inputs.shapes_files else parse_shapes(_executable(inputs.shapes))
    report = _decide(shapes, graph, data, inputs.looked_up, request.engine)
    locator = Locator(inputs.documents, graph)
    names = Labels(graph, withdrawn=(t for facts in inputs.gone.values() for t in facts))
    tables = {str(d.file): cast("TableDocument", d) for d in inputs.documents if d.is_table}
    translator = Translator(catalog, names, locator, tables, inputs.known)
    terms = _wrong_terms(inputs, graph) if own_shapes else []
    cited = _cited_twice(inputs, graph, project) if own_shapes and request.files else []
    texts = _spoiled_texts(inputs, graph) if own_shapes else []
    has_later = own_shapes and bool(request.files) and may_be_after(graph, day)
    later = [told for d in inputs.documents for told in days_after(d, day)] if has_later else []
    told = [*(term.subject for term in terms), *(text.subject for text in texts)]
    told += [*(triple.subject for triple, _ in later), *(case.policy for case in cited)]
    are_late = len(report.results) > _MANY_FINDINGS
    locator.prepare((result.focus_node for result in report.results), begins_only=are_late)
    locator.prepare(told)
    findings = [translator.noted(result) for result in report.results]
    findings += [Noted.of(translator.of_term(term)) for term in terms]
    if own_shapes:
        findings = _with_what_no_shape_finds(findings, inputs, translator, cited, texts)
    inputs.notes += _notes_of(later, translator)
    found = _sorted(_with_cells(findings, inputs.documents, translator), inputs.documents, translator)
    records = [_records(document) for document in inputs.documents]
    coverage = _coverage(report, catalog, records, translator)
    summaries = map(FileSummary, (d.file for d in inputs.documents), sizes, map(len, records))
    return _reported(inputs, found if are_late else tuple(found), tuple(summaries), coverage, shapes, request.engine)


def _graph(inputs: _Inputs, memberships: list[ox.Triple]) -> tuple[list[ox.Triple], MemoryGraph]:
    """The statements that are at hand, and the graph of all."""
    if inputs.plain is None:
        data = [triple for document in inputs.documents for triple in document.triples]
        data += memberships
        return data, MemoryGraph.over(data, inputs.looked_up.graph, inputs.looked_up.hidden)
    data = [triple for document in inputs.documents for triple in document.stated or ()]
    graph = MemoryGraph.joined(data, inputs.plain)
    graph.add(memberships)
    return data, graph


def _let_go_of_many(data: list[ox.Triple], inputs: _Inputs) -> None:
    """Hold no statements beside the graph that was made of them, where there are many."""
    if len(data) > _MANY:
        data.clear()
        for document in inputs.documents:
            document.let_go(inputs.files)


def _with_what_no_shape_finds(
    findings: list[Noted],
    inputs: _Inputs,
    translator: Translator,
    cited: Iterable[CitedTwice],
    texts: Iterable[TextFinding],
) -> list[Noted]:
    """The findings without what follows from others, and with those that are made outside the shapes."""
    kept = [f for f in without_consequences(findings) if f.record.iri not in inputs.derived]
    made = list(_unmapped(inputs.documents, translator))
    made += [translator.of_cited(case) for case in cited]
    made += [translator.of_text(text) for text in texts]
    return [*kept, *map(Noted.of, made)]


def _wrong_terms(inputs: _Inputs, graph: MemoryGraph) -> list[TermFinding]:
    """Terms of the files that do not exist."""
    vocabulary = Vocabulary.of(graph)
    if all_are_fine(graph, vocabulary):
        return []
    triples = (t for d in inputs.documents for t in (sorted(d.triples, key=str) if d.is_table else d.triples))
    return check_terms(triples, vocabulary, graph.column(_TYPE))


def _spoiled_texts(inputs: _Inputs, graph: MemoryGraph) -> list[TextFinding]:
    """Texts that a wrong encoding has spoiled."""
    if inputs.plain is not None and texts_are_fine(graph):
        return []
    return [text for document in inputs.documents for text in check_texts(document)]


def _cited_twice(inputs: _Inputs, graph: MemoryGraph, project: Project | None) -> list[CitedTwice]:
    """New policies that cite what others cite.

    Records on file that the files replace are on file all the same, and so are those of the project's own files.
    """
    own_files = {file.resolve() for file in project.data} if project else set()
    kept = {node for d in inputs.documents if d.file.resolve() in own_files for node in d.subjects}
    handed_in = policies_in(graph)
    on_file = {node: policy for node, policy in handed_in.items() if node in kept}
    return cited_twice(handed_in, policies_in(inputs.looked_up.graph) | on_file)


def _reported(
    inputs: _Inputs,
    findings: Sequence[Finding],
    files: tuple[FileSummary, ...],
    coverage: Coverage,
    shapes: ShapesGraph,
    engine: str,
) -> Report:
    """The report of what was found."""
    return Report(
        findings=findings,
        problems=tuple(inputs.problems),
        files=files,
        context_triples=inputs.looked_up.size,
        coverage=coverage,
        notes=tuple(inputs.notes),
        engine=engine,
        cautions=inputs.shapes_files.cautions(shapes) if inputs.shapes_files else (),
    )


def _notes_of(later: Sequence[tuple[ox.Triple, str]], translator: Translator) -> Iterator[str]:
    """Notes on days after today: no finding, as what is found must not depend on the day of the check."""
    for triple, told in later[:_MOST_NOTES]:
        place = translator.place(triple.subject, triple.predicate.value, triple.object)
        yield f"{place}: {told}. 'kgtools accept' and 'kgtools import' refuse it until then."
    if len(later) > _MOST_NOTES:
        yield f"{len(later) - _MOST_NOTES} more days are after today."


def without_consequences(findings: list[Noted]) -> list[Noted]:
    """Say once what breaks a rule twice, and nothing of what follows from another finding.

    Nothing is said of the range of a value that has the wrong form, nor of what follows from another rule that is
    broken in the same file (``rule:followsFrom``).
    """
    broken = {(f.rule.identifier, f.record.location.file) for f in findings}
    findings = [f for f in findings if (f.rule.follows_from, f.record.location.file) not in broken]
    ill_formed = {(f.record.iri, f.path, f.value_term) for f in findings if _component(f) == "Datatype"}
    kept: dict[tuple[str, ...], Noted] = {}
    for finding in findings:
        ranged = _component(finding).startswith(("MinInclusive", "MaxInclusive", "MinExclusive", "MaxExclusive"))
        if not ranged or (finding.record.iri, finding.path, finding.value_term) not in ill_formed:
            key = (finding.rule.identifier, finding.record.iri, finding.path, finding.value_term, finding.message)
            kept.setdefault(key, finding)
    return list(kept.values())


def _component(finding: Noted) -> str:
    if finding.source is None:
        return ""
    return finding.source.component.value.removeprefix(SH).removesuffix("ConstraintComponent")


def _gather(request: Request, project: Project | None, inputs: _Inputs) -> _Inputs:
    own_shapes: list[Document] = []
    for file in request.shapes or (project.shapes if project else ()):
        document = inputs.read(file, request, f"s{len(own_shapes)}x")
        if document:
            inputs.shapes += document.triples
            own_shapes.append(document)
    files = request.files or ((*project.ontology, *project.data) if project else ())
    is_whole = not request.files and not request.shapes and request.engine == "fast"
    if not (project and is_whole and request.alone and _read_whole(inputs, request, project)):
        for file in dict.fromkeys(map(_from_here, files)):
            document = inputs.read_for_report(file, request, project if not request.shapes else None)
            if document:
                inputs.documents.append(document)
    inputs.notes += [
        f"{d.file} is empty: it holds no statements." for d in inputs.documents if not d.size and not d.text.strip()
    ]
    if request.shapes and not request.files:
        named = ", ".join(str(file) for file in request.shapes)
        inputs.notes.append(
            f"No files to check were named, so the project's own graph was checked against {named}. To check other "
            "files, name them before --shapes."
        )
    if request.shapes:
        inputs.shapes_files = ShapesFiles(own_shapes)
        inputs.problems += inputs.shapes_files.malformed()
    _add_context(inputs, request, project)
    return inputs


def _read_whole(inputs: _Inputs, request: Request, project: Project) -> bool:
    """Read the project's whole graph, of which the data goes straight into columns; whether that could be done.

    It can't where something is wrong with a file, where nodes of the data have no names, or where two files describe
    the same.
    """
    most = request.max_megabytes
    own = [read_document(_from_here(f), inputs.files, most, f"f{n}x").document for n, f in enumerate(project.ontology)]
    documents = [document for document in own if document is not None]
    if len(documents) < len(own):
        return False
    lookup = keep_lookup((*project.ontology, *project.data), inputs.files, most)
    if lookup is None or not lookup.drop(project.ontology) or not lookup.is_plain():
        return False
    documents += (lookup.document(file, _from_here(file), inputs.files) for file in project.data)
    inputs.documents = documents
    inputs.plain = lookup.graph
    return True


def _from_here(file: Path) -> Path:
    """A file's path as seen from the current folder, which is shorter to read."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file


def _add_context(inputs: _Inputs, request: Request, project: Project | None) -> None:
    """Look up the project and the context files, without what the files themselves describe."""
    own = {document.file.resolve() for document in inputs.documents}
    from_project: tuple[Path, ...] = ()
    if project and request.files and not request.shapes:
        from_project = (*project.ontology, *project.data)
    inputs.looked_up = _looked_up(inputs, request, from_project, own)
    if project and from_project and not request.keep:
        _leave_out(inputs, {file.resolve() for file in project.data})
    hidden: set[Term] = {subject for document in inputs.documents for subject in document.subjects}
    inputs.looked_up.hidden = hidden.union(inputs.gone)


def _looked_up(inputs: _Inputs, request: Request, from_project: Sequence[Path], own: Set[Path]) -> Lookup:
    """What the files state that are looked up; the problems of those that can't be read are kept."""
    if from_project and not request.context and request.alone:
        lookup = keep_lookup(from_project, inputs.files, request.max_megabytes)
        if lookup and lookup.drop([file for file in from_project if file.resolve() in own]):
            return lookup
    paths = [file for file in (*from_project, *request.context) if file.resolve() not in own]
    return read_lookup(paths, inputs.files, request.max_megabytes) or _with_problems(inputs, request, paths)


def _with_problems(inputs: _Inputs, request: Request, paths: Iterable[Path]) -> Lookup:
    """What can be looked up in files of which some can't be read; the problems of those are kept."""
    lookup = Lookup()
    for number, file in enumerate(paths):
        document = inputs.read(file, request, f"c{number}x")
        if document:
            lookup.add(file, document.triples)
    return lookup


def _leave_out(inputs: _Inputs, project_files: Collection[Path]) -> None:
    """Take the records that submissions leave out as withdrawn, so that what still refers to them is found."""
    on_record = OnFile(inputs.looked_up.graph)
    for document in inputs.documents:
        if document.file.resolve() in project_files:
            continue
        found = left_out(document, on_record)
        inputs.derived |= {subject.value for subject in found.unchanged}
        inputs.gone |= {subject: inputs.looked_up.about(subject) for subject in found.gone}
        if found.gone:
            count = f"{len(found.gone)} records are" if len(found.gone) > 1 else "1 record is"
            inputs.notes.append(
                f"{count} on file for the state and not in {document.file.name}. They count as withdrawn here; "
                "'kgtools accept' asks before it removes them. Use --keep to check as if they stayed."
            )


def _executable(shapes: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The shapes without the targets of the rules that ``check_terms`` decides more thoroughly."""
    decided = {ox.NamedNode(SHAPES + name) for name in DECIDED}
    return [
        triple for triple in shapes if not (triple.predicate.value.startswith(_TARGET) and triple.subject in decided)
    ]


def _memberships(inputs: _Inputs) -> list[ox.Triple]:
    """Put the records of a file that holds one submission into it, so that rules can hold them against it."""
    added: list[ox.Triple] = []
    for document in inputs.documents:
        submissions = submissions_of(document)
        if len(submissions) > 1:
            inputs.notes.append(
                f"{document.file} holds {len(submissions)} submissions, so its records were not checked against any; "
                "keep one submission per file."
            )
        if len(submissions) == 1:
            records = {t.subject for t in document.typed if _text(t.object).startswith(SPF)} - set(submissions)
            added += (ox.Triple(record, _IN_SUBMISSION, submissions[0]) for record in sorted(records, key=str))
    return added


def _text(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _decide(
    shapes: ShapesGraph, graph: MemoryGraph, data: Sequence[ox.Triple], looked_up: Lookup, engine: str
) -> ValidationReport:
    if engine == "fast":
        return validate_graph(shapes, graph, details=True)
    reference = validate_triples(shapes.triples, data, context=looked_up.triples(), engine="pyshacl")
    if engine == "pyshacl":
        return reference
    report = validate_graph(shapes, graph, details=True)
    _compare(report, reference)
    return report


def _compare(ours: ValidationReport, reference: ValidationReport) -> None:
    counts = [
        Counter((str(r.focus_node), str(r.source_shape), r.component.value, str(r.value)) for r in report.results)
        for report in (ours, reference)
    ]
    if counts[0] != counts[1]:
        only = [sum((counts[i] - counts[1 - i]).values()) for i in (0, 1)]
        first = next(iter((counts[0] - counts[1]) or (counts[1] - counts[0])))
        raise EnginesDifferError(
            f"The two engines disagree: {only[0]} results are found by the fast engine only and {only[1]} by pySHACL "
            f"only, the first about {first[0]} and shape {first[1]}."
        )


def _unmapped(documents: Iterable[Document], translator: Translator) -> Iterator[Finding]:
    for document in documents:
        if document.format == ox.RdfFormat.JSON_LD:
            from kgtools.validation.json_spots import unmapped_keys

            yield from (translator.of_key(document, *key) for key in unmapped_keys(document.text, document.base))


def _with_cells(findings: list[Noted], documents: Iterable[Document], translator: Translator) -> list[Noted]:
    """Add what is wrong with cells, and leave out that a value is missing whose cell could not be read."""
    for document in documents:
        if document.is_table:
            tables = cast("TableDocument", document)
            findings = [f for f in findings if not _explained(f, tables)]
            subjects = (problem.subject for problem in tables.cell_problems)
            translator.locator.prepare(s for s in subjects if s is not None and s in tables.places.records)
            findings += [Noted.of(translator.of_cell(tables, problem)) for problem in tables.cell_problems]
    return findings


def _explained(finding: Noted, document: TableDocument) -> bool:
    """Whether a finding follows from a cell that could not be read, or from a column that is missing."""
    if not finding.source or not isinstance(finding.source.focus_node, ox.NamedNode):
        return False
    node = finding.source.focus_node
    if ".missing-" in finding.rule.identifier and document.explains(node, finding.rule.path, missing=True):
        return True  # a rule across properties, which says at another one that this one is missing
    missing = finding.source.component.value == f"{SH}MinCountConstraintComponent"
    return document.explains(node, finding.path, missing=missing)


def _sorted(findings: Sequence[Noted], documents: Sequence[Document], translator: Translator) -> LateFindings:
    order = {str(document.file): index for index, document in enumerate(documents)}

    def key(record: Record) -> RecordKey:
        begins = record.location.place
        place = (begins.line, begins.column) if begins else (0, 0)
        return order.get(record.location.file, len(order)), place, record.iri

    return LateFindings(findings, key, translator.findings)


def _records(document: Document) -> dict[Term, None]:
    """The subjects that have an identifier; parts without one belong to the record that they are in."""
    return {subject: None for subject in document.subjects if type(subject) is ox.NamedNode}


def _coverage(
    report: ValidationReport, catalog: Catalog, by_file: Iterable[dict[Term, None]], translator: Translator
) -> Coverage:
    records = {subject: None for found in by_file for subject in found}
    touched: Collection[Term] = report.focus_nodes
    untouched = [term for term in records if term not in touched]
    translator.locator.prepare(untouched, begins_only=True)
    return Coverage(
        shapes=len(report.coverage),
        shapes_used=sum(1 for entry in report.coverage if entry.focus_nodes),
        rules=catalog.size,
        records=len(records),
        records_checked=len(records) - len(untouched),
        focus_nodes=len(touched),
        untouched=tuple(sorted((translator.record(term) for term in untouched), key=_by_place)),
    )


def _by_place(record: Record) -> tuple[str, int, str]:
    return (record.location.file, record.location.place.line if record.location.place else 0, shortened(record.iri))
