"""The looks of the answers: told apart by everybody, in color, without red, green or blue, and in gray."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest

from kgtools.answers.evidence.standing import LEVELS
from kgtools.publish.site.maps import SHADES
from tests.browsing import chromium
from tests.site.vision import SIGHTS, contrast, luminance

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Squares of a map and swatches of a legend, without their words, side by side.
_DRAW = """(shades) => {
  const drawn = new Set([...document.querySelectorAll("#map defs g")].map((it) => it.id));
  const over = (name) => drawn.has(`tx-${name}`) ? `<use href="#tx-${name}"></use>` : "";
  const tile = (shade) => `<svg class="tiles" viewBox="0 0 44 44"><g class="tile ${shade}">
    <rect width="44" height="44"></rect>${over(shade.slice(2))}</g></svg>`;
  const box = document.createElement("div");
  box.id = "samples";
  box.innerHTML = shades.map(tile).join("") + shades.map((shade) => `<span class="swatch ${shade}"></span>`).join("");
  box.style.cssText = "position:fixed;inset:0;z-index:99;background:var(--paper)";
  document.body.append(box);
  for (const it of box.children) {
    const size = it.matches("svg") ? "44px" : "18px";
    it.style.cssText = `display:inline-block;width:${size};height:${size};margin:4px;max-width:none;border-radius:0`;
  }
  return [...box.children].map((it) => { const r = it.getBoundingClientRect(); return [r.x, r.y, r.width - 4]; });
}"""
_PIXELS = """async ([picture, places]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return places.map(([x, y, size]) => [...context.getImageData(Math.round(x) + 2, Math.round(y) + 2, size, size).data]);
}"""
_LEAST = 0.12
"""The share of a square that must differ by 3:1."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; skips where it isn't installed."""
    yield from chromium()


def _samples(page: Page, shades: list[str]) -> dict[str, list[tuple[int, ...]]]:
    places = page.evaluate(_DRAW, shades)
    picture = base64.b64encode(page.screenshot()).decode()
    found = page.evaluate(_PIXELS, [picture, places])
    names = [*(f"tile {shade}" for shade in shades), *(f"swatch {shade}" for shade in shades)]
    return {name: [tuple(p[i : i + 3]) for i in range(0, len(p), 4)] for name, p in zip(names, found, strict=True)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_two_answers_differ_by_three_to_one_for_everybody(
    browser: Browser, served: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(base_url=served, color_scheme=scheme, viewport={"width": 640, "height": 400})
    page.goto("index.html")
    alike = []
    for values in ([f"l-{level}" for level in LEVELS if level != "not-applicable"], [f"v-{shade}" for shade in SHADES]):
        samples = _samples(page, values)
        page.evaluate("() => document.getElementById('samples').remove()")
        for sight, matrix in SIGHTS.items():
            seen = {color: luminance(color, matrix) for pixels in samples.values() for color in set(pixels)}
            for one, other in itertools.combinations(samples, 2):
                if one.split()[0] != other.split()[0]:
                    continue
                pairs = zip(samples[one], samples[other], strict=True)
                share = sum(contrast(seen[a], seen[b]) >= 3 for a, b in pairs) / len(samples[one])
                if share < _LEAST:
                    alike.append(f"{sight}, {scheme}: {one} and {other}: {share:.0%}")
    page.close()
    assert not alike, "\n".join(alike)
