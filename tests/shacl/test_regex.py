"""Regular expressions are XPath's: held against another implementation of it, and by the specification's examples."""

# ruff: noqa: RUF001 - letters that look like others are the point

from __future__ import annotations

import unicodedata
from collections import defaultdict

import pyoxigraph as ox
import pytest
from elementpath import ElementPathError, XPathContext
from elementpath.xpath31 import XPath31Parser
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kgtools.graph.regex import RegexError, portable, portable_replacement
from kgtools.graph.regex.characters import LAST, Characters, complement, ranges, single, without
from kgtools.shacl.literals import is_well_formed, lexical_rules

_XPATH = XPath31Parser(variable_types=dict.fromkeys(("t", "p", "f", "r"), "xs:string"))
_MATCHES = _XPATH.parse("matches($t, $p, $f)")
_REPLACE = _XPATH.parse("replace($t, $p, $r)")

_TEXT = st.text(alphabet="abcABCkK-_.^&~#[]{}\\ \t\n1٣éÉßſς", max_size=8)
# \w is left out: elementpath takes Python's, which has the underscore; XML Schema's has no punctuation.
_ESCAPES = (r"\d", r"\D", r"\s", r"\S", r"\i", r"\I", r"\c", r"\C", r"\p{L}", r"\P{Lu}", r"\p{Nd}", r"\p{IsBasicLatin}")
_CHARACTERS = (
    "a",
    "b",
    "K",
    "k",
    "c",
    "é",
    "&",
    "~",
    "#",
    " ",
    "-",
    r"\.",
    r"\-",
    r"\[",
    r"\\",
    r"\^",
    r"\n",
    "s",
    "1",
)


_INVERSE = (r"\D", r"\S", r"\I", r"\C", r"\P{Lu}")


@st.composite
def _classes(draw: st.DrawFn, depth: int = 0) -> str:
    """A character class; elementpath gets one with several escapes for all but some characters wrong."""
    members = [c for c in (*_CHARACTERS, "a-c", "A-Z", "0-9", "!-/", *_ESCAPES) if c != "-" and c not in _INVERSE]
    chosen = draw(st.one_of(st.lists(st.sampled_from(members), min_size=1, max_size=3), st.sampled_from(_INVERSE)))
    inner = draw(st.sampled_from(("", "^"))) + "".join(chosen)
    if depth < 2 and draw(st.booleans()):
        inner += f"-{draw(_classes(depth + 1))}"
    return f"[{inner}]"


_ATOMS = st.one_of(st.sampled_from((*_CHARACTERS, *_ESCAPES, ".", "^", "$")), _classes())
_PATTERNS = st.recursive(
    st.builds("".join, st.lists(_ATOMS, min_size=1, max_size=4)),
    lambda inner: st.one_of(
        st.builds("({}){}".format, inner, st.sampled_from(("", "*", "+", "?", "{2}", "{1,2}", "{0,}", "+?"))),
        st.builds("(?:{})".format, inner),
        st.builds("{}|{}".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
    ),
    max_leaves=4,
)
_BOUNDED = ("byte", "positiveInteger", "nonNegativeInteger")
_DATATYPES = (
    *(
        "dateTime",
        "date",
        "gYearMonth",
        "duration",
        "double",
        "decimal",
        "boolean",
        "language",
        "token",
        "base64Binary",
    ),
    *("hexBinary", "NMTOKEN", "Name", "NCName", "normalizedString", "time", *_BOUNDED),
)
_FLAGS = st.sampled_from(("", "i", "s", "m", "x", "q", "iq", "sm", "ix"))


_NOTHING = r"[^\p{L}\P{L}]"  # which elementpath takes for everything


def _compared(pattern: str, flags: str) -> str:
    """The flags without those that elementpath leaves to Python: case of categories, and comments with x."""
    if "q" in flags:
        return flags
    cased = any(part in pattern for part in ("-[", r"\p", r"\P"))
    return "".join(f for f in flags if not (f == "i" and cased) and not (f == "x" and "#" in pattern))


def xpath_matches(text: str, pattern: str, flags: str = "") -> bool:
    return bool(_MATCHES.evaluate(XPathContext(root=None, item=text, variables={"t": text, "p": pattern, "f": flags})))


def ours(text: str, pattern: str, flags: str = "") -> bool | None:
    """What the embedded engine finds by the translation; None where it can't compile it."""
    found = portable(pattern, flags)
    query = f"SELECT (REGEX({ox.Literal(text)}, {ox.Literal(found.pattern)}, {ox.Literal(found.flags)}) AS ?found) {{}}"
    answer = ox.Store().query(query)
    assert isinstance(answer, ox.QuerySolutions)
    value = next(answer)[0]
    return None if value is None else str(value).startswith('"true"')


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_PATTERNS, _FLAGS, st.lists(_TEXT, min_size=1, max_size=6))
@example("^[a-z-[aeiou]]+$", "", ["bcd", "bad", "abc"])
@example("[a&&b]", "", ["&", "a", ""])
@example("^a", "m", ["b\n", "b\na"])
def test_what_is_found_is_what_xpath_finds(pattern: str, flags: str, texts: list[str]) -> None:
    assert_found_as_xpath_finds(pattern, flags, texts)


