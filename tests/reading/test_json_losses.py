"""What a processor of JSON-LD would leave out without a word is refused with its place, in every verb."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.graph.files import Files
from kgtools.graph.json_losses import lost_name
from kgtools.graph.reading import UnreadableFileError, read_triples
from tests.reading.test_same_answer import kgtools

_CONTEXT = """{"ex": "http://e.org/", "knows": {"@id": "ex:knows", "@type": "@id"}, "id": "@id", "type": "@type",
  "kind": {"@id": "ex:kind", "@type": "@vocab"}, "a b": "ex:ab", "said": {"@id": "ex:said", "@container": "@language"},
  "odd": {"@id": "ex:odd", "@type": "ex:o dd"}, "lang": "@language",
  "strange": {"@id": "ex:strange", "@language": "e n"}}"""
_GOOD_CONTEXT = _CONTEXT.replace("ex:o dd", "ex:odd").replace("e n", "en")


def _document(body: str, context: str = _GOOD_CONTEXT) -> bytes:
    return f'{{"@context": {context},\n"@graph": [\n{body}\n]}}'.encode()


def _triples(data: bytes) -> int:
    return len(list(ox.parse(data, format=ox.RdfFormat.JSON_LD, base_iri="file:///x")))


LOST = {
    "identifier": ('{"@id": "ex:a b", "ex:p": 1}', "ex:a b"),
    "identifier, by an alias": ('{"id": "http://e.org/{x}", "ex:p": 1}', "http://e.org/{x}"),
    "identifier of a value": ('{"@id": "ex:a", "ex:p": {"@id": "ex:b c"}}', "ex:b c"),
    "identifier in a list": ('{"@id": "ex:a", "ex:p": {"@set": [{"@id": "ex:b"}, {"@id": "ex:b c"}]}}', "ex:b c"),
    "escape without digits": ('{"@id": "http://e.org/%zz", "ex:p": 1}', "http://e.org/%zz"),
    "type": ('{"@id": "ex:a", "@type": "ex:State Policy"}', "ex:State Policy"),
    "one of two types": ('{"@id": "ex:a", "type": ["ex:T", "ex:U>"]}', "ex:U>"),
    "value that the context calls an IRI": ('{"@id": "ex:a", "knows": "ex:b c"}', "ex:b c"),
    "one of several such values": ('{"@id": "ex:a", "knows": ["ex:b", "ex:b c"]}', "ex:b c"),
    "value of a vocabulary": ('{"@id": "ex:a", "kind": "ex:c d"}', "ex:c d"),
    "language": ('{"@id": "ex:a", "ex:p": {"@value": "x", "@language": "e n"}}', "e n"),
    "language, by an alias": ('{"@id": "ex:a", "ex:p": {"@value": "x", "lang": "e_n"}}', "e_n"),
    "language of a map": ('{"@id": "ex:a", "said": {"en": "x", "e_n": "y"}}', "e_n"),
    "below a reverse property": ('{"@id": "ex:a", "@reverse": {"ex:p": {"@id": "ex:b c"}}}', "ex:b c"),
}

KEPT = {
    "relative identifier": '{"@id": "b/c", "ex:p": 1}',
    "blank node": '{"@id": "_:b", "ex:p": 1}',
    "term with a space as a value": '{"@id": "ex:a", "kind": "a b"}',
    "term with a space as a type": '{"@id": "ex:a", "@type": "a b"}',
    "text that is no IRI": '{"@id": "ex:a", "ex:p": "not an IRI", "ex:q": {"@value": "nor {this}"}}',
    "number where an IRI is expected": '{"@id": "ex:a", "knows": 5}',
    "language": '{"@id": "ex:a", "ex:p": {"@value": "x", "@language": "es-MX"}, "said": {"en": "x", "@none": "y"}}',
    "characters of other scripts": '{"@id": "ex:caf\u00e9", "@type": "ex:\u5b66"}',
}


@pytest.mark.parametrize("name", LOST)
def test_what_would_be_lost_is_refused_at_its_place(name: str) -> None:
    body, wrong = LOST[name]
    data = _document(body)
    right = wrong.replace(" ", "").replace("_", "").strip(">").replace("{x}", "x").replace("%zz", "zz")
    assert _triples(data) < _triples(_document(body.replace(wrong, right))), "the parser loses nothing here"
    refused = lost_name(data)
    assert refused is not None
    assert f"'{wrong}'" in refused.message
    assert data.decode().splitlines()[refused.line - 1][refused.column - 1 :].startswith(json.dumps(wrong))
    assert lost_name(_document(body.replace(wrong, right))) is None


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_not_refused(name: str) -> None:
    data = _document(KEPT[name])
    assert _triples(data) > 0
    assert lost_name(data) is None


def test_a_context_that_makes_texts_be_left_out_is_refused() -> None:
    for wrong, right in (("ex:o dd", "ex:odd"), ("e n", "en")):
        refused = lost_name(_document('{"@id": "ex:a", "ex:p": 1}', _GOOD_CONTEXT.replace(f'"{right}"', f'"{wrong}"')))
        assert refused is not None
        assert f"'{wrong}'" in refused.message


def test_a_context_within_a_definition_is_not_judged() -> None:
    context = '{"ex": "http://e.org/", "T": {"@id": "ex:T", "@context": {"x y": "ex:"}}}'
    assert lost_name(_document('{"@id": "ex:a b"}', context)) is None


def test_each_way_in_refuses_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lost.jsonld"
    file.write_bytes(_document(LOST["identifier"][0]))
    place = f"{file}:{_GOOD_CONTEXT.count(chr(10)) + 3}:9"
    for reader in (lambda: list(read_triples(file)), lambda: Files().triples(file)):
        with pytest.raises(UnreadableFileError, match="not a valid IRI") as refused:
            reader()
        assert str(refused.value).startswith(place)
    for arguments in (
        ("convert", file, "-o", tmp_path / "out.nt"),
        ("load", file, "--store", tmp_path / "store", "--no-validate"),
        ("validate", file),
        ("accept", file),
    ):
        assert kgtools(*arguments) == 2, arguments
        told = capsys.readouterr()
        assert place in told.out + told.err, arguments
        assert "not a valid IRI" in " ".join((told.out + told.err).split()), arguments
