"""``python -m tools.cards`` draws the pictures that links to the explorer's pages are shown with.

Chromium draws them, and the package keeps them: no dependency of the package can draw text. Each file tells from which
drawing it was made, so that a test can say which are stale without drawing them again.
"""

from __future__ import annotations

import base64
import hashlib
import os
import struct
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.evidence.standing import Evidence
from kgtools.core.project import Project
from kgtools.core.visible import markup
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project
from kgtools.graph.writing import write_binary_files
from kgtools.publish.site.cards import FOLDER, Card, all_cards
from kgtools.publish.site.maps import LOOKS, textures
from kgtools.publish.site.tiles import POSITIONS

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH: Final = 1200
HEIGHT: Final = 630
_COLORS: Final = 10
_MANY_COLORS: Final = 16
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_NOTE: Final = b"Comment\0drawn by tools/cards.py from "
_CHROMIUM: Final = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))

_PAPER, _INK, _SOFT, _DEEP, _SOME, _PALE = "#fcfcfa", "#1c211d", "#565e57", "#0a4028", "#4a936e", "#dfe5dc"
_STYLE: Final = (
    f"*{{box-sizing:border-box}} body{{margin:0;width:{WIDTH}px;height:{HEIGHT}px;background:{_PAPER};color:{_INK};"
    "position:relative;overflow:hidden;font-family:'DejaVu Sans',sans-serif}"
    "div{position:absolute;left:64px;top:0;bottom:0;width:440px;display:flex;flex-direction:column;"
    "justify-content:center;gap:28px}"
    "h1{margin:0;font:700 62px/1.14 'DejaVu Serif',serif;letter-spacing:-.02em} h1.long{font-size:48px}"
    f"p{{margin:0;font-size:27px;line-height:1.42;color:{_SOFT}}} svg{{position:absolute;left:544px;top:90px}}"
    f"b{{position:absolute;left:0;right:0;bottom:0;height:14px;background:{_DEEP}}}"
)
_PIXELS: Final = """async (picture) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}"""


def cards(project: Project) -> list[Card]:
    """Every picture that the package keeps, for a project's jurisdictions."""
    files = Files()
    evidence = Evidence(ThingGraph.of((*files.triples(*project.ontology), *files.triples(*project.data))))
    return all_cards((*evidence.jurisdictions, *evidence.territories))


def drawing(card: Card) -> str:
    """A picture as the page that Chromium draws."""
    # The longest word decides: "Massachusetts" has to fit beside the map.
    long = ' class="long"' if max(map(len, card.heading.split())) > 11 or len(card.heading) > 30 else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{markup(card.name)}</title>'
        f"<style>{_STYLE}</style><div><h1{long}>{markup(card.heading)}</h1><p>{markup(card.words)}</p></div>"
        f'<svg width="608" height="450" viewBox="0 0 608 450">{_DRAWN[card.drawn](card)}</svg><b></b></html>'
    )


def fingerprint(card: Card) -> str:
    """What identifies the drawing of a picture."""
    return hashlib.sha256(drawing(card).encode()).hexdigest()


def told_by(content: bytes) -> str:
    """The identity of the drawing that a file was made from; empty where the file doesn't tell."""
    _, found, rest = content.partition(_NOTE)
    return rest[:64].decode("ascii", "replace") if found else ""


def _map(card: Card) -> str:
    return "".join(
        f'<g transform="translate({x * 50} {y * 54 + 10})"><rect width="46" height="50" rx="6" fill="{ground}"/>'
        + (_CODE.format(ink=ink, code=code) if card.place in ("", code) else "")
        + "</g>"
        for code, (x, y) in POSITIONS.items()
        for ground, ink in [_ground(card, code)]
    )


def _ground(card: Card, code: str) -> tuple[str, str]:
    if not card.place:
        return _SOME, "#04130b"
    return (_DEEP if code == card.place else _PALE), "#ffffff"


_CODE: Final = '<text x="23" y="31" text-anchor="middle" font-size="17" font-weight="700" fill="{ink}">{code}</text>'


def _columns(_: Card) -> str:
    shades = ((_DEEP, _SOME, _PALE), (_SOME, _DEEP, _SOME), (_PALE, _DEEP, _DEEP), (_DEEP, _PALE, _SOME))
    return "".join(
        f'<rect x="{60 + x * 170}" y="{10 + y * 108}" width="150" height="92" rx="8" fill="{shade}"/>'
        for y, row in enumerate(shades)
        for x, shade in enumerate(row)
    )


def _years(_: Card) -> str:
    # Evenly spaced, so that nobody takes them for figures.
    return f'<path d="M20 225H588" stroke="{_PALE}" stroke-width="14"/>' + "".join(
        f'<circle cx="{50 + x * 127}" cy="225" r="34" fill="{_DEEP if x == 4 else _SOME}"/>' for x in range(5)
    )