def assert_found_as_xpath_finds(pattern: str, flags: str, texts: list[str]) -> None:
    try:
        portable(pattern, flags)
    except RegexError:
        assert "m" in flags, (pattern, flags)  # every other pattern of the grammar is translated
        return
    flags = _compared(pattern, flags)
    for text in texts:
        assert ours(text, pattern, flags) == xpath_matches(text, pattern, flags), (pattern, flags, text)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(_PATTERNS, st.sampled_from(("", "i", "s", "ix", "q")))
def test_what_is_written_is_an_expression_of_xpath_that_means_the_same(pattern: str, flags: str) -> None:
    """So that it can be sent to any store, and be read again."""
    assert_written_means_the_same(pattern, flags)


def assert_written_means_the_same(pattern: str, flags: str) -> None:
    found = portable(pattern, flags)
    assert portable(found.pattern, found.flags).pattern == found.pattern
    flags = _compared(pattern, flags)
    found = portable(pattern, flags)
    if _NOTHING in found.pattern:
        return
    for text in ("", "a", "K", "-", "ab\n", "1c&", "é~"):
        assert xpath_matches(text, found.pattern, found.flags) == xpath_matches(text, pattern, flags), (pattern, text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="ab(|)[]{}^$-\\+*?.,1pLdwbxI&~ :=!<#\n", max_size=8), st.sampled_from(("", "i", "x", "s")))
def test_whatever_is_written_is_translated_or_refused_and_what_is_translated_compiles(pattern: str, flags: str) -> None:
    try:
        portable(pattern, flags)
    except RegexError:
        return
    assert ours("ab", pattern, flags) is not None


@pytest.mark.soak
@settings(max_examples=4000, deadline=None)
@given(_PATTERNS, _FLAGS, st.lists(_TEXT, min_size=1, max_size=6))
def test_what_is_found_is_what_xpath_finds_in_thousands_of_cases(pattern: str, flags: str, texts: list[str]) -> None:
    assert_found_as_xpath_finds(pattern, flags, texts)


@pytest.mark.soak
@settings(max_examples=2000, deadline=None)
@given(_PATTERNS, st.sampled_from(("", "i", "s", "ix", "q")))
def test_what_is_written_means_the_same_in_thousands_of_cases(pattern: str, flags: str) -> None:
    assert_written_means_the_same(pattern, flags)


BY_NAME = {
    r"\bword": r"\b (a word boundary)",
    r"\Aword\z": r"\A (the start of the text; write ^)",
    "(?=a)b": "look-ahead",
    "(?!a)b": "look-ahead",
    "(?<=a)b": "look-behind",
    "(?<!a)b": "look-behind",
    "(?<name>a)": "named group",
    "(?P<name>a)": "named group",
    "(?>a)": "atomic group",
    "(?i)a": "no settings inside an expression",
    r"(a)\1": r"the back-reference \1",
    r"[\1]": "contain a back-reference",
    "a++": "no + follow another quantifier",
    "a{,3}": "neither {n}, {n,} nor {n,m}",
    "a{3,2}": "a maximum below its minimum",
    "a{5000}": "more than 1000 times",
    "*a": "nothing before it to repeat",
    "a}": "closes nothing",
    "a]": "closes nothing",
    "a)": "no matching (",
    "(a": "is not closed",
    "[a": "ends within a character class",
    "a\\": "ends within an escape",
    "[]": "is empty",
    "[^]": "is empty",
    "[[:alpha:]]": "write \\[ for itself",
    "[a-c-e]": "in the middle of a character class",
    "[z-a]": "is reversed",
    r"[a-\d]": "must end in one character",
    r"a\/b": "write / without the backslash",
    r"\x41": "a code point",
    r"\u0041": "a code point",
    r"\p{Greek}": "none of XPath's categories",
    r"\pL": "a category in braces",
    r"\p{IsGrek}": r"did you mean \p{IsGreek}",
    r"\p{L": "is not closed",
    r"\p{Cs}": "none of XPath's categories",
    "(" * 200 + ")" * 200: "more than 100 deep",
}


