"""Reading a list of laws as somebody keeps it: any columns in any order, with or without headings, or pasted text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kgtools.core.errors import ListError
from kgtools.graph.files import Files
from kgtools.graph.reading import UnreadableFileError
from kgtools.tables.cells import CellError, CellValue, Grid, column_letters
from kgtools.tables.csv_text import decoded_text, read_csv
from kgtools.tables.law import (
    bare_section,
    begins_with_citation,
    find_citation,
    is_citation,
    lone_section,
    read_citation,
)
from kgtools.tables.names import fold, tidy
from kgtools.tables.plain import status_of, year_of
from kgtools.tables.xlsx_reader import read_workbook

MAX_LINES: Final = 5_000
"""How many lines a list may have."""
MAX_PASTED: Final = 2_000_000
"""How many characters of pasted text are read."""
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "citation": (
        "citation",
        "cite",
        "cites",
        "code",
        "code section",
        "section",
        "statute",
        "statute section",
        "statutes",
        "rule",
        "rule number",
        "rule no",
        "bill",
        "bill number",
        "bill no",
        "bill id",
        "chapter",
        "legal citation",
        "legal authority",
        "authority",
        "reference",
        "law",
        "orc",
        "rc",
        "oac",
        "number",
        "measure",
        "act",
    ),
    "title": (
        "title",
        "name",
        "policy",
        "policy name",
        "short title",
        "bill title",
        "rule title",
        "law title",
        "law name",
        "bill name",
        "caption",
        "catchline",
        "catch line",
        "subject",
        "program",
        "initiative",
        "policy title",
        "heading",
    ),
    "link": (
        "link",
        "links",
        "url",
        "web address",
        "website",
        "hyperlink",
        "web link",
        "web page",
        "source",
        "source url",
        "text",
        "full text",
        "pdf",
        "online",
        "where to find it",
        "address",
        "weblink",
    ),
    "year": (
        "year",
        "year adopted",
        "year enacted",
        "enacted",
        "adopted",
        "date enacted",
        "date adopted",
        "date passed",
        "passed",
        "session",
        "date signed",
        "signed",
        "approved",
        "date",
        "year passed",
        "when",
        "session year",
    ),
    "effective": (
        "effective",
        "effective date",
        "date effective",
        "in effect since",
        "eff date",
        "eff",
        "effective on",
    ),
    "introduced": ("introduced", "year introduced", "filed", "proposed", "date introduced", "year proposed"),
    "ended": ("repealed", "sunset", "sunset date", "expires", "expiration", "end date", "year ended", "ended"),
    "status": (
        "status",
        "current status",
        "standing",
        "disposition",
        "last action",
        "progress",
        "outcome",
        "status date",
        "bill status",
        "legal status",
        "state of play",
        "status/date",
    ),
    "note": (
        "note",
        "notes",
        "summary",
        "description",
        "what it does",
        "abstract",
        "comment",
        "comments",
        "purpose",
        "details",
        "synopsis",
        "summary of provisions",
        "brief description",
        "remarks",
        "explanation",
        "what it says",
        "overview",
    ),
    "topic": (
        "topic",
        "topics",
        "area",
        "category",
        "policy area",
        "theme",
        "strand",
        "issue",
        "framework",
        "recommendation",
        "condition",
        "keywords",
        "focus",
        "subtopic",
        "tags",
    ),
    "kind": ("type", "kind", "instrument", "policy type", "document type", "type of policy", "legal form"),
    "state": ("state", "jurisdiction", "st", "state code"),
    "publisher": ("publisher", "published by", "issued by", "agency"),
}
"""What a column may be headed."""
_BY_HEADING: Final = {fold(name): role for role, names in ROLES.items() for name in names}
_LONGEST: Final = 5_000
_HEADING_ROWS: Final = 15
_URL: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_FOOTNOTE: Final = re.compile(
    r"^\W*(?:updated|last updated|source|sources|total|totals|note|notes|page|contact|prepared|compiled|as of|revised|"
    r"questions|printed|\(?continued|legend|key|return to|back to top)\b|^\W*$",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"^\s*(?:[\u2022\u25aa\u25cf\u00b7*\u2013-]|\(?[0-9]{1,2}[.)]|[a-z][.)])\s+")
_BETWEEN: Final = re.compile(r"\s+[\u2013\u2014|-]\s+|\s*[\u2014]\s*|:\s+|\t+|\s{3,}")
_NOT_ASKED: Final = re.compile(
    r"\b(?:sponsor|author|contact|owner|staff|position|priority|level|grade|assigned|phone|e-?mail|committee|vote|votes|"
    r"enabling|cross|county|district)\b|\brelated\b",
    re.IGNORECASE,
)
"""Headings of columns that say nothing of a policy itself."""
_IN_EFFECT: Final = re.compile(r"\b(?:effect|force|current|active|now|valid)\b", re.IGNORECASE)
_MAY_BE_LAW: Final = re.compile(
    r"(?:[A-Z]{2,6}\.?|Ch(?:apter|\.)?|Sec(?:tion|\.)?|Title|Part|Article|Rule|Policy)[ -]?[0-9]"
    r"|[0-9]{4,}[A-Za-z]?\s+[A-Za-z]"
)
"""How a line begins that goes on with the one before or is a law that is cited in a form that is not known."""
_TEXT_ENDINGS: Final = {".txt", ".md", ".text", ""}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of a list.

    Attributes:
        line: where it stands, as its reader would say it: the row or line number.
        cells: the text of each role.
        raw: the values of cells that may be dates, by role.
        group: the heading of the group that it is in.
        shown: all of its text.
        is_policy: whether it names something; otherwise ``why`` says what it was taken for.
        why: what it was taken for.
        guessed: the roles whose cells the list does not say in full, with where their text comes from.
        asked: what is asked of it, because it may be a law of its own or the rest of the line before.
        part_of: the line that it was read as a part of; 0 for none.
    """

    line: int
    cells: Mapping[str, str]
    raw: Mapping[str, CellValue] = field(default_factory=dict)
    group: str = ""
    shown: str = ""
    is_policy: bool = True
    why: str = ""
    guessed: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    part_of: int = 0


