"""The scanners find each subject, property and value exactly where it is, in random documents of each format."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.iri import resolve
from kgtools.validation.documents import read_document
from kgtools.validation.spots import LineIndex
from kgtools.validation.turtle_spots import scan_begins, scan_lines, scan_tokens, scan_turtle

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
BASE = "http://base.example/dir/doc"


class Writer:
    """Writes random Turtle or TriG, and notes by itself where each subject begins.

    Args:
        random_: the source of chance.
        is_trig: whether graphs may be written.
    """

    def __init__(self, random_: random.Random, *, is_trig: bool) -> None:
        self.random, self.is_trig = random_, is_trig
        self.text = ""
        self.subjects: dict[str, int] = {}
        self.properties: dict[tuple[str, str], int] = {}
        self.values: dict[tuple[str, str, str], int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def gap(self) -> None:
        self.put(
            self.random.choice(
                [" ", "  ", "\n", "\t", "\r\n", ' # <x> ; . "quoted [ ( \n', "\n\n", "\n#\u00e9\u4e2d '''\n"]
            )
        )

    def iri(self) -> tuple[str, str]:
        """An IRI, as written and as meant."""
        name = f"n{self.random.randrange(40)}"
        return self.random.choice(
            [
                (f"<http://x.example/{name}>", f"http://x.example/{name}"),
                (f"x:{name}", f"http://x.example/{name}"),
                (f":{name}.b", f"http://base.example/v#{name}.b"),
                (f"<{name}>", f"http://base.example/dir/{name}"),
                (f"<#{name}>", f"{BASE}#{name}"),
                (f"<../{name}?q>", f"http://base.example/{name}?q"),
                (f"<//other.example/{name}>", f"http://other.example/{name}"),
                (f"<http://x.example/\\u0041{name}>", f"http://x.example/A{name}"),
                (f"x:{name}\\,c%20\\~", f"http://x.example/{name},c%20~"),
                (f"x:{name}:y-z", f"http://x.example/{name}:y-z"),
                ("x:", "http://x.example/"),
                (f"\u00e9-\u4e2d:\u00fc{name}", f"urn:u:\u00fc{name}"),
                (f"_:b.{name}", f"_:b.{name}"),
            ]
        )

    def literal(self) -> tuple[str, str]:
        """A literal, as written and its text."""
        return self.random.choice(
            [
                ('"plain"', "plain"),
                ("'single \" quote'", 'single " quote'),
                ('"esc \\" \\n \\u00e9 ; . ["', 'esc " \n \u00e9 ; . ['),
                (
                    '"""long\n"two" ""lines; . \\""" @prefix x: <y> .\n"""',
                    'long\n"two" ""lines; . """ @prefix x: <y> .\n',
                ),
                ("'''a\n# no comment ''x '' '''", "a\n# no comment ''x '' "),
                ('"tagged"@en-GB', "tagged"),
                ('"5"^^x:dt', "5"),
                ('"5"^^<http://x.example/dt>', "5"),
                ("12", "12"),
                ("-1.5", "-1.5"),
                (".5e3", ".5e3"),
                ("true", "true"),
                ('""', ""),
                ('"# <not> a comment"', "# <not> a comment"),
            ]
        )

    def document(self) -> str:
        old = f"@base <{BASE}> .\n@prefix x: <http://x.example/> .\nPREFIX : </v#>\n"
        new = f"BASE <{BASE}>\nprefix x: <http://x.example/>\n@prefix : </v#> .\n"
        head = self.random.choice([old, new])
        self.put(f"{head}@prefix \u00e9-\u4e2d: <urn:u:> .\n")
        for _ in range(self.random.randrange(1, 9)):
            self.gap()
            if self.is_trig and self.random.random() < 0.4:
                self.put(self.random.choice(["{", "GRAPH x:g {", "x:g {", "<g>{", "_:g {"]))
                for _ in range(self.random.randrange(3)):
                    self.gap()
                    self.statement()
                self.put("}")
            else:
                self.statement()
        return self.text

    def statement(self) -> None:
        kind = self.random.random()
        subject: str | None = None
        if kind < 0.1:
            self.put("[")
            self.predicates(None)
            self.put("]")
            if self.random.random() < 0.5:
                self.gap()
                self.put(".")
                return
        elif kind < 0.18:
            self.collection()
        else:
            written, subject = self.iri()
            self.subjects.setdefault(subject, len(self.text))
            self.put(written)
        self.predicates(subject)
        self.put(self.random.choice([" .", ".", " .#x\n"]))

    def predicates(self, subject: str | None, depth: int = 0) -> None:
        for number in range(self.random.randrange(1, 4)):
            if number:
                self.put(self.random.choice([" ;", ";", " ; ;"]))
            self.gap()
            written, prop = ("a", f"{RDF}type") if self.random.random() < 0.2 else self.named()
            self.note(self.properties, subject, prop, len(self.text))
            self.put(written)
            for n in range(self.random.randrange(1, 3)):
                if n:
                    self.put(",")
                self.gap()
                self.value(subject, prop, depth)
        if self.random.random() < 0.2:
            self.put(" ;")
        self.gap()

    def named(self) -> tuple[str, str]:
        while True:
            written, meant = self.iri()
            if not meant.startswith("_:"):
                return written, meant

    def note(self, into: dict[tuple[str, str], int], subject: str | None, prop: str, at: int) -> None:
        if subject is not None:
            into.setdefault((subject, prop), at)

    def value(self, subject: str | None, prop: str, depth: int) -> None:
        kind = self.random.random()
        if kind < 0.15 and depth < 3:
            self.put("[")
            if self.random.random() < 0.7:
                self.predicates(None, depth + 1)
            self.put("]")
        elif kind < 0.3 and depth < 3:
            self.collection(depth + 1)
        else:
            written, meant = self.iri() if kind < 0.6 else self.literal()
            if subject is not None:
                self.values.setdefault((subject, prop, meant), len(self.text))
            self.put(written)

    def collection(self, depth: int = 1) -> None:
        self.put("(")
        for _ in range(self.random.randrange(3)):
            self.gap()
            self.value(None, "", depth)
        self.gap()
        self.put(")")


