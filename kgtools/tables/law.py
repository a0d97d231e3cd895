"""Reading citations of law as a clerk does: which kind of law, which sections, and from which year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_NUMBER: Final = r"[0-9][0-9A-Z]*(?:[-.:/][0-9A-Z]+)*(?:~[0-9A-Z]+)?"
"""The number of a section; behind the tilde stands its subsection, as ``_parts`` writes it."""
_RULES: Final = (
    r"(?:CODE )?ADM(?:IN(?:ISTRATIVE)?)? (?:CODE|R(?:ULES?)?|REGS?)|OAC|WAC|COMAR|IDAPA|NYCRR|CCR|[0-9]{0,2}KAR|LAC|"
    r"DCMR|NJAC|NAC|NCAC|NDAC|OAR|ARM|AAC|IAC|CSR|NMAC|TAC|ARSD|CMR|FAC|HAR|CFR|RICR|PA CODE|CODE R(?:EGS?)?|"
    r"MINN R|RULES?|"
    r"REG(?:ULATION)?S?|STATE BOARD RULE|(?:ED|PI)(?= [0-9])"
)
_STATUTES: Final = (
    r"REV(?:ISED)? CODE(?: ANN(?:OTATED)?)?|RC|ORC|RCW|CRS|STATS?|STATUTES?(?: ANN)?|"
    r"GEN(?:ERAL)? (?:STATS?|STATUTES|LAWS?)|GS|NMSA|MCA|IC|KRS|RSMO|KSA|ARS|MGL|GL|MRSA?|OS|PS|PA CS|CS|TCA|OCGA|RSA?|"
    r"VSA|WS|HRS|AS|NJSA|ACA|SDCL|NDCC|ORS|ILCS|MCL|FS|CGS|NRS|DEL ?C|"
    r"(?:EDUC?|EDUCATION|GOV(?:T|ERNMENT)?) (?:CODE|LAW)|"
    r"CODE(?: ANN(?:OTATED)?)?|CENTURY CODE|"
    r"COMPILED LAWS|CONST(?:ITUTION)?"
)
_BILLS: Final = (
    r"HB|SB|AB|LB|LD|HF|SF|HP|SP|(?:HOUSE|SENATE|ASSEMBLY|LEGISLATIVE) (?:BILL|FILE|DOCUMENT|PAPER)|"
    r"(?:HOUSE|SENATE|ASSEMBLY)(?= [0-9])|[HSA](?= ?[0-9]{2,5}(?![0-9.:-]))"
)
_RESOLUTIONS: Final = (
    r"[HSA]?[CJ]R|HR|SR|(?:HOUSE|SENATE|JOINT|CONCURRENT)(?: JOINT| CONCURRENT)? RESOLUTION|[HSA][CJ]M"
)
_ORDERS: Final = r"EXECUTIVE ORDER|EO"
_ACTS: Final = (
    r"PUBLIC LAW|PUBLIC ACT|SPECIAL ACT|CH(?:APTER)? [0-9]+,? (?:L|LAWS|ACTS)(?: OF)? (?=[0-9]{4}\b)|ACTS?|PA|PL|SL|"
    r"SESSION LAWS?|LAWS(?: OF)?(?! OF FL)|STATUTES OF|CHAPTER LAWS?|ACTS OF|LOF|LAWS OF FL(?:A|ORIDA)"
)
_POLICIES: Final = r"(?:(?:STATE )?BOARD(?: OF [A-Z]+)? |SBE |BESE |REGENTS )POLICY|POLICY(?= [0-9A-Z]+[-.]?[0-9])"
_TOKENS: Final = re.compile(
    rf"(?<![A-Z0-9])(?:(?P<rule>{_RULES})|(?P<resolution>{_RESOLUTIONS})|(?P<order>{_ORDERS})|(?P<policy>{_POLICIES})|"
    rf"(?P<act>{_ACTS})|(?P<bill>{_BILLS})|(?P<law>{_STATUTES}))(?![A-Z])"
)
_NAMED_CHAPTERS: Final = {"ED", "PI"}
"""Rules whose chapters have a number of one or two digits behind a name: PI 18."""
_OWN_FORM: Final = (
    (re.compile(r"\b[0-9]{1,2}VAC[0-9]+(?:-[0-9]+)+"), "rule"),
    (re.compile(r"\b[0-9]{3}-RICR(?:-[0-9.]+)+"), "rule"),
    (re.compile(r"\bR[0-9]{3}-[0-9]+"), "rule"),
    (re.compile(r"\b[0-9]{2,3}CSR[0-9]+(?:-[0-9]+)*"), "rule"),
    (re.compile(r"\b[0-9]{2}[A-Z]-[0-9]+[A-Z]?-[0-9.]+\b"), "law"),
)
"""Numbers that say themselves what they are numbers of."""
_WORD_YEAR: Final = re.compile(r"(?<![0-9.\-:/])(19[5-9][0-9]|20[0-4][0-9])(?![0-9\-:/]|\.[0-9])")
_ACT_YEAR: Final = re.compile(
    r"\b(?:SL|LAWS|PL|ACTS?) ?((?:19|20)[0-9]{2})(?:,|-| CH?| NO|\b)|\b((?:19|20)[0-9]{2}) [A-Z ]*ACTS?\b"
)
_SHORT_YEAR: Final = re.compile(r"\b(?:PUBLIC ACT|PA) ([0-9]{2})-[0-9]+")
_ANY_NUMBER: Final = re.compile(_NUMBER)
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_SIGNS: Final = re.compile("§+")
_INITIAL_DOT: Final = re.compile(r"(?<=[A-Z])\.(?=[A-Z]\b)")
_DOT_BEFORE_NUMBER: Final = re.compile(r"(?<![0-9A-Z])([A-Z]+)\.(?=[0-9])")
_DOT_OF_WORD: Final = re.compile(r"(?<=[A-Z])\.(?![0-9])")
_SPLIT_BILL: Final = re.compile(r"\b([HSA]) (B|F|R|[CJ] ?R)\b")
_PART: Final = re.compile(rf"({_NUMBER})\s?\((?!(?:19|20)[0-9]{{2}}\))([0-9A-Z]{{1,4}})\)")
_TITLE: Final = re.compile(rf"({_NUMBER})[ ,]*$")
_CHAPTER_AND_SECTION: Final = re.compile(r"[ ,]*C(?:H(?:APTER|AP)?)? ([0-9A-Z-]+)[ ,]*§ ?([0-9A-Z]+)")
_OWN_CHAPTER: Final = re.compile(r"CH(?:APTER)? ([0-9]+)")
_YEAR_BEFORE_WORD: Final = re.compile(r"^[ ,]*(?:19|20)[0-9]{2}(?=[, ]+[A-Z])")
_FIRST_NUMBER: Final = re.compile(rf"(?:NO |CH? |C |# ?)?({_NUMBER})")
_NEXT_TITLE: Final = re.compile(rf"[;,] *{_NUMBER}[ ,]*$")
_SECTIONS: Final = re.compile(rf"((?<![A-Z])(?:CH(?:APTERS?|AP|S)?|C|BULLETIN|TITLE))? ?({_NUMBER})")
_SHORT_NUMBER: Final = re.compile(r"[0-9]{1,2}")
_YEAR_OF_SESSION: Final = re.compile(r"\b((?:19|20)[0-9]{2})-[0-9]{2}\b")
_SUBSECTION: Final = re.compile(r"\s*\((?!(?:19|20)[0-9]{2}\))[0-9A-Z]{1,4}\)")
_RANGE: Final = re.compile(rf"({_NUMBER})\s*(?:-|TO|THROUGH)\s+(?:§ ?)?({_NUMBER})")
_LONGEST_RANGE: Final = 80
KINDS: Final = {
    "law": "statute",
    "rule": "regulation",
    "resolution": "resolution",
    "order": "executive-order",
    "policy": "board-policy",
    "act": "enacted-bill",
    "bill": "bill",
}
"""The instrument that each family of citation stands for; whether a bill was enacted, its number doesn't say."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that a citation names.

    Attributes:
        family: ``law``, ``rule``, ``act``, ``bill``, ``resolution``, ``order`` or ``policy``; empty for a bare number.
        number: its number in one form: lower case, without subsections.
        year: the year that belongs to it; 0 where there is none.
        part: its subsection; empty for all of it.
    """

    family: str
    number: str
    year: int = 0
    part: str = ""

    def same(self, other: Reference) -> bool:
        """Whether two references of one state certainly name the same thing, or one of them all of the other."""
        if not self._alike(other) or (self.part and other.part and self.part != other.part):
            return False
        if self.family in {"law", "rule"} or not (self.family and other.family):
            return True
        return bool(self.year and other.year) and abs(self.year - other.year) <= 1

    def may_be(self, other: Reference) -> bool:
        """Whether they may name the same thing: another part of one section, or a bill of which no year is known."""
        return self._alike(other) and (self.family in {"law", "rule"} or not (self.year and other.year))

    def _alike(self, other: Reference) -> bool:
        if self.number != other.number:
            return False
        if self.family and other.family:
            return self.family == other.family
        return len(self.number) >= 5 and not self.number.isdigit()


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation as it was read.

    Attributes:
        references: what it names, in order.
        year: the year that it tells, if it tells one.
        year_is_sure: whether that year is part of an act's own number.
    """

    references: tuple[Reference, ...]
    year: int = 0
    year_is_sure: bool = False

    @property
    def kind(self) -> str:
        """The instrument, after the first thing that is named; empty where that is not known."""
        return next((KINDS[r.family] for r in self.references if r.family), "")

    @property
    def is_sure(self) -> bool:
        """Whether all that is named is of one kind."""
        return len({r.family for r in self.references}) == 1 and bool(self.kind)

    def same(self, other: Citation) -> bool:
        """Whether two citations of one state certainly name something in common."""
        return any(mine.same(theirs) for mine in self.references for theirs in other.references)


