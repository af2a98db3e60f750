"""A chart inside somebody else's page."""

from html import escape

from charts.chart import Drawn
from charts.provenance import NAME, address, permalink

WIDTH, HEIGHT = 800, 620  # pixels; the page inside follows whatever width it is given


def embed_address(drawn: Drawn, public_url: str | None = None) -> str:
    """The page that is made to stand in a frame, with these filters and this release."""
    return address(drawn, f"embed/{drawn.chart.id}", public_url)


def embed_code(drawn: Drawn, public_url: str | None = None, width: int | None = None, height: int = HEIGHT) -> str:
    """HTML to paste: a frame with a name that screen readers say, and a link for where frames are taken out."""
    inside = escape(embed_address(drawn, public_url), quote=True)
    link, title = escape(permalink(drawn, public_url), quote=True), escape(drawn.title, quote=True)
    wide = f"{width}" if width else "100%"
    return (
        f'<iframe src="{inside}" title="{title}" width="{wide}" height="{height}" loading="lazy" '
        'style="border:0;max-width:100%" referrerpolicy="no-referrer"></iframe>\n'
        f'<p><a href="{link}">{title}</a>, {escape(NAME)}, release {escape(drawn.release_id)}</p>'
    )