@dataclass(frozen=True, slots=True)
class PolicyList:
    """A list as it was read.

    Attributes:
        rows: its lines, with those that are no policies.
        columns: what each heading was taken for, in order; nothing for those that were not used.
        remarks: what else should be known of how it was read, as sentences.
    """

    rows: tuple[ListRow, ...]
    columns: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()


def read_list(file: Path, files: Files) -> PolicyList:
    """Read a list: a workbook, a CSV file, or text as it was pasted.

    Args:
        file: the file.
        files: the files as the command reads them.

    Raises:
        UnreadableFileError: it can't be read, or holds no list.
    """
    ending = file.suffix.lower()
    if ending in {".xlsx", ".xlsm", ".xltx"}:
        grids = [grid for grid in read_workbook(file, files) if grid.rows]
    elif ending in {".csv", ".tsv"}:
        grids = [read_csv(file, files)]
    elif ending in _TEXT_ENDINGS:
        return read_pasted(decoded_text(file, files))
    else:
        raise UnreadableFileError(file, f"A list is a workbook (.xlsx), CSV (.csv) or text (.txt), but not '{ending}'.")
    if not any(grid.rows for grid in grids):
        raise UnreadableFileError(file, "It holds no list.")
    if max(len(grid.rows) for grid in grids) > MAX_LINES:
        raise UnreadableFileError(file, f"The list has more than {MAX_LINES:,} lines. Split it.")
    found = [_of_grid(grid) for grid in grids]
    best = max(range(len(found)), key=lambda i: (sum(row.is_policy for row in found[i].rows), -i))
    others = [grid.name for i, grid in enumerate(grids) if i != best]
    remarks = [*found[best].remarks, *(str(p).partition(": ")[2].rpartition(" [")[0] for p in grids[best].problems)]
    if others:
        named = ", ".join(f"'{name}'" for name in others[:10])
        remarks.append(f"The list was read from the sheet '{grids[best].name}'; other sheets were not read: {named}.")
    return replace(found[best], remarks=tuple(remarks))


