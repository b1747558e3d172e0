"""The tokens of layers.css can be read: computed, pair by pair, in both schemes (QUALITY 72)."""

import math
import re
from pathlib import Path

import pytest

from accounts.templatetags import ui

CSS = Path(__file__).parent.parent / "static" / "css"
OKLCH = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)[^)]*\)"
TOKEN = re.compile(rf"--color-([\w-]+): light-dark\({OKLCH}, {OKLCH}\);")
HUE = re.compile(r'\[data-hue="(\d+)"\] \{ --monogram-hue: (\d+); \}')

Colour = tuple[float, float, float]

TEXT, CONTROL = 4.5, 3.0
GROUNDS = ("canvas", "panel", "sunken", "raised")
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "muted", "accent", "bad") for ground in GROUNDS],
    *[("ink", f"{ground}-soft", TEXT) for ground in ("accent", "warn", "bad")],
    *[(ink, f"{ink}-soft", TEXT) for ink in ("accent", "warn", "bad")],
    *[("accent-strong", ground, TEXT) for ground in GROUNDS],
    *[("warn", ground, TEXT) for ground in ("canvas", "panel", "sunken", "raised", "accent-soft")],
    ("muted", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    *[("line-strong", ground, CONTROL) for ground in ("canvas", "panel", "raised")],
]


def tokens() -> dict[str, tuple[Colour, Colour]]:
    found = TOKEN.findall((CSS / "layers.css").read_text())
    return {
        name: (_colour(light), _colour(dark))
        for name, *numbers in found
        for light, dark in [(numbers[:3], numbers[3:])]
    }


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_a_token_stands_out_from_its_ground(front, back, least, scheme):
    colours = tokens()
    assert contrast(colours[front][scheme], colours[back][scheme]) >= least


def test_every_monogram_colour_carries_its_letter():
    hues = HUE.findall((CSS / "components.css").read_text())
    assert [int(number) for number, _ in hues] == list(range(ui.HUES))
    ground = re.search(
        r"background: oklch\(([\d.]+)% ([\d.]+) var\(--monogram-hue",
        (CSS / "components.css").read_text(),
    )
    assert ground
    for _, hue in hues:
        assert contrast(_colour([*ground.groups(), hue]), (1.0, 0.0, 0.0)) >= TEXT


def test_the_measure_agrees_with_known_values():
    black, white = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)
    assert contrast(black, white) == pytest.approx(21, abs=0.05)
    assert contrast(white, white) == pytest.approx(1)
    # #767676 is the grey that only just passes on white
    assert contrast((0.5637, 0.0, 0.0), white) == pytest.approx(4.54, abs=0.05)


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2: of the relative luminances, the lighter first."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in _linear_rgb(*colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear_rgb(lightness: float, chroma: float, hue: float) -> Colour:
    """Björn Ottosson's OKLab, back to linear sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _colour(numbers: list[str]) -> Colour:
    lightness, chroma, hue = map(float, numbers)
    return lightness / 100, chroma, hue