@pytest.mark.parametrize(("pattern", "told"), BY_NAME.items())
def test_what_xpath_does_not_have_is_refused_by_its_name(pattern: str, told: str) -> None:
    with pytest.raises(RegexError) as caught:
        portable(pattern)
    assert told in str(caught.value)


def test_escapes_for_all_but_some_characters_are_written_short() -> None:
    """Virtuoso ends a pattern at the code point 0, from which the ranges of the others would begin."""
    assert portable(r"^\s*(\S+\s+){0,44}\S+\s*$").pattern == (
        r"^[\t\n\r ]*([^\t\n\r ]+[\t\n\r ]+){0,44}[^\t\n\r ]+[\t\n\r ]*$"
    )
    assert "\0" not in portable(r"\I\C\W\D[^\s]").pattern


def test_flags_are_refused_by_their_names_too() -> None:
    with pytest.raises(RegexError, match="flag 'g' is not one of s, m, i, x and q"):
        portable("a", "gi")
    with pytest.raises(RegexError, match="flag m"):
        portable("^", "m")


# XPath Functions 3.1, sections 5.6.1 and 5.6.2, and XML Schema 1.0 part 2, appendix F.
EXAMPLES = [
    ("A", "[A-Z]", "i", True),
    ("z", "[A-Z]", "i", True),
    ("\u212a", "[A-Z]", "i", True),  # the Kelvin sign
    ("b", "[A-Z-[IO]]", "i", True),
    ("i", "[A-Z-[IO]]", "i", False),
    ("q", "[^Q]", "i", False),
    ("a", r"\p{Lu}", "i", False),
    ("helloworld", "hello world", "x", True),
    ("helloworld", "hello[ ]world", "x", False),
    ("hello world", "hello\\ sworld", "x", True),
    ("hello world", "hello world", "x", False),
    ("a.c", "a.c", "q", True),
    ("abc", "a.c", "q", False),
    ("A.C", "a.c", "iq", True),
    ("a\n", "a$", "", False),
    ("a\nb", "^b$", "m", True),
    ("a\nb", "^b$", "", False),
    ("\r", ".", "", False),
    ("\n", ".", "s", True),
    ("_", r"\w", "", False),  # punctuation
    ("$", r"\w", "", True),  # a symbol
    ("٣", r"\d", "", True),
    ("\u00a0", r"\s", "", False),
    ("·", r"\c", "", True),
    ("·", r"\i", "", False),
    ("α", r"\p{IsGreek}", "", True),
    ("α", r"\p{IsGreekandCoptic}", "", True),
    ("a", r"\P{IsBasicLatin}", "", False),
    ("^", "[a^]", "", True),
    ("-", "[a-]", "", True),
    ("-", "[-a]", "", True),
    ("x", "[a-[a]]", "", False),
    ("y", r"[\S-[xy]]", "", False),
]


@pytest.mark.parametrize(("text", "pattern", "flags", "expected"), EXAMPLES)
def test_examples_of_the_specification(text: str, pattern: str, flags: str, *, expected: bool) -> None:
    assert ours(text, pattern, flags) is expected


def test_word_characters_are_all_but_punctuation_separators_and_others() -> None:
    word = portable(r"\w").pattern
    for point in (*range(0x250), 0x2028, 0x203F, 0x20AC, 0xE000, 0xFFFF, 0x1F331):
        expected = unicodedata.category(chr(point))[0] not in "PZC"
        assert ours(chr(point), word) is expected, hex(point)