@pytest.mark.parametrize("ending", ["ttl", "trig"])
def test_random_documents_are_scanned_exactly(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"random.{ending}"
    subjects = 0
    for seed in range(400):
        writer = Writer(random.Random(seed), is_trig=ending == "trig")
        text = writer.document()
        file.write_text(text, encoding="utf-8", newline="")
        reading = read_document(file, Files())
        assert reading.document is not None, (seed, reading.problems, text)
        spots = reading.document.spots()
        assert spots.subjects == writer.subjects, (seed, text)
        assert spots.properties == writer.properties, (seed, text)
        assert spots.values == writer.values, (seed, text)
        wanted = set(random.Random(seed).sample(sorted(writer.subjects), len(writer.subjects) // 2))
        some = reading.document.spots(wanted)
        assert some.subjects == {s: at for s, at in writer.subjects.items() if s in wanted}, (seed, text)
        assert some.properties == {key: at for key, at in writer.properties.items() if key[0] in wanted}, (seed, text)
        assert some.values == {key: at for key, at in writer.values.items() if key[0] in wanted}, (seed, text)
        assert reading.document.begins(wanted) == some.subjects, (seed, text)
        parsed = {reading.document.name(t.subject) for t in reading.document.triples}
        assert set(spots.subjects) <= parsed, (seed, text)
        assert {s for s in parsed if not s.startswith("_:")} - set(spots.subjects) <= {f"{RDF}nil"}, (seed, text)
        subjects += len(spots.subjects)
    assert subjects > 1000


@pytest.mark.parametrize("ending", ["nt", "nq", "ttl", "rdf", "jsonld"])
def test_each_subject_of_the_data_is_found_in_each_format(ending: str, few: Project, tmp_path: Path) -> None:
    source = read_document(few.root / "data" / "states" / "ut.ttl", Files()).document
    assert source is not None
    kinds = {"nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS, "rdf": ox.RdfFormat.RDF_XML}
    kinds |= {"ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD}
    prefixes = {"spf": "https://w3id.org/spf-kg/ontology#", "id": "https://w3id.org/spf-kg/id/"}
    written = ox.serialize(source.triples, format=kinds[ending], prefixes=prefixes)
    assert written is not None
    file = tmp_path / f"ut.{ending}"
    file.write_bytes(written)
    document = read_document(file, Files()).document
    assert document is not None
    spots = document.spots()
    lines = document.text.splitlines()
    expected = {document.name(t.subject) for t in document.triples}
    assert set(spots.subjects) == expected
    assert {(document.name(t.subject), t.predicate.value) for t in document.triples} == set(spots.properties)
    few_of = set(sorted(expected)[::7])
    begins = document.begins(few_of)
    assert (begins is None) == (ending in {"rdf", "jsonld"})
    assert begins in (None, {name: at for name, at in spots.subjects.items() if name in few_of})
    for subject, offset in spots.subjects.items():
        place = document.place(offset)
        local = subject.rpartition("/")[2]
        rest = lines[place.line - 1][place.column - 1 :]
        assert local in (rest[:1000] if ending == "rdf" else document.text[offset : offset + 400]), (
            subject,
            rest[:100],
        )


LINES = (
    '<http://x.example/a> <http://x.example/p> "one \\"two\\" \\u00e9"@en .',
    "<http://x.example/a> <http://x.example/p> <http://x.example/b>.",
    "  _:b.1 <http://x.example/p> _:b.2 . # a comment",
    '<http://x.example/a><http://x.example/q>"1"^^<http://x.example/t> .\r',
    "# nothing else",
    "",
    '_:b.1 <http://x.example/p> "a . b" .',
    '<http://x.example/a> <http://x.example/p> "one \\"two\\" \\u00e9" .',
)
OTHERS = (
    "<http://x.example/\\u0041> <http://x.example/p> 1 .",
    "<http://x.example/./a> <http://x.example/p> <b> .",
    "<a> <http://x.example/p> <http://x.example/b> .",
    "<http://x.example/a> <http://x.example/p> 'x', \"y\" .",
    "<http://x.example/a> <http://x.example/p> [ <http://x.example/q> true ] .",
    "PREFIX x: <http://x.example/>",
    "<http://x.example/a>\n<http://x.example/p> 'x' .",
)


@pytest.mark.parametrize("seed", range(40))
def test_simple_lines_are_scanned_as_any_turtle(seed: int) -> None:
    chance = random.Random(seed)
    lines = [*chance.choices(LINES, k=12), *chance.choices(OTHERS, k=seed % 2)]
    chance.shuffle(lines)
    text = "\n".join(lines) + chance.choice(["", "\n"])
    wanted = chance.choice([None, {"http://x.example/a"}, {"_:b.1", "http://x.example/A"}])
    fast = scan_lines(text, wanted)
    assert (fast is None) == bool(seed % 2)
    assert scan_turtle(text, BASE, wanted) == (fast or scan_tokens(text, BASE, wanted))
    assert fast is None or fast == scan_tokens(text, BASE, wanted)
    begins = {name: at for name, at in scan_tokens(text, BASE).subjects.items() if wanted is None or name in wanted}
    assert scan_begins(text, BASE, wanted or set(begins), in_lines=False) == begins
    if fast is not None:
        assert scan_lines(text, wanted, in_lines=True) == fast
        assert scan_begins(text, BASE, wanted or set(begins), in_lines=True) == begins


def test_a_statement_does_not_end_within_a_long_text() -> None:
    text = (
        '<http://x.example/a> <p> """a"b. c"" . <http://x.example/b> <p> <c> .\n""" .\n<http://x.example/c> <p> "" .\n'
    )
    begins = scan_begins(text, BASE, {f"http://x.example/{name}" for name in "abc"}, in_lines=False)
    assert begins == {"http://x.example/a": 0, "http://x.example/c": text.index("<http://x.example/c>")}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_with_a_carriage_return(end: str, tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    lines = [f"<http://x.example/{name}> <http://x.example/p> <http://x.example/c> ." for name in ("a", "a", "b")]
    file.write_bytes("".join(line + end for line in lines).encode())
    document = read_document(file, Files()).document
    assert document is not None
    found = {"http://x.example/b": 2 * len(lines[0] + end)}
    assert document.begins({"http://x.example/b"}) == found
    assert document.spots({"http://x.example/b"}).subjects == found


def test_json_ld_contexts_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonld"
    file.write_text(
        '{"@context": [{"@base": "http://b.example/", "ex": "http://x.example/"},\n'
        '  {"@vocab": "ex:", "key": "@id", "kind": "@type", "known": {"@id": "ex:knows", "@type": "@id"}}],\n'
        ' "@graph": [\n'
        '  {"key": "one", "kind": "Thing", "known": {"key": "ex:two",\n'
        '   "name": "Zw\u00f6lf"}},\n'
        '  {"@context": {"ex": "http://y.example/"}, "key": "ex:three", "label": "x"}]}\n',
        encoding="utf-8",
    )
    document = read_document(file, Files()).document
    assert document is not None
    spots = document.spots()
    places = {name: document.place(offset) for name, offset in spots.subjects.items()}
    assert {name: (p.line, p.column) for name, p in places.items()} == {
        "http://b.example/one": (4, 3),
        "http://x.example/two": (4, 44),
        "http://y.example/three": (6, 3),
    }
    assert {t.subject.value for t in document.triples if isinstance(t.subject, ox.NamedNode)} == set(places)
    assert ("http://x.example/two", "http://x.example/name") in spots.properties


def test_rdf_xml_is_scanned_with_bases_ids_and_nesting(tmp_path: Path) -> None:
    file = tmp_path / "x.rdf"
    file.write_text(
        '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        ' xmlns:x="http://x.example/" xml:base="http://b.example/doc">\n'
        '  <x:Thing rdf:ID="one"><x:name>\u00e9\u00e9</x:name><x:knows>\n'
        '    <rdf:Description rdf:about="two" x:age="5"/></x:knows></x:Thing>\n</rdf:RDF>\n',
        encoding="utf-8",
    )
    document = read_document(file, Files()).document
    assert document is not None
    spots = document.spots()
    found = {name: document.place(offset) for name, offset in spots.subjects.items()}
    assert {name: (p.line, p.column) for name, p in found.items()} == {
        "http://b.example/doc#one": (4, 3),
        "http://b.example/two": (5, 5),
    }
    assert set(found) == {t.subject.value for t in document.triples if isinstance(t.subject, ox.NamedNode)}
    name = spots.find("http://b.example/doc#one", "http://x.example/name")
    assert name is not None
    assert document.text[name:].startswith("<x:name>")


@given(st.text(alphabet="ab\n\r\u00e9", max_size=40), st.data())
@settings(max_examples=200, deadline=None)
def test_lines_and_columns_lead_back_to_the_offset(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    index = LineIndex(text)
    place = index.place(offset)
    assert index.offset(place) == offset
    assert place.line == text[:offset].count("\n") + 1


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
        ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        ("g?y/../x", "http://a/b/c/g?y/../x"), ("g#s/../x", "http://a/b/c/g#s/../x"),
    ],
)  # fmt: skip
def test_the_examples_of_rfc_3986_resolve(reference: str, expected: str) -> None:
    assert resolve("http://a/b/c/d;p?q", reference) == expected
