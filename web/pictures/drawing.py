"""Drawing: the picture of a kind of article in a color, as an SVG that stands for itself."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from web.pictures import clothes, gadgets, home, play, wear
from web.pictures.colors import PALETTES, Palette
from web.pictures.pens import box

SIZE = 320

MODULES = (clothes, wear, home, gadgets, play)
KINDS: Mapping[str, Callable[[Palette], list[str]]] = {
    name.replace("_", "-"): draw
    for module in MODULES
    for name, draw in vars(module).items()
    if not name.startswith("_") and getattr(draw, "__module__", "") == module.__name__
}
"""By name, e.g. `t-shirt`: all that these modules draw."""


@lru_cache(maxsize=1_000)
def picture(name: str) -> str | None:
    """Of a name like `t-shirt-blue`: a kind and a color; None for a name that is not one."""
    kind, _, color = name.rpartition("-")
    if kind not in KINDS or color not in PALETTES:
        return None
    palette = PALETTES[color]
    marks = "".join([box(0, 0, SIZE, SIZE, palette.ground), *KINDS[kind](palette)])
    box_ = f'viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box_}>{marks}</svg>'