@pytest.mark.parametrize("name", _DATATYPES)
def test_the_engines_own_expressions_are_xpaths(name: str) -> None:
    """They are sent to other stores, for sh:datatype."""
    rules = lexical_rules(f"http://www.w3.org/2001/XMLSchema#{name}")
    assert rules is not None
    for text in ("", "1", "-1.5", "true", "2024-02-29", "é:a-b·", ":a", "1a", "P1D", "AQ==", "a b"):
        expected = is_well_formed(text, f"http://www.w3.org/2001/XMLSchema#{name}")
        in_bounds = name not in _BOUNDED or not text.lstrip("-").isdecimal()
        assert not in_bounds or ours(text, rules[0]) is xpath_matches(text, rules[0]) is expected, text


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("é:a", "Name", True),
        ("é:a", "NCName", False),
        ("·a", "Name", False),
        ("a·", "NCName", True),
        ("٣", "Name", True),
        ("1", "Name", False),
        ("-a", "NMTOKEN", True),
        ("ª", "Name", False),
        ("㍿", "Name", True),
        ("_", "NCName", True),
    ],
)
def test_names_are_those_of_xml(text: str, name: str, *, expected: bool) -> None:
    assert is_well_formed(text, f"http://www.w3.org/2001/XMLSchema#{name}") is expected


_POINTS = st.integers(0, LAST)
_RANGES = st.lists(st.tuples(_POINTS, _POINTS).map(lambda p: (min(p), max(p))), max_size=4).map(ranges)


@given(_RANGES, _RANGES, _POINTS)
def test_sets_of_characters(one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...], point: int) -> None:
    def holds(found: tuple[tuple[int, int], ...]) -> bool:
        return any(first <= point <= last for first, last in found)

    assert holds(complement(one)) is not holds(one)
    assert holds(without(one, other)) is (holds(one) and not holds(other))
    assert Characters(one).minus(Characters(other)).all_ranges() == without(one, other)


_REPLACED = st.text(alphabet="a$\\1", max_size=5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(("(a)(b)?", "(a)|(b)|(c)")), _REPLACED, st.text(alphabet="abc", max_size=4))
@example("(a)(b)?", "$1a", "ab")
@example("(a)(b)?", r"\$1", "ab")
def test_replacements_are_xpaths(pattern: str, replacement: str, text: str) -> None:
    replacement = replacement.replace(r"\\$", r"\\")  # which elementpath takes for an escaped dollar sign
    try:
        expected = _REPLACE.evaluate(
            XPathContext(root=None, item=text, variables={"t": text, "p": pattern, "r": replacement})
        )
    except ElementPathError:
        with pytest.raises(RegexError):
            portable_replacement(replacement, portable(pattern).groups)
        return
    found = portable(pattern)
    written = portable_replacement(replacement, found.groups)
    arguments = ", ".join(str(ox.Literal(each)) for each in (text, found.pattern, written))
    answer = ox.Store().query(f"SELECT (REPLACE({arguments}) AS ?found) {{}}")
    assert isinstance(answer, ox.QuerySolutions)
    value = next(answer)[0]
    assert isinstance(value, ox.Literal)
    assert value.value == expected


def test_a_group_that_is_not_there_is_empty_and_numbers_are_as_long_as_there_are_groups() -> None:
    """Which elementpath leaves as it is written (XPath Functions 3.1, section 5.6.4)."""
    assert portable_replacement("[$1]", 0) == "[]"
    assert portable_replacement("$12", 2) == "${1}2"
    assert portable_replacement("$12", 12) == "${12}"
    assert portable_replacement(r"\\$1", 1) == r"\${1}"


def test_the_case_variants_of_ascii_are_those_that_all_of_unicode_gives() -> None:
    by_lower, by_upper = defaultdict(set), defaultdict(set)
    for beyond in map(chr, range(128, 0x20000)):
        by_lower[beyond.lower()].add(beyond)
        by_upper[beyond.upper()].add(beyond)
    for character in map(chr, range(128)):
        alike = by_lower[character.lower()] | by_upper[character.upper()]
        held = single(character).in_any_case().all_ranges()
        found = {chr(point) for first, last in held for point in range(first, last + 1)}
        assert found == {character, character.lower(), character.upper()} | alike
