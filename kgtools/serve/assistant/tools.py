"""The tools that an assistant is offered, and their answers: few, short, each row with its own evidence."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from kgtools.answers.api import Value, plain
from kgtools.answers.checking import BORNE_OUT, SAYINGS, STATUSES, Verdict, check_citation, check_standing
from kgtools.answers.citations import NOTES, CitationIndex, find_record
from kgtools.answers.evidence.differences import beside, differences
from kgtools.answers.questions import ParameterError, Question, allowed_values, bind, find_question, read_catalog
from kgtools.answers.questions.parameters import PARAMETER_TYPES
from kgtools.answers.search import Found, RecordSearch, without_repeats
from kgtools.core.errors import UserError
from kgtools.core.namespaces import BASE, SPF
from kgtools.core.project import Project
from kgtools.core.suggest import nearest
from kgtools.graph.store import Solutions, Store, Term
from kgtools.publish.memo import Memo, markdown_of, memo_of
from kgtools.publish.memo.document import Block, CitationMark, Items, MemoTable, Paragraph
from kgtools.serve.assistant.arguments import given_of, one_of, parts_of, start_of, text_of, year_of
from kgtools.serve.assistant.described import (
    MAX_QUERY,
    MAX_TEXT,
    MAX_WORDS,
    OTHERS,
    SEARCHED,
    TEXT_FORMATS,
    Tool,
    ask_tool,
)
from kgtools.serve.assistant.evidence import RowEvidence, row_evidence
from kgtools.serve.assistant.fitting import cut, fitted
from kgtools.serve.submissions import Upload, ValidationJob

_LISTED: Final = 12  # allowed values that the list of questions names; a search finds those of longer lists
_REFERRING: Final = 40
_CLEARLY: Final = 1.25  # how much more relevant than the second a policy must be to be taken for what was meant
_REVIEWED: Final = f"SELECT (MAX(?day) AS ?latest) WHERE {{ ?record <{SPF}dateReviewed> ?day }}"
_LOOKED_AT: Final = f"""SELECT ?d WHERE {{ ?d <{SPF}jurisdiction> %s ; <{SPF}determinationValue> ?v
  FILTER(!STRENDS(STR(?v), "/not-reviewed")) }} LIMIT 1"""

Item = TypeVar("Item")


class Tools:
    """The tools, over a graph.

    Args:
        project: where the questions are.
        store: what answers.
        version: the version of the data that answers name.
    """

    def __init__(self, project: Project, store: Store, version: str) -> None:
        self.project = project
        self._store = store
        self._version = version
        self._answers: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "ask": self._ask,
            "brief": self._brief,
            "record": self._record,
            "search": self._search,
            "check_statement": self._check,
        }
        self._memos: dict[tuple[str, bool], Memo] = {}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The canned questions that give a table, by name; ``search`` has its own tool."""
        return {question.name: question for question in read_catalog(self.project) if question.name != "search"}

    @cached_property
    def _index(self) -> CitationIndex:
        return CitationIndex(self._store)

    @cached_property
    def _words(self) -> RecordSearch:
        return RecordSearch(self._store)

    @cached_property
    def data(self) -> dict[str, str]:
        """Which data answers: the version, and the latest day on which a record was reviewed."""
        latest = plain(self._store.select(_REVIEWED)).rows
        return {"version": self._version, "as_of": str(latest[0]["latest"] or "") if latest else ""}

    @cached_property
    def tools(self) -> tuple[Tool, ...]:
        """All tools."""
        return (ask_tool(self.questions, self._allowed), *OTHERS)

    @cached_property
    def _allowed(self) -> dict[str, tuple[str, ...]]:
        types = {parameter.type for question in self.questions.values() for parameter in question.parameters}
        found = allowed_values(types - {"jurisdiction"}, self._store)
        return {type_: values for type_, values in found.items() if len(values) <= _LISTED}

    def answer(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What a tool other than ``validate`` and ``sparql`` answers.

        Raises:
            UserError: there is no such tool, or an argument is wrong; the message says what is allowed.
        """
        if name not in self._answers:
            guess = nearest(name, [tool.name for tool in self.tools])
            raise UserError(f"There is no tool called '{name[:60]}'.{f' Did you mean {guess!r}?' if guess else ''}")
        known = next(tool.parameters["properties"] for tool in self.tools if tool.name == name)
        for argument in arguments.keys() - known.keys():
            raise ParameterError(f"'{argument[:60]}' is not an argument of {name}; it takes {', '.join(known)}.")
        return self._answers[name](arguments)

    def _ask(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        question = self._question(text_of(arguments, "question", needed=True))
        given = given_of(arguments)
        start = start_of(arguments)
        whole = self._store.select(bind(question.query, question.parameters, given, self._store))
        defaults = {p.name: p.default for p in question.parameters if p.default is not None}
        about = {**defaults, **given}
        opposed = differences(self.project, self._store, about.get("state", ""))
        places = [
            PARAMETER_TYPES["jurisdiction"](each, self._store).value[-2:] for each in parts_of(about.get("state"))
        ]
        notes = [
            f"{name}={value} was used, because none was given." for name, value in defaults.items() if name not in given
        ]

        def made(rows: Sequence[tuple[Term | None, ...]], following: int | None) -> dict[str, Any]:
            page = Solutions(whole.variables, tuple(rows))
            found = row_evidence(self._store, self._index, page, places, self._data_set())
            others = [
                f"Others differ on {one.usps}: {one.words}" for one in beside(opposed, page, about.get("state", ""))
            ]
            told = [
                {**_shown(row), "evidence": evidence.as_dict()}
                for row, evidence in zip(plain(page).rows, found.rows, strict=True)
            ]
            return {
                "question": question.summary,
                "parameters": about,
                "total_rows": len(whole.rows),
                "rows": told,
                "sources": found.sources,
                **self._ending(following, [*others, *_columns(question, whole.variables), *notes]),
            }

        return fitted(whole.rows, start, made)

    def _question(self, name: str) -> Question:
        if name in self.questions:
            return self.questions[name]
        if name == "search":
            raise ParameterError("'search' is a tool of its own; call it with 'words'.")
        find_question(self.project, name)  # which says what is nearest where there is none
        raise ParameterError(f"'{name}' gives a graph, which no tool returns. Run a CONSTRUCT query with 'sparql'.")

    def _brief(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        state = text_of(arguments, "state", needed=True)
        long = arguments.get("length", "short") == "long"
        memo = self._memo(state, long=long)
        numbered = {note.number: note for note in memo.endnotes}

        def made(blocks: Sequence[Block], following: int | None) -> dict[str, Any]:
            cited = sorted({number for block in blocks for number in _citations(block)})
            return {
                "title": memo.title,
                "facts": dict(memo.facts),
                "brief": "\n\n".join(map(markdown_of, blocks)),
                "sources": {str(n): f"{numbered[n].text} {numbered[n].url}".strip() for n in cited if n in numbered},
                **self._ending(following, ["[n] refers to 'sources'."]),
            }

        return fitted(
            _whole_parts(memo.blocks),
            start_of(arguments),
            lambda parts, next_: made([b for p in parts for b in p], next_),
        )

    def _memo(self, state: str, *, long: bool) -> Memo:
        key = (PARAMETER_TYPES["jurisdiction"](state, self._store).value, long)
        if key not in self._memos:
            today = dt.datetime.now(dt.UTC).date()
            made = memo_of(self.project, self._store, state, long=long, version=self._version, today=today)
            self._memos = {**dict(list(self._memos.items())[-20:]), key: made}
        return self._memos[key]

    def _record(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        found = find_record(self._store, text_of(arguments, "record", needed=True))
        statements = [
            ("said", name, cut(value, 1_200)) for name, values in sorted(found.statements.items()) for value in values
        ]
        sources = [("source", "", source) for source in found.sources]
        referring = [("referred to by", "", iri) for iri in found.referring[:_REFERRING]]

        def made(items: Sequence[tuple[str, str, Any]], following: int | None) -> dict[str, Any]:
            said: dict[str, list[str]] = {}
            for kind, name, value in items:
                if kind == "said":
                    said.setdefault(name, []).append(value)
            cited = [value for kind, _, value in items if kind == "source"]
            return {
                "record": {"id": found.iri, "name": found.label, "kind": found.kind, "page": found.iri},
                "statements": said,
                "sources": [
                    {"title": c.title, "url": c.url, "read": c.accessed, "kind": c.kind, "publisher": c.publisher}
                    for c in cited
                ],
                "certainty": next((c.certainty for c in found.sources if c.certainty), ""),
                "how": next((c.epistemic_status for c in found.sources if c.epistemic_status), ""),
                "referred_to_by": [value for kind, _, value in items if kind == "referred to by"],
                **self._ending(following, []),
            }

        return fitted([*sources[:10], *statements, *sources[10:], *referring], start_of(arguments), made)

    def _search(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        written = text_of(arguments, "words", needed=True, most=MAX_WORDS)
        kind, state = text_of(arguments, "kind"), text_of(arguments, "state")
        if kind and kind not in SEARCHED:
            raise ParameterError(f"'{kind[:60]}' is not a kind; use {', '.join(SEARCHED)}.")
        usps = PARAMETER_TYPES["jurisdiction"](state, self._store).value[-2:].upper() if state else ""
        found = list(without_repeats(self._words.find(written, kind=kind, usps=usps)))

        def made(records: Sequence[Found], following: int | None) -> dict[str, Any]:
            rows = [
                {
                    key: value
                    for key, value in {
                        "kind": record.kind,
                        "state": record.usps,
                        "name": record.label,
                        "says": cut(record.text, 220),
                        "citation": cut(record.citation, 120),
                        "id": record.iri.removeprefix(f"{BASE}id/"),
                        "page": record.iri,
                    }.items()
                    if value
                }
                for record in records
            ]
            hint = (
                "'record' gives what a record says, with its sources."
                if found
                else "No record holds these words. That says nothing about any state. Try fewer or other words, or "
                "'ask' the question 'criteria' for the recommended policies."
            )
            return {"words": written, "total": len(found), "records": rows, **self._ending(following, [hint])}

        return fitted(found, start_of(arguments), made)

    def _check(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        place = PARAMETER_TYPES["jurisdiction"](text_of(arguments, "state", needed=True), self._store)
        assert isinstance(place, ox.NamedNode)
        usps = place.value.rpartition("/")[2].upper()
        policy, citation = text_of(arguments, "policy"), text_of(arguments, "citation")
        year = year_of(arguments)
        told: dict[str, Any] = {"state": usps}
        opposed: list[str] = []
        if policy:
            meant, name = self._meant(policy)
            says = one_of(arguments, "says", SAYINGS, "does it in some way")
            if text_of(arguments, "status"):
                raise ParameterError("'status' goes with a 'citation' alone; leave 'policy' out.")
            told |= {"policy": name, "says": says}
            verdict = check_standing(self._store, place, usps, meant, says=says, year=year, citation=citation)
            opposed = [one.words for one in differences(self.project, self._store, usps) if one.recommendation == name]
        elif citation:
            reviewed = bool(self._store.select(_LOOKED_AT % place).rows)
            status = one_of(arguments, "status", STATUSES, "")
            verdict = check_citation(self._store, usps, citation, year=year, status=status, reviewed=reviewed)
        else:
            raise ParameterError("Give 'policy', a recommended policy, or 'citation', a law; both may be given.")
        told |= {key: value for key, value in (("citation", citation), ("year", year)) if value}
        return self._told(told, verdict, opposed)

    def _told(self, statement: Mapping[str, Any], verdict: Verdict, opposed: Sequence[str]) -> dict[str, Any]:
        """A verdict with what it rests on, as much as fits."""
        policies = list(verdict.policies)
        rest_on = [policy.claim or policy.iri for policy in policies]
        evidence = RowEvidence.of_records(self._store, [*rest_on, *([verdict.record] if verdict.record else [])])

        def made(places: Sequence[int], following: int | None) -> dict[str, Any]:
            chosen = [policies[place] for place in places]
            cited = {key for place in places for key in evidence.rows[place].sources}
            if not places and evidence.rows:
                cited |= set(evidence.rows[-1].sources)
            return {
                "verdict": verdict.verdict,
                "statement": dict(statement),
                "why": [cut(reason) for reason in verdict.reasons],
                **({"others_differ": list(opposed)} if opposed else {}),
                "page": verdict.record or f"{BASE}id/jurisdiction/{statement['state'].lower()}",
                "rests_on": [
                    {
                        key: value
                        for key, value in {
                            "policy": policy.name,
                            "citation": policy.citation,
                            "year": policy.year,
                            "status": policy.status,
                            "extent": policy.extent,
                            "evidence": evidence.rows[place].as_dict(),
                        }.items()
                        if value
                    }
                    for place, policy in zip(places, chosen, strict=True)
                ],
                "sources": {key: source for key, source in evidence.sources.items() if key in cited},
                **self._ending(
                    following,
                    ["Pass on the verdict as it is; it says nothing beyond the record."]
                    + ([] if verdict.verdict == BORNE_OUT else ["'search' may find what the statement means."]),
                    resumes=False,
                ),
            }

        return fitted(list(range(len(policies))), 0, made)

    def _meant(self, written: str) -> tuple[ox.NamedNode, str]:
        """The recommended policy that is named, or that the words plainly mean, with its name."""
        try:
            found = PARAMETER_TYPES["transformative-policy"](written, self._store)
        except ParameterError:
            hits = self._words.find(written, kind="transformative-policy")
            if not hits or (len(hits) > 1 and hits[0].score < _CLEARLY * hits[1].score):
                raise
            found = ox.NamedNode(hits[0].iri)
        assert isinstance(found, ox.NamedNode)
        names = self._store.select(
            f"SELECT ?name WHERE {{ {found} <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }}"
        ).rows
        return found, str(getattr(names[0][0], "value", ""))

    def _data_set(self) -> dict[str, str]:
        title = f"State policy for personalized learning, knowledge graph, version {self._version}"
        return {"title": title, "url": BASE, "read": self.data["as_of"], "kind": "data set"}

    def _ending(self, following: int | None, notes: Sequence[str], *, resumes: bool = True) -> dict[str, Any]:
        """What each answer ends with: how to go on, which data it is from, and what to say with it."""
        more: dict[str, Any] = {}
        if following is not None:
            more = {"next": {"start": following}} if resumes else {"shown": following}
        return {**more, "data": self.data, "notes": [*notes, *NOTES]}

    def validated(self, verdict: str, report: Mapping[str, Any], start: int) -> dict[str, Any]:
        """The answer of ``validate``, from the whole report."""
        findings = [
            {
                "line": (finding.get("location") or {}).get("line"),
                "severity": finding["severity"],
                "finding": cut(finding["sentence"]),
                "fix": cut(finding.get("fix") or ""),
                "rule": finding["rule"],
            }
            for finding in report.get("findings", ())
        ]
        problems = [{"problem": cut(json.dumps(problem, ensure_ascii=False))} for problem in report.get("problems", ())]
        kept = {key: report[key] for key in ("totals",) if key in report}
        told = [cut(note) for note in report.get("notes", ())]
        seen = report.get("coverage", {})
        if seen.get("recordsChecked", 0) < seen.get("records", 0):
            told.append(
                f"{seen['recordsChecked']} of {seen['records']} records were checked; no rule is for the others."
            )

        def made(items: Sequence[Mapping[str, Any]], following: int | None) -> dict[str, Any]:
            return {"verdict": verdict, **kept, "findings": list(items), **self._ending(following, told)}

        return fitted([*problems, *findings], start, made)

    def queried(self, media_type: str, body: bytes, start: int) -> dict[str, Any]:
        """The answer of ``sparql``, from the whole result: rows, a boolean, or lines of Turtle."""
        if media_type.endswith("json"):
            document = json.loads(body)
            if "boolean" in document:
                return {"boolean": document["boolean"], **self._ending(None, [])}
            bindings = [
                {name: cut(term["value"]) for name, term in row.items()} for row in document["results"]["bindings"]
            ]

            def rows(items: Sequence[Mapping[str, str]], following: int | None) -> dict[str, Any]:
                total = {"columns": document["head"]["vars"], "total_rows": len(bindings)}
                return {**total, "rows": list(items), **self._ending(following, [])}

            return fitted(bindings, start, rows)

        def lines(items: Sequence[str], following: int | None) -> dict[str, Any]:
            return {"turtle": "\n".join(items), **self._ending(following, ["'next' counts lines."])}

        return fitted([cut(line) for line in body.decode().splitlines()], start, lines)


def validation_job(arguments: Mapping[str, Any], folder: Path) -> ValidationJob:
    """The validation of a text that an assistant hands in.

    Args:
        arguments: ``text`` and ``format``.
        folder: an empty folder to work in.

    Raises:
        ParameterError: an argument is missing or wrong.
    """
    text, format_ = arguments.get("text"), arguments.get("format", "ttl")
    if not isinstance(text, str) or not text.strip():
        raise ParameterError("The tool needs 'text': the data to check.")
    if format_ not in TEXT_FORMATS:
        raise ParameterError(f"'{str(format_)[:20]}' is not a format; use {', '.join(TEXT_FORMATS)}.")
    if len(text) > MAX_TEXT:
        raise ParameterError(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are checked.")
    return ValidationJob(folder, (Upload.of(f"text.{format_}", text.encode()),), ("json",))


def query_text(arguments: Mapping[str, Any]) -> str:
    """The SPARQL query that an assistant asks to run.

    Raises:
        ParameterError: it is missing or too long.
    """
    return text_of(arguments, "query", needed=True, most=MAX_QUERY)


def working_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for a validation, removed when it is left."""
    return tempfile.TemporaryDirectory(prefix="kgtools-validation-")


def _shown(row: Mapping[str, Value]) -> dict[str, Value]:
    """A row without its empty cells, long texts cut."""
    return {
        name: cut(value) if isinstance(value, str) else value for name, value in row.items() if value not in {None, ""}
    }


def _columns(question: Question, variables: Sequence[str]) -> list[str]:
    """What the columns mean whose names don't say it all, in one note."""
    meant = {column.name: column.description for column in question.columns}
    return [f"Columns: {cut('; '.join(f'{name}: {meant[name]}' for name in variables if name in meant), 900)}"]


def _whole_parts(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """The blocks in parts that are told together: a heading never without what follows it."""
    parts: list[tuple[Block, ...]] = []
    waiting: list[Block] = []
    for block in blocks:
        waiting.append(block)
        if isinstance(block, Paragraph | Items | MemoTable):
            parts.append(tuple(waiting))
            waiting = []
    return [*parts, tuple(waiting)] if waiting else parts


def _citations(block: Block) -> set[int]:
    lines = {
        Paragraph: lambda b: [b.line],
        Items: lambda b: list(b.lines),
        MemoTable: lambda b: [cell for row in b.rows for cell in row],
    }.get(type(block), lambda _: [])(block)
    return {number for line in lines for part in line if isinstance(part, CitationMark) for number in part.numbers}