def read_pasted(text: str) -> PolicyList:
    """Read text as it was pasted: a table with tabs, one cell to a line, or a line or paragraph for each policy.

    Raises:
        ListError: it is too long.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")
    if len(lines) > MAX_LINES:
        raise ListError(f"The list has more than {MAX_LINES:,} lines. Split it.")
    rows = _tabbed(lines) or _piped(lines) or _stacked(lines)
    if rows:
        return _of_grid(_grid(rows))
    return PolicyList(_grouped(_freely(lines)), ())


# Tables


def _of_grid(grid: Grid) -> PolicyList:
    formulas = _without_formulas(grid)
    _fill_merged(grid)
    heading_row, headings = _headings(grid)
    columns = sorted({c for cells in grid.rows.values() for c in cells})
    body = [n for n in sorted(grid.rows) if n > heading_row]
    roles = _roles(grid, headings, columns, body)
    remarks = _unread_columns(headings, roles, columns)
    remarks += formulas
    hidden = [n + 1 for n in body if n in grid.hidden_rows]
    if hidden:
        remarks.append(f"Rows are hidden and were read like the others: {', '.join(map(str, hidden[:20]))}.")
    rows: list[ListRow] = []
    group = before = ""
    above = [
        ListRow(n + 1, {}, shown=_shown(grid, n), is_policy=False, why="heading" if n == heading_row else "note")
        for n in sorted(grid.rows)
        if n <= heading_row
    ]
    for number in body:
        row = _with_number(_row(grid, number, roles, group), before)
        before = row.cells.get("citation", "") or before
        if row.why == "group":
            group = row.shown
        rows.append(row)
    named = tuple((headings.get(c) or column_letters(c), roles.get(c, "")) for c in columns)
    return PolicyList(_grouped((*above, *rows)), named, tuple(remarks))


def _grouped(rows: Sequence[ListRow]) -> tuple[ListRow, ...]:
    """The lines, where a heading that no policy follows is a remark."""
    kept: list[ListRow] = []
    followed = False
    for row in reversed(rows):
        if row.why == "group" and not followed:
            kept.append(replace(row, why="note"))
        else:
            kept.append(row)
        followed = row.is_policy or (followed and row.why != "group")
    return tuple(reversed(kept))


def _without_formulas(grid: Grid) -> list[str]:
    """Take out the cells that hold formulas, which are never read, and say which they are."""
    for row, column in grid.formulas:
        grid.rows.get(row, {}).pop(column, None)
    if not grid.formulas:
        return []
    cells = [grid.place(*at).address for at in sorted(grid.formulas)]
    more = f" and {len(cells) - 20} more" if len(cells) > 20 else ""
    return [
        f"Cells hold formulas, which are never read: {', '.join(cells[:20])}{more}. To have them read, copy them and "
        "paste them as values."
    ]


def _fill_merged(grid: Grid) -> None:
    for top, left, bottom, right in grid.merges:
        value = grid.rows.get(top, {}).get(left)
        if value is not None and left == right:
            for row in range(top + 1, min(bottom, max(grid.rows)) + 1):
                if row in grid.rows:
                    grid.rows[row].setdefault(left, value)


def _headings(grid: Grid) -> tuple[int, dict[int, str]]:
    """The row of headings; one before the first where there is none."""
    best, score = -1, 0
    for number in sorted(grid.rows)[:_HEADING_ROWS]:
        found = sum(_role_of(v) != "" for v in grid.rows[number].values())
        links = any(_URL.search(str(v)) for v in grid.rows[number].values())
        if found > score and not links and (found >= 2 or len(grid.rows[number]) == found):
            best, score = number, found
    if best < 0:
        return min(grid.rows) - 1, {}
    return best, {c: tidy(str(v)) for c, v in grid.rows[best].items()}


def _role_of(value: object) -> str:
    plain = fold(re.sub(r"[*:#?.]|\(.*?\)", " ", str(value)).replace("/", " / ").strip())
    whole = _BY_HEADING.get(plain, "")
    if whole:
        return whole
    parts = [p.strip() for p in re.split(r"/| and | or |,|&", plain)]
    return next((_BY_HEADING[p] for p in parts if p in _BY_HEADING), "") if len(parts) > 1 else ""


def _roles(grid: Grid, headings: Mapping[int, str], columns: Sequence[int], body: Sequence[int]) -> dict[int, str]:
    """What each column holds: as its heading says, unless its cells say otherwise; else as its cells say."""
    contents = {c: [grid.rows[n][c] for n in body if c in grid.rows[n]] for c in columns}
    roles: dict[int, str] = {}
    for column in columns:
        role = _role_of(headings[column]) if column in headings else ""
        if role and role not in roles.values() and _may_be(role, contents[column]):
            roles[column] = role
    for column in columns:
        heading = headings.get(column, "")
        role = "" if _NOT_ASKED.search(heading) else _by_content(contents[column], heading)
        if column not in roles and role and role not in roles.values():
            roles[column] = role
    free = [c for c in columns if c not in roles and contents[c] and not _NOT_ASKED.search(headings.get(c, ""))]
    _texts(roles, {c: contents[c] for c in free})
    return roles


def _texts(roles: dict[int, str], contents: Mapping[int, list[CellValue]]) -> None:
    """Columns of words that nothing else says anything of: a long one is what the policy does, the first its name."""
    for column, values in sorted(contents.items(), key=lambda item: -_average(item[1])):
        if "note" not in roles.values() and _average(values) >= 45:
            roles[column] = "note"
    for column, values in contents.items():
        distinct = len(set(map(str, values))) >= 0.8 * len(values)
        if column not in roles and "title" not in roles.values() and _average(values) >= 8 and distinct:
            roles[column] = "title"


def _average(values: Sequence[CellValue]) -> float:
    return sum(len(str(v)) for v in values) / max(len(values), 1)


def _share(values: Sequence[CellValue], test: Iterable[bool]) -> float:
    return sum(test) / max(len(values), 1)


def _may_be(role: str, values: Sequence[CellValue]) -> bool:
    """Whether the cells of a column can be what its heading says."""
    texts = [str(v) for v in values]
    if role == "link":
        return _share(values, (bool(_URL.search(t)) for t in texts)) >= 0.3
    if role == "citation":
        return _share(values, (bool(read_citation(t).references) for t in texts)) >= 0.3
    if role in {"year", "effective", "introduced", "ended"}:
        return _share(values, (year_of(v) is not None for v in values)) >= 0.3
    return True


def _by_content(values: Sequence[CellValue], heading: str) -> str:
    texts = [str(v) for v in values]
    if _IN_EFFECT.search(heading) and all(len(t) <= 40 for t in texts):
        return "status"
    if not texts:
        return ""
    if _share(values, (bool(_URL.match(t.strip())) for t in texts)) >= 0.6:
        return "link"
    if _share(values, (is_citation(t) for t in texts)) >= 0.6:
        return "citation"
    if _share(values, (year_of(v) is not None and len(t) <= 14 for v, t in zip(values, texts, strict=True))) >= 0.6:
        return "year"
    plain = [t for t in texts if len(t) <= 40 and fold(t) not in {"yes", "no", "y", "n"}]
    return "status" if _share(values, (status_of(t) is not None for t in plain)) >= 0.6 else ""


def _unread_columns(headings: Mapping[int, str], roles: Mapping[int, str], columns: Sequence[int]) -> list[str]:
    unread = [headings.get(c) or f"column {column_letters(c)}" for c in columns if c not in roles]
    if not unread:
        return []
    return [f"Columns that were not used: {', '.join(f'“{name[:40]}”' for name in unread[:20])}."]


def _row(grid: Grid, number: int, roles: Mapping[int, str], group: str) -> ListRow:
    cells, raw = dict[str, str](), dict[str, CellValue]()
    for column, value in sorted(grid.rows[number].items()):
        role = roles.get(column, "")
        text = " ".join(str(value)[:_LONGEST].split()) if not isinstance(value, CellError) else ""
        link = grid.links.get((number, column), "")
        if link and "link" not in cells and role != "link":
            cells["link"] = link
        if role == "link" and link and not _URL.search(text):
            text = link
        if role and text:
            cells[role] = text if role != "link" else " ".join(_URL.findall(text)) or text
            raw[role] = value
    shown = _shown(grid, number)
    return _judged(ListRow(number + 1, _taken_apart(cells), raw, group, shown), len(grid.rows[number]))


def _with_number(row: ListRow, before: str) -> ListRow:
    """A line that begins with a bare section number, with the citation that it stands for."""
    role = next((r for r in ("title", "note") if r in row.cells), "")
    if row.cells.get("citation") or not role or row.why == "heading":
        return row
    written, cited, why = _numbered(row.cells[role], before)
    if not cited:
        return row
    rest = _trimmed(row.cells[role].removeprefix(written))
    cells = {**row.cells, "citation": cited, role: rest}
    kept = {key: text for key, text in cells.items() if text}
    return replace(row, cells=kept, is_policy=True, why="", guessed={"citation": why})


def _numbered(text: str, before: str) -> tuple[str, str, str]:
    """The bare section number that a line begins with, the citation that it stands for, and why."""
    written, cited = bare_section(text, before)
    if cited:
        return written, cited, f"your list says only '{written}', below {before}"
    number = lone_section(text)
    if number:
        begin = text[: text.index(number) + len(number)]
        return begin, number, f"your list says only '{begin}'; write which code it is a section of"
    return "", "", ""


def _shown(grid: Grid, number: int) -> str:
    return " | ".join(" ".join(str(v).split()) for _, v in sorted(grid.rows[number].items()) if tidy(str(v)))


def _taken_apart(cells: dict[str, str]) -> dict[str, str]:
    """Cells of which one holds what belongs in two: a citation in a title, a title after a citation."""
    cited, title = cells.get("citation", ""), cells.get("title", "")
    begin, *more = re.split(r"\s+[\u2013\u2014|-]\s+|:\s+", cited or title, maxsplit=1)
    if more and is_citation(begin) and not is_citation(more[0]) and not (cited and title):
        cells |= {"citation": begin, "title": more[0]}
        return cells
    name = "" if title else _name_behind(cited)
    if name:
        cells |= {"citation": _trimmed(cited.removesuffix(name)), "title": name}
    elif cited and not is_citation(cited):
        found = find_citation(cited)
        rest = _trimmed(cited.replace(found, " ", 1)) if found else ""
        if found and len(rest) >= 4:
            cells["citation"] = found
            cells.setdefault("title", rest)
            if cells["title"] != rest and title:
                cells["aside"] = rest
        elif not any(r.family for r in read_citation(cited).references):
            cells.pop("citation")
            cells.setdefault("title", cited)
    elif title and not cited:
        found = find_citation(title)
        rest = _trimmed(title.replace(found, " ", 1)) if found else ""
        if found:
            cells["citation"] = found
            if len(rest) >= 4:
                cells["title"] = rest
            else:
                cells.pop("title")
    return cells


def _name_behind(cited: str) -> str:
    """The name that follows the citation in a cell; empty where there is none."""
    if not begins_with_citation(cited):
        return ""
    found = find_citation(cited[:80])
    rest = _trimmed(cited[cited.index(found) + len(found) :])
    return rest if re.match(r"(?!(?:and|through|note)\b)[a-z]{3,}(?:\s+[\w-]+)+", rest) else ""


def _trimmed(text: str) -> str:
    return re.sub(r"^[\s\-\u2013\u2014:;,.()|]+|[\s\-\u2013\u2014:;,(|]+$", "", text).strip()


def _judged(row: ListRow, filled: int) -> ListRow:
    """Whether a line is a policy, the heading of a group, a repeated row of headings, or a note."""
    if sum(_role_of(v) != "" for v in row.cells.values()) >= 2 and "link" not in row.cells:
        return replace(row, is_policy=False, why="heading")
    if filled == 1 and "link" not in row.cells and _FOOTNOTE.search(row.shown):
        return replace(row, is_policy=False, why="note")
    named = row.cells.get("citation") or row.cells.get("link")
    if not row.shown or not (named or row.cells.get("title") or row.cells.get("note")):
        return replace(row, is_policy=False, why="nothing that names a policy")
    if filled == 1 and not named:
        return replace(row, is_policy=False, why="group")
    return row


# Pasted text


def _grid(rows: Sequence[tuple[int, Sequence[str]]]) -> Grid:
    grid = Grid("pasted text", is_text=True)
    for line, cells in rows:
        kept: dict[int, CellValue] = {i: cell.strip() for i, cell in enumerate(cells) if cell.strip()}
        if kept:
            grid.rows[line] = kept
    return grid


def _tabbed(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """A table with tabs; a line break within a cell broke its row, and is undone."""
    width = Counter(line.count("\t") for line in lines if "\t" in line)
    if not width:
        return []
    tabs = max(width)
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        cells = line.split("\t")
        before = rows[-1][1] if rows else []
        if (
            rows
            and len(before) - 1 < tabs
            and len(before) + len(cells) - 2 <= tabs
            and (len(before) > 1 or len(cells) > 1)
            and _continues(before, cells, tabs)
        ):
            before[-1] = f"{before[-1]} {cells[0]}".strip()
            before += cells[1:]
        elif rows and len(cells) == 1 and len(before) - 1 == tabs and not _starts_policy(cells[0], before):
            before[-1] = f"{before[-1]} {cells[0]}".strip()
        else:
            rows.append((number, cells))
    return rows


def _continues(before: Sequence[str], cells: Sequence[str], tabs: int) -> bool:
    """Whether cells are the rest of a row that a line break broke."""
    if len(before) + len(cells) - 2 == tabs:
        return not _begins_law(cells[0], before)
    return len(cells) == 1 and not _starts_policy(cells[0], before)


def _starts_policy(text: str, before: Sequence[str]) -> bool:
    return bool(find_citation(text[:60])) or _begins_law(text, before)


def _begins_law(text: str, before: Sequence[str]) -> bool:
    cited = next((found for cell in before if (found := find_citation(cell))), "")
    return begins_with_citation(text) or bool(bare_section(text.strip(), cited)[1])


def _piped(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """A table with vertical bars, as wikis and chat programs write it."""
    rows = [(n, line.strip().strip("|").split("|")) for n, line in enumerate(lines) if line.count("|") >= 2]
    kept = [(n, cells) for n, cells in rows if not re.fullmatch(r"[\s|:-]+", "|".join(cells))]
    filled = sum(bool(line.strip()) for line in lines)
    return kept if len(kept) >= 2 and len(rows) >= 0.6 * filled else []


def _stacked(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """A table whose cells were pasted one to a line: the headings come first, and each row has as many lines."""
    filled = [(n, line.strip()) for n, line in enumerate(lines) if line.strip()]
    for start in range(min(5, len(filled))):
        count = 0
        while start + count < len(filled) and _role_of(filled[start + count][1]):
            count += 1
        rest = filled[start + count :]
        if count >= 2 and rest and len(rest) % count == 0:
            table = [filled[start : start + count], *(rest[i : i + count] for i in range(0, len(rest), count))]
            above = [(number, [text]) for number, text in filled[:start]]
            return [*above, *((row[0][0], [cell for _, cell in row]) for row in table)]
    return []


@dataclass
class _Entry:
    """A line of free text that names a policy, with the lines that go on with it."""

    line: int
    text: str
    group: str
    indent: int
    number: tuple[str, str, str] = ("", "", "")
    asked: str = ""


def _freely(lines: Sequence[str]) -> list[ListRow]:
    """Lines or paragraphs, each about one policy; lines without a citation or link go on with the one before."""
    found: list[_Entry] = []
    group, gap, before = "", True, ""
    rows: list[ListRow] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text:
            gap = True
            continue
        indent = len(line) - len(line.lstrip())
        bullet = bool(_BULLET.match(line))
        bare = _numbered(_BULLET.sub("", text), before)
        cited = find_citation(text[:80])
        starts = bullet or bool(cited) or bool(bare[1]) or gap
        names = bool(bare[1] or find_citation(text) or _URL.search(text))
        if starts and not names and len(text) <= 70 and not text.endswith("."):
            group = "" if _FOOTNOTE.search(text) else text.rstrip(":")
            rows.append(ListRow(number, {}, shown=text, is_policy=False, why="note" if not group else "group"))
        elif starts and (names or bullet):
            found.append(_Entry(number, text, group, indent, bare))
        elif found and not gap and _MAY_BE_LAW.match(text) and indent <= found[-1].indent:
            found.append(_Entry(number, text, group, indent, asked=_own_law(text, found[-1].line)))
        elif found and not gap:
            found[-1].text += f"\n{text}"
            rows.append(ListRow(number, {}, shown=text, is_policy=False, why="part", part_of=found[-1].line))
        else:
            rows.append(ListRow(number, {}, shown=text, is_policy=False, why="note"))
        before = bare[1] if bare[1] else cited or before
        gap = False
    rows += [_free_row(entry) for entry in found]
    return sorted(rows, key=lambda row: row.line)


def _own_law(text: str, line: int) -> str:
    return (
        f"Is this a law of its own, or does it go on with line {line} of your list? Your list says: {text[:120]}. If "
        "it is a law, write its name; if not, delete the row."
    )


def _free_row(entry: _Entry) -> ListRow:
    whole = _BULLET.sub("", entry.text)
    links = _URL.findall(whole)
    plain = _URL.sub(" ", whole)
    written, completed, why = entry.number
    if begins_with_citation(plain):
        written = completed = ""
    cited = written or find_citation(plain.replace("\n", " "))
    cells = {"link": " ".join(links), "citation": cited}
    rest = _trimmed(re.sub(re.escape(cited).replace(r"\ ", r"\s+"), " ", plain, count=1)) if cited else _trimmed(plain)
    parts = [_trimmed(p) for p in re.split(r"\n", rest, maxsplit=1) if _trimmed(p)]
    if len(parts) == 1:
        parts = [_trimmed(p) for p in _BETWEEN.split(parts[0], maxsplit=1) if _trimmed(p)]
    if len(parts) > 1 and len(parts[0]) <= 110:
        cells |= {"title": " ".join(parts[0].split()), "note": " ".join(" ".join(parts[1:]).split())}
    elif parts:
        role = "note" if len(" ".join(parts)) > 90 or " ".join(parts).endswith(".") else "title"
        cells[role] = " ".join(" ".join(parts).split())
    status = next((m[0] for m in re.finditer(r"\(([^()]{3,40})\)|\[([^\]]{3,40})\]", plain) if status_of(m[0])), "")
    year = year_of(cited) or year_of(plain)
    cells |= {"status": status.strip("()[]"), "year": year.value if year else "", "citation": completed or cited}
    kept = {role: value for role, value in cells.items() if value}
    guessed = {"citation": why} if completed else {}
    first = " ".join(_BULLET.sub("", entry.text).split("\n")[0].split())
    return ListRow(entry.line, kept, dict(kept), entry.group, first, guessed=guessed, asked=entry.asked)