def _document(_: Card) -> str:
    lines = "".join(
        f'<rect x="170" y="{120 + y * 48}" width="{180 if y % 3 == 2 else 268}" height="18" rx="5" fill="{_PALE}"/>'
        for y in range(6)
    )
    return (
        f'<rect x="124" y="4" width="360" height="440" rx="14" fill="#ffffff" stroke="{_SOME}" stroke-width="8"/>'
        f'<rect x="170" y="54" width="190" height="32" rx="6" fill="{_DEEP}"/>{lines}'
    )


def _table(_: Card) -> str:
    return "".join(
        f'<rect x="{20 + x * 190}" y="{10 + y * 72}" width="180" height="60" rx="6" '
        f'fill="{_DEEP if y == 0 else _SOME if x == 0 else _PALE}"/>'
        for y in range(6)
        for x in range(3)
    )


def _looks(_: Card) -> str:
    over = textures(standing_alone=True)
    shown = [name for name in LOOKS if name not in ("half-in-full", "some-in-full", "none-in-full", "not-applicable")]
    return '<clipPath id="c"><rect width="44" height="44" rx="5"/></clipPath>' + "".join(
        f'<g transform="translate({84 + i % 3 * 156} {8 + i // 3 * 152}) scale(2.8)">'
        f'<g clip-path="url(#c)"><rect width="44" height="44" fill="{LOOKS[name][0]}"/>{over.get(name, "")}</g>'
        '<rect width="44" height="44" rx="5" fill="none" stroke="#b9beb4"/></g>'
        for i, name in enumerate(shown)
    )


def _mark(_: Card) -> str:
    return (
        f'<path d="M60 20H548a30 30 0 0 1 30 30V320a30 30 0 0 1-30 30H330L230 440V350H60a30 30 0 0 1-30-30V50'
        f'a30 30 0 0 1 30-30Z" fill="{_SOME}"/><text x="304" y="270" text-anchor="middle" '
        f'font-family="DejaVu Serif,serif" font-weight="700" font-size="250" fill="{_PAPER}">?</text>'
    )


_DRAWN: Final = {
    "map": _map,
    "columns": _columns,
    "years": _years,
    "document": _document,
    "table": _table,
    "looks": _looks,
    "mark": _mark,
}


def _picture(page: Page, card: Card) -> bytes:
    page.set_content(drawing(card))
    pixels = base64.b64decode(page.evaluate(_PIXELS, base64.b64encode(page.screenshot()).decode()))
    return _indexed(pixels, _MANY_COLORS if card.drawn == "looks" else _COLORS, fingerprint(card))


def _indexed(pixels: bytes, colors: int, made_from: str) -> bytes:
    """Red, green, blue and alpha as a PNG of few colors, a fraction of the size of Chromium's own."""
    counted = Counter(memoryview(pixels).cast("I"))
    palette = [_rgb(color) for color, _ in counted.most_common(colors)]
    place_of = {color: _nearest(_rgb(color), palette) for color in counted}
    places = bytes(map(place_of.__getitem__, memoryview(pixels).cast("I")))
    packed = bytes(high << 4 | low for high, low in zip(places[::2], places[1::2], strict=True))
    row = WIDTH // 2
    lines = b"".join(b"\0" + packed[start : start + row] for start in range(0, len(packed), row))
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 4, 3, 0, 0, 0)),
            _chunk(b"tEXt", _NOTE + made_from.encode()),
            _chunk(b"PLTE", b"".join(map(bytes, palette))),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _rgb(color: int) -> tuple[int, int, int]:
    red, green, blue, _ = color.to_bytes(4, sys.byteorder)
    return red, green, blue


def _nearest(color: tuple[int, int, int], palette: list[tuple[int, int, int]]) -> int:
    return min(range(len(palette)), key=lambda i: sum((a - b) ** 2 for a, b in zip(color, palette[i], strict=True)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def main() -> None:
    """Draw the pictures that are missing or stale, and remove those of which there is none anymore."""
    from playwright.sync_api import sync_playwright

    wanted = {FOLDER / f"{card.name}.png": card for card in cards(find_project())}
    stale = {
        path: card
        for path, card in wanted.items()
        if not path.is_file() or told_by(path.read_bytes()) != fingerprint(card)
    }
    if stale:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            drawn = {path: _picture(page, card) for path, card in stale.items()}
            browser.close()
        FOLDER.mkdir(exist_ok=True)
        write_binary_files(drawn)
    for path in set(FOLDER.glob("*.png")) - set(wanted):
        path.unlink()
    print(f"{len(stale)} of {len(wanted)} pictures drawn")


if __name__ == "__main__":
    main()
