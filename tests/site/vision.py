"""How colors look to people who see fewer of them, and the contrast between two, for tests of charts and maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Rgb = tuple[float, float, float]
_Matrix = tuple[Rgb, Rgb, Rgb]

_GRAY: Final = (0.2126, 0.7152, 0.0722)
# Machado, Oliveira and Fernandes (2009), the whole of each deficiency, for linear light.
SIGHTS: Final[dict[str, _Matrix]] = {
    "full color": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
    "grayscale": (_GRAY, _GRAY, _GRAY),
}


def luminance(color: Sequence[int], sight: _Matrix) -> float:
    """The relative luminance of an sRGB color as somebody sees it."""
    light = [_linear(channel / 255) for channel in color[:3]]
    seen = [min(1.0, max(0.0, sum(k * c for k, c in zip(row, light, strict=True)))) for row in sight]
    return sum(k * c for k, c in zip(_GRAY, seen, strict=True))


def contrast(one: float, other: float) -> float:
    """The contrast ratio of two luminances, from 1 to 21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