@lru_cache(maxsize=1 << 14)
def read_citation(text: str) -> Citation:
    """Read a citation in any of the usual forms: R.C., ORC, Ohio Rev. Code, with or without § and subsections."""
    whole = _plain(text)
    plain = _parts(whole)
    year, sure = _year(whole)
    marks = sorted(_marks(plain))
    found: list[Reference] = []
    for index, (begin, end, family, number) in enumerate(marks):
        stop = marks[index + 1][0] if index + 1 < len(marks) else len(plain)
        if number:
            found.append(_reference(family, _tidy(number)))
            continue
        start = marks[index - 1][1] if index else 0
        numbers = _numbers(plain, family, (start, begin), (end, stop))
        found += (_reference(family, n, 0 if family in {"law", "rule"} else year) for n in numbers)
    if not marks:
        found += (_reference("", _tidy(m[0])) for m in _ANY_NUMBER.finditer(plain) if not _WORD_YEAR.fullmatch(m[0]))
    return Citation(tuple(dict.fromkeys(r for r in found if r.number)), year, sure)


def _parts(plain: str) -> str:
    """The first subsection of each number behind a tilde, and the others left out."""
    return _SUBSECTION.sub("", _PART.sub(r"\1~\2", plain)) if "(" in plain else plain


def _reference(family: str, number: str, year: int = 0) -> Reference:
    own, _, part = number.partition("~")
    return Reference(family, own, year, part)


