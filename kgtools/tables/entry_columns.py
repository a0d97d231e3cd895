"""The sheet on which one row is enough for a new policy: its columns, and where each goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import SKOS, SPF
from kgtools.tables.cells import Grid
from kgtools.tables.names import fold, tidy
from kgtools.tables.schema import Column, Sheet, TableSchema

ENTRY: Final = "New policies"
"""The title of the sheet."""
YOUR_LIST: Final = "Your list"
"""The title of the sheet that says what became of each line of a list."""
RECOMMENDATIONS: Final = "Recommendations"
"""The title of the sheet that explains the recommendations."""
NONE: Final = "none"
"""What to write for the recommendation where a policy serves none."""
_HEADING_ROWS: Final = 15
_LEAST_HEADINGS: Final = 3


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """A column of the sheet.

    Attributes:
        key: its name in code.
        heading: its heading.
        kind: the kind of record that its values go to; empty for columns that only help to fill in the others.
        path: the local name of the property.
        need: ``needed``, ``usual``, ``rare`` or ``help``.
        help: what to write.
        example: a value that passes.
        width: how wide it is.
        other_names: other headings that it is known by.
    """

    key: str
    heading: str
    kind: str
    path: str
    need: str
    help: str
    example: str = ""
    width: int = 20
    other_names: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """The property."""
        return (SKOS if self.path == "prefLabel" else SPF) + self.path


COLUMNS: Final = (
    EntryColumn(
        "name",
        "Policy",
        "state-policy",
        "prefLabel",
        "needed",
        "A short plain name, as people say it.",
        "Credit by demonstrated mastery",
        30,
        ("name", "policy name", "title"),
    ),
    EntryColumn(
        "says",
        "What it does",
        "state-policy",
        "summary",
        "needed",
        "One sentence in your own words, from 6 to 45 words. Do not copy the law.",
        "Lets every district award credit to a student who proves mastery by examination.",
        46,
        ("summary",),
    ),
    EntryColumn(
        "serves",
        "Recommendation",
        "claim",
        "alignsWith",
        "needed",
        "Which recommendation the policy serves: its name, or its number on the sheet Recommendations, such as 3a. "
        f"Separate several with a semicolon. Write {NONE} if it serves none.",
        "Award credit for demonstrated mastery",
        30,
        ("recommendations", "transformative policy"),
    ),
    EntryColumn(
        "link",
        "Link",
        "source",
        "url",
        "needed",
        "The web address of the text, on the state's own site if there is one.",
        "https://codes.ohio.gov/ohio-revised-code/section-3313.603",
        40,
        ("url", "source", "web address"),
    ),
    EntryColumn(
        "citation",
        "Citation",
        "state-policy",
        "citation",
        "usual",
        "As printed in the code, the register or the bill. The kind of policy follows from it.",
        "Ohio Rev. Code 3313.603",
        24,
    ),
    EntryColumn(
        "year",
        "Year",
        "state-policy",
        "yearAdopted",
        "usual",
        "The year in which it was adopted; for a proposal, the year in which it was made. Leave it empty if unknown.",
        "2016",
        8,
        ("year adopted",),
    ),
    EntryColumn(
        "status",
        "Status",
        "state-policy",
        "legalStatus",
        "needed",
        "in force, proposed, not adopted, repealed, expired, superseded or unknown.",
        "in force",
        14,
        ("legal status",),
    ),
    EntryColumn(
        "instrument",
        "Kind",
        "state-policy",
        "instrument",
        "usual",
        "statute, regulation, board policy and so on. Leave it empty where the citation says it.",
        "statute",
        16,
        ("instrument",),
    ),
    EntryColumn(
        "guesses",
        "Guesses",
        "",
        "",
        "help",
        "What kgtools guessed in this row, and why. The cells are yellow. Correct what is wrong.",
        width=44,
    ),
    EntryColumn(
        "checked",
        "Checked",
        "",
        "",
        "help",
        "Write yes when the guesses of the row are right.",
        "yes",
        11,
        ("confirmed",),
    ),
    EntryColumn(
        "questions",
        "Questions",
        "",
        "",
        "help",
        "What kgtools could not find out. The cells are red until you fill them in.",
        width=44,
    ),
    EntryColumn(
        "extent",
        "How far",
        "claim",
        "extent",
        "rare",
        "full, partial or enabling: how far the policy carries the recommendation out. Left empty, it is partial. "
        "For full, also fill in Why and Section.",
        "partial",
        11,
        ("extent",),
    ),
    EntryColumn(
        "why",
        "Why",
        "claim",
        "rationale",
        "rare",
        "Why it serves the recommendation, in a sentence of six words or more. Left empty, it is what the policy does.",
        "The law lets every district award credit without seat time.",
        30,
        ("rationale",),
    ),
    EntryColumn(
        "section",
        "Section",
        "provision",
        "locator",
        "rare",
        "The section or page of the document that says it. Left empty, it is the citation.",
        "§ 3313.603(J)",
        16,
        ("locator",),
    ),
    EntryColumn(
        "read",
        "How read",
        "provision",
        "readingManner",
        "rare",
        "Who fills in the row read: the text itself, only the opening, or an account of it. Left empty: not recorded.",
        "the text itself",
        14,
    ),
    EntryColumn(
        "day",
        "Day read",
        "provision",
        "dateRead",
        "rare",
        "The day on which somebody read the document. Left empty, it is the day of the submission.",
        "2026-11-23",
        12,
        ("access date",),
    ),
    EntryColumn(
        "topic",
        "Topic",
        "state-policy",
        "topic",
        "rare",
        "One or more topics of the list. Left empty, it is what most policies with the same recommendation have.",
        "credit flexibility",
        20,
        ("topics",),
    ),
    EntryColumn(
        "publisher",
        "Publisher",
        "source",
        "publishedBy",
        "rare",
        "Who published the document. Left empty, it is whoever published others on record at the same site.",
        "Ohio Legislative Service Commission",
        26,
    ),
    EntryColumn(
        "document",
        "Document",
        "source",
        "prefLabel",
        "rare",
        "The title of the document. Left empty, it is the citation or the name of the policy.",
        "Section 3313.603 Requirements for high school graduation",
        26,
        ("title of the document",),
    ),
    EntryColumn(
        "effective",
        "Date effective",
        "state-policy",
        "dateEffective",
        "rare",
        "The first day on which it has effect.",
        "2016-07-01",
        12,
        ("effective date",),
    ),
    EntryColumn(
        "ended",
        "Year ended",
        "state-policy",
        "yearEnded",
        "rare",
        "The year in which it ended, for what is repealed, expired or superseded.",
        "2021",
        8,
    ),
    EntryColumn(
        "later",
        "Replaced by",
        "state-policy",
        "supersededBy",
        "rare",
        "The later policy, for what is superseded.",
        "oh-new-rule",
        20,
        ("superseding policy",),
    ),
    EntryColumn(
        "doubt",
        "Doubt",
        "state-policy",
        "doubt",
        "rare",
        "What is not certain, in one sentence.",
        "The year of adoption was not found.",
        26,
    ),
)
KEYS: Final = {column.key: column for column in COLUMNS}


@dataclass(frozen=True)
class EntryTable:
    """The sheet as it was found.

    Attributes:
        grid: its cells.
        heading_row: the row of the headings.
        places: the number of each column, by key.
        unknown: the numbers of columns that are not known, with their headings.
        repeated: the numbers of columns that repeat an earlier one.
    """

    grid: Grid
    heading_row: int
    places: Mapping[str, int]
    unknown: Mapping[int, str]
    repeated: tuple[int, ...]


def is_entry(grid: Grid) -> bool:
    """Whether a grid is the sheet of new policies."""
    return fold(grid.name).removesuffix(".csv") == fold(ENTRY)


def find_entry(grid: Grid) -> EntryTable | None:
    """The columns of the sheet; nothing where no row of headings is found."""
    rows = sorted(grid.rows)[:_HEADING_ROWS]
    scored = [(sum(_key_of(v) != "" for v in grid.rows[row].values()), -row) for row in rows]
    best = max(scored, default=(0, 0))
    if best[0] < _LEAST_HEADINGS:
        return None
    row, places, unknown, repeated = -best[1], dict[str, int](), dict[int, str](), list[int]()
    for number, value in sorted(grid.rows[row].items()):
        key = _key_of(value)
        if key and key not in places:
            places[key] = number
        elif key:
            repeated.append(number)
        elif tidy(str(value)):
            unknown[number] = tidy(str(value))
    return EntryTable(grid, row, places, unknown, tuple(repeated))


def _key_of(value: object) -> str:
    heading = fold(str(value).partition("\n")[0].replace("*", ""))
    return next((c.key for c in COLUMNS if heading in {fold(c.heading), *map(fold, c.other_names)}), "")


def sheet_of(kind: str, schema: TableSchema) -> Sheet:
    """The sheet of a kind of record, with the headings that its columns have on the sheet of new policies."""
    headings = {column.iri: column.heading for column in COLUMNS if column.kind == kind}
    sheet = schema.sheets[kind]
    columns = (replace(c, heading=headings.get(c.path.value, c.heading)) for c in sheet.columns)
    return replace(sheet, title=ENTRY, columns=tuple(columns))


def column_of(key: str, schema: TableSchema) -> Column:
    """What a column of the sheet of new policies holds."""
    entry = KEYS[key]
    sheet = sheet_of(entry.kind, schema)
    return next(column for column in sheet.columns if column.path == ox.NamedNode(entry.iri))
