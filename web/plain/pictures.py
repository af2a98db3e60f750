"""The drawings of a plain page: one for wide windows, one for narrow ones, both on light and on dark paper."""

import re
from collections.abc import Callable

from markupsafe import Markup

from charts import catalogue
from charts.catalogue import Drawn
from charts.drawing import scene, svg
from charts.theme import SIZES
from warehouse.connect import Release

PAINTED = re.compile(r'(fill|stroke)="(#[0-9A-F]{6}|rgb\(\d+,\d+,\d+\))"')
WAY, NOUGHT = re.compile(r' d="([^"]*)"'), re.compile(r"(?<![\d.])0\.")
# A light colour -> the same on dark paper. Filled as drawings need them; a test holds that no colour has two partners.
_PARTNERS: dict[str, str] = {}


def pictures(release: Release, drawn: Drawn) -> dict[str, Markup]:
    """`wide` and `narrow` as elements, one of which the browser shows; `night`: style rules for dark paper."""
    if drawn.finding.empty:
        return {"wide": Markup(""), "narrow": Markup(""), "night": Markup("")}
    phone = catalogue.redraw(release, drawn, size="phone")
    wide = element(drawn, "page", "wide-")
    narrow = element(phone, "phone", "narrow-")
    night = night_rules([wide, narrow], lambda: _dark(release, drawn))
    # The drawing escapes every text in it; the rules hold colours only.
    return {"wide": Markup(wide), "narrow": Markup(narrow), "night": Markup(night)}  # noqa: S704


def element(drawn: Drawn, size: str, prefix: str) -> str:
    """The drawing as an element of a page; what is drawn is said to those who cannot see it."""
    drawing = scene(drawn.figure, SIZES[size].width)
    return tight(svg(drawing, title=drawn.title, description=drawn.finding.alternative, prefix=prefix))


def tight(drawing: str) -> str:
    """The same drawing in fewer letters: in a way no blank before a minus and no nought before a point."""
    return WAY.sub(lambda way: f' d="{NOUGHT.sub(".", way[1].replace(" -", "-"))}"', drawing)


def _dark(release: Release, drawn: Drawn) -> list[str]:
    return [element(catalogue.redraw(release, drawn, dark=True, size=size), size, "") for size in ("page", "phone")]


def night_rules(light_ones: list[str], dark_ones: Callable[[], list[str]]) -> str:
    """A style rule for each colour of the drawings; they are drawn dark only where a colour was never met before."""
    used = dict.fromkeys(PAINTED.findall("".join(light_ones)))
    if any(colour not in _PARTNERS for _, colour in used):
        for light, dark in zip(light_ones, dark_ones(), strict=True):
            _PARTNERS.update(partners(light, dark))
    return "".join(f'[{name}="{colour}"]{{{name}:{_PARTNERS.get(colour, colour)}}}' for name, colour in used)


def partners(light: str, dark: str) -> dict[str, str]:
    """Which colour of the dark drawing stands where which of the light one does; none where they differ in shape."""
    pairs = list(zip(PAINTED.findall(light), PAINTED.findall(dark), strict=False))
    is_same = len(pairs) == len(PAINTED.findall(light)) == len(PAINTED.findall(dark))
    return {ours[1]: theirs[1] for ours, theirs in pairs} if is_same else {}