def is_citation(text: str) -> bool:
    """Whether a text is a citation and little else."""
    plain = _plain(text)
    read = read_citation(text)
    if not any(r.family for r in read.references):
        return bool(re.fullmatch(rf"(?:§|SEC(?:TION)?|S)? ?{_NUMBER}", plain)) and bool(
            re.search(r"[0-9][-.:][0-9A-Z]", plain)
        )
    words = re.findall(r"[A-Z]{3,}", _TOKENS.sub(" ", plain))
    return len(words) <= 6 and len(text) <= 120


def find_citation(text: str) -> str:
    """The first citation within a sentence or title, as it is written there; empty where there is none."""
    pattern = (
        r"(?:(?:[A-Z][a-z]+\.? ){0,2}[0-9]{0,3}(?:-[A-Z])? ?(?:[A-Z][A-Za-z]{0,5}\.? ?){1,4}"
        r"(?:No\. ?|ch(?:apter)?\.? )?"
        r"(?:§{1,2} ?|[Ss]ec(?:tion|\.) ?)?[0-9][0-9A-Za-z]*(?:[-.:][0-9A-Za-z]+)*(?:\([0-9A-Za-z]{1,4}\))*"
        r"(?: \((?:19|20)[0-9]{2}\)| of (?:19|20)[0-9]{2}\b)?)|R[0-9]{3}-[0-9]+|[0-9]{1,2}VAC[0-9]+(?:-[0-9]+)+"
    )
    for match in re.finditer(pattern, text):
        if any(r.family for r in read_citation(match[0]).references) and is_citation(match[0]):
            return re.sub(r"\A(?:(?:See|Under|In|Per|Also|And|By|The) )+", "", match[0]).strip()
    return ""


