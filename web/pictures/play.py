"""Pictures of bicycles, toys, sport and music."""

from math import sqrt

from web.pictures.colors import INK, METAL, METAL_DARK, PAPER, WOOD, WOOD_DARK, Palette
from web.pictures.pens import box, disc, line, oval, ring, shadow, shape

STRINGS = range(-48, 49, 16)


def _reach(off: float, radius: float, other: float) -> float:
    """How far an ellipse goes to either side, so far off its middle; `other` is its radius in that direction."""
    return other * sqrt(1 - (off / radius) ** 2)


def _wheel(x: float, y: float, radius: float) -> list[str]:
    r = radius * 0.7
    spokes = f"M{x - radius:g} {y:g} H{x + radius:g} M{x:g} {y - radius:g} V{y + radius:g} "
    slanted = f"M{x - r:g} {y - r:g} L{x + r:g} {y + r:g} M{x - r:g} {y + r:g} L{x + r:g} {y - r:g}"
    return [line(spokes + slanted, METAL_DARK, 2), ring(x, y, radius, INK, 8), disc(x, y, 6, METAL_DARK)]


def city_bike(c: Palette) -> list[str]:
    return [
        shadow(264, 128),
        *_wheel(84, 208, 52),
        *_wheel(236, 208, 52),
        line("M84 208 L118 128 M84 208 H152 L222 128 M118 128 C130 176 180 176 220 128 M152 208 L112 110", c.main, 10),
        line("M236 208 L212 92", c.main, 10),
        line("M212 92 C208 78 188 78 180 88 M212 92 C220 84 226 84 232 86", INK, 8),
        shape("M84 104 C92 94 126 94 140 104 C136 114 100 116 84 104 Z", WOOD_DARK),
        line("M34 204 C36 148 86 140 116 160", c.dark, 7),
        disc(152, 208, 15, c.dark),
        line("M152 208 L166 228", INK, 6),
        line("M158 229 H176", INK, 6),
        shape("M226 96 H276 L268 132 H234 Z", WOOD),
        line("M230 108 H272 M233 120 H270", WOOD_DARK, 3),
    ]


def road_bike(c: Palette) -> list[str]:
    return [
        shadow(264, 128),
        *_wheel(82, 208, 54),
        *_wheel(238, 208, 54),
        line("M82 208 L122 122 H214 L150 208 Z M122 122 L150 208", c.main, 9),
        line("M238 208 L206 98", c.main, 9),
        line("M122 122 L116 104", METAL_DARK, 7),
        line("M92 102 H140", INK, 10),
        line("M206 98 H234 C254 98 254 128 232 126", INK, 8),
        disc(150, 208, 16, c.dark),
        line("M150 208 L138 230 M130 231 H148", INK, 6),
        line("M150 194 L82 200 M150 222 L82 214", METAL_DARK, 3),
    ]


def helmet(c: Palette) -> list[str]:
    return [
        line("M100 190 C110 240 150 262 168 262 M216 196 C206 236 184 260 168 262", INK, 7),
        box(154, 254, 28, 16, METAL_DARK, 5),
        shape(
            "M44 190 C40 80 150 40 224 84 C262 108 276 150 276 178 C276 188 268 192 258 190 "
            "C190 178 130 196 72 208 C54 210 44 204 44 190 Z",
            c.main,
        ),
        shape("M104 172 C104 128 124 102 152 92 L160 104 C136 118 126 142 126 168 Z", c.darker),
        shape("M156 164 C156 130 170 112 190 102 L200 114 C186 126 178 142 178 162 Z", c.darker),
        shape("M210 164 C212 144 222 132 232 126 L240 140 C236 148 232 156 232 166 Z", c.darker),
        line("M46 192 C120 178 196 166 274 180", c.dark, 6),
    ]


def teddy(c: Palette) -> list[str]:
    return [
        shadow(284, 96),
        disc(108, 66, 28, c.main),
        disc(212, 66, 28, c.main),
        disc(108, 66, 15, c.light),
        disc(212, 66, 15, c.light),
        oval(84, 192, 26, 44, c.dark),
        oval(236, 192, 26, 44, c.dark),
        oval(160, 212, 72, 68, c.main),
        oval(160, 220, 44, 44, c.light),
        oval(104, 266, 36, 24, c.dark),
        oval(216, 266, 36, 24, c.dark),
        disc(160, 112, 68, c.main),
        oval(160, 134, 32, 26, c.light),
        oval(160, 122, 12, 9, INK),
        line("M160 130 V142 M160 142 C154 150 146 150 142 146 M160 142 C166 150 174 150 178 146", INK, 4),
        disc(134, 98, 8, INK),
        disc(186, 98, 8, INK),
        disc(136, 96, 2.5, PAPER),
        disc(188, 96, 2.5, PAPER),
    ]


