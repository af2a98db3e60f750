"""Colours: contrast after WCAG 2.2, and distances in CIELAB as usual eyes, deuteranopes and protanopes see them."""

import math
from itertools import combinations

import pytest

from charts import theme
from charts.theme import DARK, LIGHT, Palette

# Machado, Oliveira and Fernandes 2009, severity 1, on linear light.
VISIONS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranope": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "protanope": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}
PALETTES = {"light": LIGHT, "dark": DARK}


def lab(colour: str, vision: str) -> tuple[float, float, float]:
    """CIELAB (D65) of a colour as a kind of eye sees it."""
    light = [theme.linear(int(colour[start : start + 2], 16)) for start in (1, 3, 5)]
    red, green, blue = (
        min(1.0, max(0.0, sum(part * one for part, one in zip(row, light, strict=True)))) for row in VISIONS[vision]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    root_x, root_y, root_z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * root_y - 16, 500 * (root_x - root_y), 200 * (root_y - root_z)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("kind", ["regions", "licences"])
@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_colours_of_a_kind_look_alike_to_any_eye(palette: Palette, kind: str, vision: str) -> None:
    colours = getattr(palette, kind)
    distances = {
        pair: math.dist(lab(colours[pair[0]], vision), lab(colours[pair[1]], vision))
        for pair in combinations(colours, 2)
    }
    nearest = min(distances, key=lambda pair: distances[pair])
    assert distances[nearest] >= 15, nearest


@pytest.mark.parametrize(
    "colour", [*DARK.regions.values(), *DARK.licences.values(), DARK.ink, DARK.second_ink, DARK.accent]
)
def test_every_colour_of_the_dark_theme_stands_out_from_its_paper(colour: str) -> None:
    assert theme.contrast(colour, DARK.paper) >= 4.5


@pytest.mark.parametrize("colour", [LIGHT.ink, LIGHT.second_ink, LIGHT.accent])
def test_inks_of_the_light_theme_stand_out_from_their_paper(colour: str) -> None:
    assert theme.contrast(colour, LIGHT.paper) >= 4.5


@pytest.mark.parametrize("colour", LIGHT.regions.values())
def test_lines_of_the_light_theme_stand_out_enough_for_a_graphic(colour: str) -> None:
    assert theme.contrast(colour, LIGHT.paper) >= 3


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_label_is_readable_whatever_the_colour_of_its_line(is_dark: bool) -> None:
    palette = theme.palette(is_dark)
    for colour in [*palette.regions.values(), *palette.licences.values(), palette.grey]:
        assert theme.contrast(theme.readable(colour, is_dark), palette.paper) >= 4.5


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_the_colorway_has_ten_real_colours(palette: Palette) -> None:
    assert len(palette.colorway) == 10
    assert palette.colorway[:5] == tuple(palette.regions.values())
    assert all(len(colour) == 7 and colour.startswith("#") for colour in palette.colorway)


def test_light_colours_dashes_and_markers_are_the_agreed_ones() -> None:
    assert LIGHT.regions["China"] == "#A63A1E"
    assert LIGHT.regions["United States"] == "#1F66AD"
    assert LIGHT.licences["open"] == "#1B5E20"
    assert LIGHT.weights == {"open": "#1B5E20", "closed": "#2B2B3A"}
    assert theme.REGION_DASHES["Europe"] == "longdash"
    assert len(set(theme.REGION_MARKERS.values())) == 5


def test_no_type_is_smaller_than_twelve_pixels_and_the_projector_is_read_from_the_back() -> None:
    for sizes in theme.SIZES.values():
        assert min(sizes.title, sizes.subtitle, sizes.label, sizes.source) >= 12
    assert (theme.SIZES["projector"].label, theme.SIZES["projector"].source) == (28, 24)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
