"""The tools as an assistant sees them: names, descriptions, and arguments as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kgtools.answers.checking import SAYINGS, STATUSES
from kgtools.answers.questions import Question
from kgtools.serve.assistant.arguments import MAX_START

TEXT_FORMATS: Final = ("ttl", "trig", "jsonld", "csv")
MAX_TEXT: Final = 2_000_000
MAX_QUERY: Final = 20_000
MAX_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Attributes:
        name: its name.
        title: what it does, in a line.
        description: what it does, for the assistant to choose by.
        parameters: what it is given, as JSON Schema.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]


def _object(properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def ask_tool(questions: Mapping[str, Question], allowed: Mapping[str, tuple[str, ...]]) -> Tool:
    """The tool that asks a canned question; its description lists them.

    Args:
        questions: the questions, by name.
        allowed: the values of those types of parameters that allow few.
    """
    lines = [f"{name}({', '.join(p.name for p in q.parameters)}): {q.summary}" for name, q in questions.items()]
    listed = "\n".join(lines)
    types = {p.type: p.name for q in questions.values() for p in q.parameters}
    values = "\n".join(f"{types[type_]}: {', '.join(names)}" for type_, names in sorted(allowed.items()))
    return Tool(
        "ask",
        "Ask a canned question",
        "Asks one of these questions; each row of the answer carries its evidence.\n"
        f"{listed}\n"
        "Parameters: state is a postal code or a name; several with commas where several may be given. policy is the "
        f"short name or the name of a recommended policy (question 'criteria' lists them).\n{values}",
        _object(
            {
                "question": {"type": "string", "enum": list(questions), "description": "Its name."},
                "parameters": {
                    "type": "object",
                    "description": 'By name, such as {"state": "OH"}; left out ones have defaults, which are told.',
                    "additionalProperties": {"type": ["string", "integer", "array"], "items": {"type": "string"}},
                },
                "start": _START,
            },
            ["question"],
        ),
    )


SEARCHED: Final = (
    "jurisdiction", "condition", "transformative-policy", "state-policy", "claim", "adaptation", "action",
    "state-example", "resource", "rating", "rating-item", "inquiry",
)  # fmt: skip
"""The kinds of records that a search may be held to."""
_START: Final = {
    "type": "integer",
    "minimum": 0,
    "maximum": MAX_START,
    "default": 0,
    "description": "Where to go on, as 'next' of the answer before gives it.",
}
_STATE: Final = {"type": "string", "maxLength": 60, "description": "A state or territory, by postal code or name."}
OTHERS: Final = (
    Tool(
        "brief",
        "Brief a state",
        "Where one state stands: its standing, three findings, three next steps with who did each first, who is "
        "nearest and who is most alike, and what nobody has looked at. length 'long' goes on to every policy on "
        "record. Start here for a question about one state as a whole.",
        _object({"state": _STATE, "length": {"type": "string", "enum": ["short", "long"]}, "start": _START}, ["state"]),
    ),
    Tool(
        "record",
        "Look up a record",
        "What the graph says about one record, with its sources: a state policy, a claim, a determination, a "
        "recommended policy, a rating. 'search' and the pages in answers give its identifier.",
        _object(
            {
                "record": {
                    "type": "string",
                    "maxLength": 300,
                    "description": "Its identifier, or its kind and last part: state-policy/ut-…",
                },
                "start": _START,
            },
            ["record"],
        ),
    ),
    Tool(
        "search",
        "Find records by words",
        "Finds records by words in any order, the most relevant first: names, summaries, reasons, citations ('SB 143', "
        "'3313.603'). A state's name or postal code in capitals puts its records first.",
        _object(
            {
                "words": {"type": "string", "minLength": 1, "maxLength": MAX_WORDS},
                "kind": {"type": "string", "enum": list(SEARCHED), "description": "Only this kind."},
                "state": _STATE,
                "start": _START,
            },
            ["words"],
        ),
    ),
    Tool(
        "check_statement",
        "Check a statement or a citation",
        "Checks what somebody says of a state, or what you are about to say, against the record. Give the state with a "
        "recommended policy and what is said of it, or with a citation alone; year and citation are checked too. The "
        "verdict is 'borne out', 'contradicted', 'not on record' or 'not reviewed', never more. Neither of the last "
        "two means that the statement is wrong.",
        _object(
            {
                "state": _STATE,
                "policy": {
                    "type": "string",
                    "maxLength": 300,
                    "description": "A recommended policy, by name or words.",
                },
                "says": {"type": "string", "enum": list(SAYINGS), "default": "does it in some way"},
                "citation": {"type": "string", "maxLength": 300, "description": "The law or bill that is named."},
                "year": {"type": "integer", "description": "The year of adoption that is named."},
                "status": {"type": "string", "enum": list(STATUSES), "description": "With a citation alone."},
            },
            ["state"],
        ),
    ),
    Tool(
        "validate",
        "Check data against the rules",
        "Checks a text that a state would submit, and reports what is wrong, on which line, and how to fix it. Nothing "
        "is stored.",
        _object(
            {
                "text": {"type": "string", "maxLength": MAX_TEXT, "description": "The data."},
                "format": {"type": "string", "enum": list(TEXT_FORMATS), "default": "ttl"},
                "start": _START,
            },
            ["text"],
        ),
    ),
    Tool(
        "sparql",
        "Run a SPARQL query",
        "For what no question asks: SELECT, ASK, CONSTRUCT or DESCRIBE, read-only, at most 10 seconds. The project's "
        "prefixes are declared (spf:, skos:, jurisdiction:, transformative-policy: …). Labels are "
        "skos:prefLabel. The rows carry no citations: 'record' gives those of a record.",
        _object({"query": {"type": "string", "maxLength": MAX_QUERY}, "start": _START}, ["query"]),
    ),
)
"""The tools other than ``ask``."""