def begins_with_citation(text: str) -> bool:
    """Whether the first thing that a line says is a citation."""
    found = find_citation(text[:80])
    return bool(found) and text.lstrip(" \u00a7(").startswith(found)


def bare_section(text: str, before: str) -> tuple[str, str]:
    """The section number that a line begins with, of the form of the citation before it.

    Args:
        text: the line.
        before: the citation before it, which says what the number is a number of.

    Returns:
        The number as it is written, and the citation that it stands for; empty where there is none.
    """
    match = _BARE.match(text)
    shape = _shape(match[1]) if match else ""
    if not match or not shape or _is_amount(match[1], text[match.end() :]):
        return "", ""
    for own in reversed(list(_SECTION.finditer(before))):
        if _shape(own[0]) == shape:
            return match[0], f"{before[: own.start()]}{match[1]}"
    return "", ""


def lone_section(text: str) -> str:
    """The section number that a line begins with where nothing says of what; empty where it may be anything else."""
    match = _BARE.match(text)
    if not match or len(match[1]) < 5 or not re.search(r"[0-9][-.:][0-9]", match[1]):
        return ""
    return match[1] if _shape(match[1]) and not _is_amount(match[1], text[match.end() :]) else ""


_SECTION: Final = re.compile(r"(?<![0-9A-Za-z.:-])[0-9]+[A-Za-z]?(?:[-.:][0-9A-Za-z]+)*(?:\([0-9A-Za-z]{1,4}\))*")
_BARE: Final = re.compile(
    rf"(?:§+ ?|[Ss]ec(?:tion|s?\.) ?|s\. ?)?({_SECTION.pattern})(?=$|[\s:;,.\u2013\u2014-])", re.IGNORECASE
)
_DATES: Final = re.compile(r"[0-9]{1,2}[-.][0-9]{1,2}[-.](?:19|20)?[0-9]{2}|(?:19|20)[0-9]{2}(?:-[0-9]{2,4}){0,2}")
_SMALL: Final = re.compile(r"[0-9]{1,2}(?:[-.][0-9]{1,2})?")
_UNITS: Final = re.compile(
    r"\W*(?:million|billion|percent|hours?|minutes?|credits?|days?|weeks?|years?|units?|grades?|students?|points?|[ap]\.?m)\b|\s*%",
    re.IGNORECASE,
)


def _shape(number: str) -> str:
    """The form of a section number, such as 9.9 for 118.33 and 13A.03; empty where it is a date, year or count."""
    own = re.sub(r"\(.*", "", number)
    is_date = bool(_DATES.fullmatch(own)) and len(own) > 7
    if is_date or _is_year(own) or re.fullmatch(r"(?:19|20)[0-9]{2}-[0-9]{2,4}", own):
        return ""
    if own.isdigit():
        return "9" * len(own) if len(own) >= 4 else ""
    return re.sub(r"[0-9]+[A-Za-z]?", "9", own)


def _is_amount(number: str, rest: str) -> bool:
    return bool(_SMALL.fullmatch(number) and _UNITS.match(rest))


def _plain(text: str) -> str:
    upper = text.upper()
    if not upper.isascii():
        upper = _SIGNS.sub(" § ", _DASHES.sub("-", upper).replace("\u00a0", " "))
    if "." in upper:
        upper = _INITIAL_DOT.sub("", upper)  # R.C. as RC
        upper = _DOT_BEFORE_NUMBER.sub(r"\1 ", upper)  # ch.3365, but not 13A.03
        upper = _DOT_OF_WORD.sub(" ", upper)
    upper = _SPLIT_BILL.sub(r"\1\2", upper.replace("'", ""))
    return " ".join(upper.split())


def _marks(plain: str) -> Iterator[tuple[int, int, str, str]]:
    """The words that say of what the numbers are, and the numbers that say it themselves."""
    taken: list[tuple[int, int]] = []
    for pattern, family in _OWN_FORM:
        for match in pattern.finditer(plain):
            if not any(a < match.end() and match.start() < b for a, b in taken):
                taken.append(match.span())
                yield match.start(), match.end(), family, match[0]
    for match in _TOKENS.finditer(plain):
        if match.lastgroup and not any(a < match.end() and match.start() < b for a, b in taken):
            yield match.start(), match.end(), match.lastgroup, ""


