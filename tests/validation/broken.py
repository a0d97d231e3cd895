"""Files that can't be read: each kind of damage in each format that it can befall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES
from kgtools.graph.reading import read_triples

SOURCE = Path(__file__).parent / "fixtures" / "submission-maryland.ttl"
LINE = 50_000_000


@dataclass(frozen=True)
class Broken:
    """A damaged file.

    Attributes:
        name: its name.
        data: its bytes.
        line: the line that must be named; None where the damage has no single line.
        cause: a word of the likely cause, where one must be given.
    """

    name: str
    data: bytes
    line: int | None = None
    cause: str = ""


def turtle() -> str:
    """A submission as people write it."""
    return SOURCE.read_text(encoding="utf-8")


def other(format_: ox.RdfFormat) -> str:
    """The same submission in another format."""
    triples = list(read_triples(SOURCE))
    used = {name: PREFIXES[name] for name in ("spf", "skos", "xsd")}
    written = ox.serialize(triples, format=format_, prefixes=used)
    assert written is not None
    return written.decode()


def corpus() -> Iterator[Broken]:
    """All damaged files, the very long ones last."""
    yield from _turtle_damage()
    yield from _lines_damage()
    yield from _jsonld_damage()
    yield from _xml_damage()
    yield from _any_format()
    yield from _long()


def _line(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def _turtle_damage() -> Iterator[Broken]:
    text = turtle()
    for ending in ("ttl", "trig"):
        first_dot = re.search(r" \.\n\n(?=[a-z-]+:\S+ a )", text)
        assert first_dot
        after = text[: first_dot.end()].count("\n") + 1
        year = _line(text, "spf:yearAdopted")
        citation = _line(text, "spf:citation")
        yield Broken(f"dot.{ending}", _cut(text, first_dot.start(), 2), after, "end of line")
        semicolon = text.index(" ;", text.index("spf:citation"))
        yield Broken(f"semicolon.{ending}", _cut(text, semicolon, 2), citation + 1, "missing")
        yield Broken(f"prefix.{ending}", text.replace("@prefix spf:", "@prefix spg:").encode(), None, "spf:")
        yield Broken(
            f"unknown-prefix.{ending}", text.replace("spf:yearAdopted", "spff:yearAdopted").encode(), year, "spf"
        )
        smart = re.sub(r'spf:citation "([^"]*)"', "spf:citation \u201c\\1\u201d", text)
        yield Broken(f"smart-quotes.{ending}", smart.encode(), citation, "quotation marks")
        open_quote = re.sub(r'(spf:citation "[^"]*)"', r"\1", text, count=1)
        yield Broken(f"open-quote.{ending}", open_quote.encode(), None, "")
        newline = re.sub(r'spf:citation "', 'spf:citation "Line\n', text, count=1)
        yield Broken(f"newline.{ending}", newline.encode(), citation, "")
        yield Broken(
            f"bad-iri.{ending}", (text + "<http://a b/> a <http://x/y> .\n").encode(), text.count("\n") + 1, ""
        )
        yield Broken(f"cut-off.{ending}", text[: len(text) * 2 // 3].rstrip(" .;\n").encode(), None, "")
        yield Broken(f"bracket.{ending}", (text + "<http://x/a> <http://x/b> [ <http://x/c> 1 .\n").encode(), None, "")
        yield Broken(f"crlf.{ending}", _cut(text, semicolon, 2).replace(b"\n", b"\r\n"), citation + 1, "missing")
        yield Broken(f"bom-and-damage.{ending}", b"\xef\xbb\xbf" + _cut(text, semicolon, 2), citation + 1, "missing")
        yield Broken(
            f"table.{ending}", b"name\tyear\tcitation\nMastery act\t2016\tCode 5\nPilot\t2017\tCode 6\n", 1, "table"
        )
        yield Broken(f"nested.{ending}", ("<http://x/a> <http://x/b> " + "(" * 200_000 + ".").encode(), 1, "")


def _cut(text: str, at: int, length: int) -> bytes:
    return (text[:at] + text[at + length :]).encode()


def _lines_damage() -> Iterator[Broken]:
    for ending, format_ in (("nt", ox.RdfFormat.N_TRIPLES), ("nq", ox.RdfFormat.N_QUADS)):
        lines = other(format_).splitlines()
        for name, wrong in (
            ("dot", lines[3].removesuffix(" .")),
            ("prefixed", "spf:x spf:y spf:z ."),
            ("smart-quotes", "<http://x/a> <http://x/b> \u201cc\u201d ."),
            ("open-quote", '<http://x/a> <http://x/b> "c .'),
            ("bad-iri", "<http://x/ a> <http://x/b> <http://x/c> ."),
            ("two-terms", "<http://x/a> <http://x/b> ."),
        ):
            damaged = [*lines[:3], wrong, *lines[4:]]
            yield Broken(f"{name}.{ending}", "\n".join(damaged).encode(), None if name == "dot" else 4)


def _jsonld_damage() -> Iterator[Broken]:
    context = '"@context": {"spf": "https://w3id.org/spf-kg/ontology#"}'
    good = f'{{\n  {context},\n  "@id": "http://x/a",\n  "spf:citation": "Code 5"\n}}\n'
    yield Broken("comma.jsonld", good.replace('"http://x/a",', '"http://x/a"').encode(), 4, "comma")
    yield Broken("last-comma.jsonld", good.replace('"Code 5"', '"Code 5",').encode(), None, "")
    yield Broken("smart-quotes.jsonld", good.replace('"Code 5"', "\u201cCode 5\u201d").encode(), 4, "quotation")
    yield Broken("cut-off.jsonld", good[:-4].encode(), None, "")
    yield Broken("single-quotes.jsonld", good.replace('"Code 5"', "'Code 5'").encode(), 4, "quotation")
    yield Broken("comment.jsonld", good.replace("{\n", "{\n  // a remark\n", 1).encode(), 2, "")
    yield Broken(
        "remote.jsonld",
        good.replace('{"spf": "https://w3id.org/spf-kg/ontology#"}', '"https://schema.org/"').encode(),
        2,
        "Copy",
    )
    listed = good.replace('{"spf"', '["http://127.0.0.1:9/context", {"spf"').replace('ontology#"}', 'ontology#"}]')
    yield Broken("remote-listed.jsonld", listed.encode(), 2, "Copy")
    imported = good.replace('{"spf"', '{"@import": "http://127.0.0.1:9/context", "spf"')
    yield Broken("remote-import.jsonld", imported.encode(), 2, "Copy")
    yield Broken("deep-arrays.jsonld", b"[" * 100_000 + b"]" * 100_000, 1, "top level")
    yield Broken("deep-objects.jsonld", b'{"http://x/a":' * 50_000 + b"1" + b"}" * 50_000, 1, "top level")
    yield Broken(
        "nested-context.jsonld", good.replace('"Code 5"', '{"@context": "http://127.0.0.1:9/c"}').encode(), 4, "Copy"
    )


def _xml_damage() -> Iterator[Broken]:
    text = other(ox.RdfFormat.RDF_XML)
    closing = re.search(r"</spf:citation>", text)
    assert closing
    line = text[: closing.start()].count("\n") + 1
    yield Broken("tag.rdf", text.replace("</spf:citation>", "</spf:citaton>", 1).encode(), line, "end tag")
    yield Broken("cut-off.rdf", text[: len(text) // 2].encode(), None, "")
    yield Broken("ampersand.rdf", text.replace("</spf:citation>", " & more</spf:citation>", 1).encode(), line, "&amp;")
    yield Broken("namespace.rdf", re.sub(r' xmlns:spf="[^"]*"', "", text).encode(), None, "xmlns")
    declared = '<!DOCTYPE rdf:RDF [\n<!ENTITY a "lol">\n'
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "&a;" * 10}">\n' for n in range(9))
    body = text[text.index("<rdf:RDF") :].replace("</spf:citation>", "&e8;</spf:citation>", 1)
    yield Broken("bomb.rdf", f"{declared}{bomb}]>\n{body}".encode(), 3, "entities")
    outside = '<!DOCTYPE rdf:RDF [\n<!ENTITY a SYSTEM "file:///etc/passwd">\n]>\n'
    yield Broken("external.rdf", f"{outside}{body.replace('&e8;', '&a;')}".encode(), 2, "")
    network = outside.replace("file:///etc/passwd", "http://127.0.0.1:9/x")
    yield Broken("external-network.owl", f"{network}{body.replace('&e8;', '&a;')}".encode(), 2, "")
    parameter = '<!DOCTYPE rdf:RDF [\n<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">\n%p;\n]>\n'
    yield Broken("parameter.xml", f"{parameter}{body.replace('&e8;', '')}".encode(), 2, "")
    quadratic = f'<!DOCTYPE rdf:RDF [\n<!ENTITY a "{"x" * 100_000}">\n]>\n{body.replace("&e8;", "&a;" * 1000)}'
    yield Broken("quadratic.rdf", quadratic.encode(), 2, "")


def _any_format() -> Iterator[Broken]:
    text = turtle()
    page = "<!DOCTYPE html>\n<html><head><title>Data</title></head><body>" + text + "</body></html>"
    for ending in ("ttl", "trig", "nt", "nq", "jsonld", "rdf"):
        if ending in {"jsonld", "rdf"}:  # in the others it is an empty graph
            yield Broken(f"empty.{ending}", b"", 1, "saved")
            yield Broken(f"blank.{ending}", b" \n\r\n\t\n", 1, "saved")
        yield Broken(f"html.{ending}", page.encode(), 1, "browser")
        yield Broken(f"utf16.{ending}", text.encode("utf-16"), 1, "UTF-8")
        yield Broken(f"utf16-no-bom.{ending}", text.encode("utf-16-be"), 1, "UTF-8")
        yield Broken(f"latin1.{ending}", '<http://x/a> <http://x/b> "caf\u00e9" .\n'.encode("latin-1"), 1, "UTF-8")
        yield Broken(f"zip.{ending}", b"PK\x03\x04" + bytes(range(256)) * 8, 1, "Export")
        yield Broken(f"binary.{ending}", bytes(range(256)) * 64, 1, "")
        yield Broken(f"pdf.{ending}", b"%PDF-1.7\n" + bytes(range(256)) * 8, 1, "")
    yield Broken("ending.txt", text.encode(), None, "RDF files end")
    yield Broken("turtle.jsonld", text.encode(), 1, ".ttl")
    yield Broken("turtle.rdf", text.encode(), 1, ".ttl")
    yield Broken("json.ttl", b'{"@id": "http://x/a", "@type": "http://x/B"}', 1, ".jsonld")
    yield Broken("xml.ttl", b'<?xml version="1.0"?><rdf:RDF/>', 1, ".rdf")


def _long() -> Iterator[Broken]:
    yield Broken("long.ttl", b'<http://x/a> <http://x/b> "' + b"x" * LINE, 1, "--max-size")
    yield Broken("long-below-limit.ttl", b'<http://x/a> <http://x/b> "' + b"x" * 31_000_000, 1, "")
    yield Broken("long.jsonld", b'{"http://x/a": "' + b"x" * 31_000_000, 1, "")
    yield Broken("long.rdf", b"<a>" + b"x" * 31_000_000, 1, "")
    yield Broken("brackets.ttl", b"<http://x/a> <http://x/b> " + b"[ <http://x/c> " * 1_500_000, 1, "")