def train(c: Palette) -> list[str]:
    wheels = [disc(x, 232, r, INK) for x, r in ((86, 24), (148, 24), (228, 32))]
    hubs = [disc(x, 232, 9, "#f0c33c") for x in (86, 148, 228)]
    return [
        shadow(266, 128),
        disc(86, 44, 14, PAPER),
        disc(110, 30, 10, PAPER),
        shape("M64 74 H104 L98 134 H70 Z", c.darker),
        box(44, 122, 150, 84, c.main, 26),
        box(84, 122, 14, 84, c.dark),
        box(138, 122, 14, 84, c.dark),
        shape("M120 122 C120 100 148 100 148 122 Z", "#f0c33c"),
        box(186, 82, 84, 124, c.dark, 8),
        box(176, 66, 104, 20, c.main, 8),
        box(204, 102, 48, 42, "#cfe4f0", 6),
        box(40, 200, 240, 18, WOOD_DARK, 6),
        *wheels,
        *hubs,
    ]


def blocks(c: Palette) -> list[str]:
    return [
        shadow(274, 116),
        box(56, 182, 84, 84, "#c8443f", 8),
        box(146, 182, 84, 84, "#3f6fa8", 8),
        box(102, 94, 84, 84, c.main, 8),
        shape("M244 266 L270 182 L296 266 Z", "#4c8a5b"),
        shape("M98 204 L118 246 H78 Z", PAPER),
        ring(188, 224, 20, PAPER, 9),
        box(126, 118, 36, 36, PAPER, 3),
        shape("M108 90 L144 46 L180 90 Z", "#e07b39"),
    ]


def kite(c: Palette) -> list[str]:
    return [
        line("M160 214 C150 240 190 252 176 284", METAL_DARK, 4),
        shape("M160 34 L246 120 L160 218 Z", c.main),
        shape("M160 34 L74 120 L160 218 Z", c.dark),
        shape("M160 34 L246 120 H160 Z", c.light),
        line("M160 34 V218 M74 120 H246", PAPER, 4),
        shape("M146 236 L166 244 L148 254 Z M186 240 L166 244 L184 256 Z", "#c8443f"),
        shape("M162 268 L180 272 L166 284 Z M198 268 L180 272 L196 284 Z", "#f0c33c"),
    ]


def ball(c: Palette) -> list[str]:
    return [
        shadow(272, 84),
        disc(160, 160, 106, PAPER),
        shape("M160 54 C120 90 112 130 160 160 C208 130 200 90 160 54 Z", c.main),
        shape("M68 212 C118 222 152 206 160 160 C112 138 78 158 54 162 C55 180 60 198 68 212 Z", "#f0c33c"),
        shape("M252 212 C202 222 168 206 160 160 C208 138 242 158 266 162 C265 180 260 198 252 212 Z", "#3f6fa8"),
        disc(160, 160, 14, PAPER),
    ]


def skateboard(c: Palette) -> list[str]:
    return [
        shadow(246, 130),
        shape(
            "M24 138 C40 132 52 160 74 166 H246 C268 160 280 132 296 138 C304 144 276 "
            "190 250 190 H70 C44 190 16 144 24 138 Z",
            c.main,
        ),
        line("M70 178 H250", c.light, 6),
        box(74, 190, 48, 16, METAL, 4),
        box(198, 190, 48, 16, METAL, 4),
        *[disc(x, 220, 20, INK) for x in (82, 114, 206, 238)],
        *[disc(x, 220, 8, "#f0c33c") for x in (82, 114, 206, 238)],
    ]


def guitar(c: Palette) -> list[str]:
    return [
        '<g transform="rotate(32 160 160)">',
        box(151, 20, 18, 140, WOOD_DARK, 3),
        box(143, -6, 34, 44, c.darker, 6),
        *[disc(x, y, 4, METAL) for x in (140, 180) for y in (4, 18, 30)],
        shape(
            "M160 138 C190 126 214 142 208 168 C204 184 206 192 218 210 C240 248 212 286 160 286 C108 286 80 "
            "248 102 210 C114 192 116 184 112 168 C106 142 130 126 160 138 Z",
            c.main,
        ),
        disc(160, 204, 26, c.dark),
        disc(160, 204, 20, INK),
        box(134, 250, 52, 12, WOOD_DARK, 4),
        line("M154 24 V252 M160 24 V252 M166 24 V252", METAL, 2),
        "</g>",
    ]


def racket(c: Palette) -> list[str]:
    strings = [line(f"M{160 + x} {126 - _reach(x, 60, 74):g} V{126 + _reach(x, 60, 74):g}", PAPER, 3) for x in STRINGS]
    across = [line(f"M{160 - _reach(y, 74, 60):g} {126 + y} H{160 + _reach(y, 74, 60):g}", PAPER, 3) for y in STRINGS]
    return [
        '<g transform="rotate(24 160 160)">',
        *strings,
        *across,
        f'<ellipse cx="160" cy="126" rx="64" ry="78" fill="none" stroke="{c.main}" stroke-width="13"/>',
        line("M136 200 L154 232 M184 200 L166 232", c.main, 10),
        box(148, 226, 24, 78, WOOD_DARK, 8),
        "</g>",
        disc(72, 244, 26, "#d7e04a"),
        line("M54 230 C70 238 76 252 70 268", PAPER, 4),
    ]
