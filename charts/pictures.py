"""The standard pictures of a chart: which there are, in which size, and a figure with the margin that a file needs."""

from dataclasses import dataclass

import plotly.graph_objects as go

from charts import theme


@dataclass(frozen=True)
class Picture:
    """A form of picture: the size that the chart is drawn for, then the pixels of the file."""

    ending: str  # of the file's name, after the chart's id
    size: str  # of theme.SIZES: how large type and lines are
    width: int
    height: int
    layout_width: int  # the same room in the pixels that the figure is laid out in
    layout_height: int
    margin: int

    @property
    def scale(self) -> float:
        """Pixels of the file for one of the layout."""
        return self.width / self.layout_width


_PAGE, _EDGE = theme.SIZES["page"], 20
_WIDE, _HIGH = _PAGE.width + 2 * _EDGE, _PAGE.height + 2 * _EDGE
PICTURES: tuple[Picture, ...] = (
    Picture(".png", "page", _WIDE, _HIGH, _WIDE, _HIGH, _EDGE),
    Picture("@3x.png", "page", 3 * _WIDE, 3 * _HIGH, _WIDE, _HIGH, _EDGE),
    # For feeds on a phone: large type, and every line of the source.
    Picture("-square.png", "phone", 1080, 1080, 464, 464, 12),
    # What messengers and networks show beside a link (Open Graph): drawn as for a projector, so that it is read small.
    Picture("-social.png", "projector", 1200, 630, 1860, 977, 40),
)


def framed(figure: go.Figure, picture: Picture) -> go.Figure:
    """The figure as large as the picture, with a margin of paper on all sides: on a page the page is the margin."""
    margin, more = figure.layout.margin, picture.margin
    wider = {side: (getattr(margin, side) or 0) + more for side in ("l", "r", "t", "b")}
    copy = go.Figure(figure)
    copy.update_layout(width=picture.layout_width, height=picture.layout_height, margin=wider)
    return copy