def _numbers(plain: str, family: str, before: tuple[int, int], after: tuple[int, int]) -> list[str]:
    """The numbers that belong to a word: those after it, and the title before it; or only the one before it."""
    behind = plain[slice(*after)]
    title = _TITLE.search(plain[slice(*before)])
    head = _tidy(title[1]) if title else ""
    alone = head
    head = head.partition("~")[0]
    chapter = _CHAPTER_AND_SECTION.match(behind)
    if family == "law" and chapter:
        return [f"{_tidy(chapter[1])}/{_tidy(chapter[2])}"]
    if family not in {"law", "rule"}:
        own = _OWN_CHAPTER.match(plain[before[1] : after[0]])
        if own:
            return [f"ch{own[1]}"]
        first = _FIRST_NUMBER.search(_YEAR_BEFORE_WORD.sub("", behind))
        name = re.sub(r"[^A-Z]", "", plain[before[1] : after[0]])
        number = _tidy(first[1]) if first else alone
        return [f"{_short(name)}{number}"] if number else []
    found: list[str] = []
    text = _NEXT_TITLE.sub("", behind) if after[1] < len(plain) else behind  # the title of the next
    for match in _SECTIONS.finditer(_spread(text)):
        short = _SHORT_NUMBER.fullmatch(match[2])
        if short and not match[1] and plain[slice(before[1], after[0])] in _NAMED_CHAPTERS and not found:
            found.append(f"{plain[slice(before[1], after[0])].lower()}{match[2]}")
        elif not _is_year(match[2]) and (match[1] or not short):
            begin = f"{head}/" if head and not _is_year(head) else ""
            found.append(f"{'ch' if match[1] else ''}{begin}{_tidy(match[2])}")
    return found or ([alone] if alone else [])


def _short(name: str) -> str:
    words = {"HOUSEBILL": "hb", "SENATEBILL": "sb", "ASSEMBLYBILL": "ab", "HOUSEFILE": "hf", "SENATEFILE": "sf"}
    words |= {"LEGISLATIVEBILL": "lb", "LEGISLATIVEDOCUMENT": "ld", "HOUSE": "hb", "SENATE": "sb", "H": "hb", "S": "sb"}
    words |= {"HOUSERESOLUTION": "hr", "SENATERESOLUTION": "sr", "HOUSECONCURRENTRESOLUTION": "hcr"}
    words |= {"SENATECONCURRENTRESOLUTION": "scr", "HOUSEJOINTRESOLUTION": "hjr", "SENATEJOINTRESOLUTION": "sjr"}
    words |= {"EXECUTIVEORDER": "eo", "PUBLICACT": "pa", "PUBLICLAW": "pl", "ACTS": "act", "ACTSOF": "act"}
    return words.get(name, name.lower())


def _spread(text: str) -> str:
    """Each section of a range by its own number, as far as they differ only in the last one."""

    def listed(match: re.Match[str]) -> str:
        first, last = re.match(r"(.*?)([0-9]+)\Z", match[1]), re.match(r"(.*?)([0-9]+)\Z", match[2])
        if not first or not last or first[1] != last[1]:
            return match[0]
        low, high = int(first[2]), int(last[2])
        if not low < high <= low + _LONGEST_RANGE:
            return match[0]
        width = len(first[2]) if first[2].startswith("0") else 0
        return " ".join(f"{first[1]}{n:0{width}}" for n in range(low, high + 1))

    return _RANGE.sub(listed, text)


def _tidy(number: str) -> str:
    return number.lower().strip(".-:/ ")


def _is_year(text: str) -> bool:
    return bool(_WORD_YEAR.fullmatch(text))


def _year(plain: str) -> tuple[int, bool]:
    act = _ACT_YEAR.search(plain)
    if act:
        return int(act[1] or act[2]), True
    short = _SHORT_YEAR.search(plain)
    if short:
        return 2000 + int(short[1]), True
    years = _WORD_YEAR.findall(plain) or _YEAR_OF_SESSION.findall(plain)
    return (int(years[0]), False) if len(set(years)) == 1 else (0, False)
