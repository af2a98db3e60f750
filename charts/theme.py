"""How every picture looks: colours that never change their meaning, sizes, fonts, and the Plotly template made of them.

Light colours were chosen together with their dashes and markers, so that neither print in grey nor colour blindness
loses a line. The dark ones are the same hues on dark paper: each at least 4.5:1 against it, and apart from each other
by at least 15 in CIELAB also for deuteranopes and protanopes (tests/charts/test_theme.py computes both).
"""

from dataclasses import dataclass, replace
from functools import cache

import plotly.graph_objects as go

FONT = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
REGION_DASHES = {
    "China": "solid",
    "United States": "solid",
    "Europe": "longdash",
    "Other": "dashdot",
    "Unattributed": "dot",
}
REGION_MARKERS = {
    "China": "circle",
    "United States": "square",
    "Europe": "diamond",
    "Other": "triangle-up",
    "Unattributed": "x",
}
GLYPHS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "x": "✕"}
WEIGHTS_MARKERS = {"open": "circle", "closed": "square"}
# WCAG 2.2 for text: level AA; and AAA for what is read from the back of a room.
TEXT_CONTRAST, PROJECTOR_CONTRAST = 4.5, 7.0


@dataclass(frozen=True)
class Palette:
    """The colours of one theme; the keys of the dictionaries are the words of the tables."""

    paper: str
    ink: str
    second_ink: str
    grid: str
    accent: str
    grey: str
    regions: dict[str, str]
    licences: dict[str, str]
    neutrals: tuple[str, ...]

    @property
    def weights(self) -> dict[str, str]:
        """Open against closed weights, where only these two stand."""
        return {"open": self.licences["open"], "closed": self.licences["closed"]}

    @property
    def colorway(self) -> tuple[str, ...]:
        """Ten colours, as Streamlit needs: five regions, then neutral steps."""
        return (*self.regions.values(), *self.neutrals)


LIGHT = Palette(
    paper="#FBFAF7",
    ink="#1B1F23",
    second_ink="#54595E",
    grid="#E2DFD7",
    accent="#1F4E79",
    grey="#8E9296",
    regions={
        "China": "#A63A1E",
        "United States": "#1F66AD",
        "Europe": "#4C9F70",
        "Other": "#B8860B",
        "Unattributed": "#4D4D4D",
    },
    licences={
        "open": "#1B5E20",
        "responsible-use": "#6AA84F",
        "community": "#D08C00",
        "non-commercial": "#8E2C6B",
        "closed": "#2B2B3A",
        "unclassified": "#8A8A8A",
    },
    neutrals=("#6B6F73", "#83878A", "#9A9DA0", "#B2B4B6", "#C9CBCC"),
)
DARK = Palette(
    paper="#14171A",
    ink="#ECEAE4",
    second_ink="#B4B8BC",
    grid="#30363C",
    accent="#8CB8E0",
    grey="#7F858B",
    regions={
        "China": "#E8714F",
        "United States": "#5B9BDF",
        "Europe": "#7FD1A3",
        "Other": "#E3B341",
        "Unattributed": "#9BA0A5",
    },
    licences={
        "open": "#A6E9AC",
        "responsible-use": "#5E9E50",
        "community": "#E3A72F",
        "non-commercial": "#E070C8",
        "closed": "#DCDCE6",
        "unclassified": "#85858A",
    },
    neutrals=("#C3C6C9", "#AEB2B5", "#999DA1", "#85898D", "#787C80"),
)


@dataclass(frozen=True)
class Size:
    """Where a picture is seen. Pixels; `width` is what text is wrapped to, the picture itself follows its place."""

    width: int
    height: int
    title: int
    subtitle: int
    label: int
    source: int
    line: float
    marker: float
    gridlines: int
    dates: int
    event_gap: int  # least distance between two events; 0 = no events


SIZES = {
    "page": Size(1000, 460, 18, 14, 13, 12, 2.4, 7, 5, 7, 110),
    "small": Size(250, 190, 13, 12, 12, 12, 2.2, 5, 3, 2, 0),
    "phone": Size(340, 440, 16, 13, 13, 12, 2.2, 6, 4, 3, 0),
    "projector": Size(1780, 690, 34, 28, 28, 24, 5, 14, 5, 6, 260),
}


@cache
def palette(dark: bool, size: str = "page") -> Palette:
    """The colours of the light or the dark theme; on a projector the quiet ink is stronger."""
    colours = DARK if dark else LIGHT
    return replace(colours, second_ink=readable(colours.second_ink, dark, size)) if size == "projector" else colours


@cache
def template(dark: bool, size: str) -> go.layout.Template:
    """What all figures of one size share: paper, type, quiet axes, ten colours."""
    colours, sizes = palette(dark, size), SIZES[size]
    axis = {
        "showline": False,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"size": sizes.label, "color": colours.second_ink},
        "fixedrange": True,
        "automargin": False,
    }
    hover = {
        "bgcolor": colours.paper,
        "bordercolor": colours.grid,
        "font": {"size": max(sizes.label, 13), "color": colours.ink},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": sizes.label, "color": colours.ink},
            "paper_bgcolor": colours.paper,
            "plot_bgcolor": colours.paper,
            "colorway": colours.colorway,
            "showlegend": False,
            "hoverlabel": {**hover, "align": "left"},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "gridcolor": colours.grid, "gridwidth": 1},
            "dragmode": False,
        }
    )


def readable(colour: str, dark: bool, size: str = "page") -> str:
    """The colour for text: moved towards the ink until it has 4.5:1 against the paper, 7:1 on a projector."""
    colours, parts = DARK if dark else LIGHT, 0
    wanted = PROJECTOR_CONTRAST if size == "projector" else TEXT_CONTRAST
    while contrast(text := mixed(colour, colours.ink, parts / 20), colours.paper) < wanted and parts < 20:
        parts += 1
    return text


def mixed(colour: str, other: str, part: float) -> str:
    """`colour` with a part (0 to 1) of another."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * part):02X}" for mine, theirs in pairs)


def faded(colour: str, opacity: float) -> str:
    """The colour as rgba, for bands and watermarks."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{opacity})"


def contrast(colour: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.2, 1 to 21."""
    darker, lighter = sorted((_luminance(colour), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def linear(channel: int) -> float:
    """Light of an sRGB channel (0 to 255), 0 to 1."""
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
