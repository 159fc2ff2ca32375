"""Colors of pictures: each has its shades, and a ground that it stands out from on a light and on a dark page."""

from dataclasses import dataclass

INK, PAPER = "#2f3640", "#fdfaf4"
WOOD, WOOD_DARK = "#c08a55", "#96663a"
METAL, METAL_DARK = "#b9c2cc", "#8893a0"

WARM, COOL, ROSE, MINT, SAND, NIGHT = "#f3e3cd", "#d6e4ee", "#f4dcdc", "#d9eadb", "#eee7d8", "#8fa3b5"


@dataclass(frozen=True, slots=True)
class Palette:
    """What one thing is drawn with."""

    main: str
    ground: str

    @property
    def dark(self) -> str:
        return mixed(self.main, "#1b1f27", 0.24)

    @property
    def darker(self) -> str:
        return mixed(self.main, "#1b1f27", 0.45)

    @property
    def light(self) -> str:
        return mixed(self.main, "#ffffff", 0.3)


PALETTES = {
    "beige": Palette("#d8bd94", COOL),
    "black": Palette("#3b3f4a", WARM),
    "blue": Palette("#3f6fa8", WARM),
    "brown": Palette("#8a5a3b", SAND),
    "burgundy": Palette("#8b2f45", ROSE),
    "cream": Palette("#f1e6cf", NIGHT),
    "green": Palette("#4c8a5b", SAND),
    "grey": Palette("#8d96a3", WARM),
    "mustard": Palette("#d29f2f", COOL),
    "navy": Palette("#2d4370", SAND),
    "olive": Palette("#7a7f45", SAND),
    "orange": Palette("#e07b39", COOL),
    "pink": Palette("#e08aa3", MINT),
    "purple": Palette("#7a5a9e", SAND),
    "red": Palette("#c8443f", COOL),
    "teal": Palette("#2f8583", WARM),
    "white": Palette("#f6f4ef", NIGHT),
    "yellow": Palette("#f0c33c", COOL),
}


def mixed(one: str, other: str, share: float) -> str:
    """A color with so much of another in it."""
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
