"""Our Plotly figures as vector drawings, made without a browser: for plain pages, slides, SVG and PDF files.

Only what the figures of this project use is known; anything else raises NotDrawable and names it.
"""

from charts.drawing.pdf import PdfPage, pdf_file, pdf_pages
from charts.drawing.scene import NotDrawable, Scene, scene
from charts.drawing.svg import svg, svg_file

__all__ = ["NotDrawable", "PdfPage", "Scene", "pdf_file", "pdf_pages", "scene", "svg", "svg_file"]
