"""Pictures of furniture and of what stands on it."""

from web.pictures.colors import INK, METAL_DARK, PAPER, WOOD, WOOD_DARK, Palette
from web.pictures.pens import box, disc, line, oval, shadow, shape


def chair(c: Palette) -> list[str]:
    return [
        shadow(284, 92),
        line("M104 56 V276 M104 174 V276", c.dark, 12),
        line("M216 56 V276", c.dark, 12),
        box(98, 46, 124, 22, c.main, 10),
        line("M132 68 V164 M160 68 V164 M188 68 V164", c.main, 9),
        line("M108 232 H212", c.dark, 7),
        shape("M88 164 H232 L240 188 H80 Z", c.light),
        box(80, 186, 160, 12, c.main, 4),
        line("M86 198 L80 280 M234 198 L240 280", c.main, 12),
    ]


def armchair(c: Palette) -> list[str]:
    return [
        shadow(280, 112),
        line("M84 250 L76 276 M236 250 L244 276", WOOD_DARK, 12),
        box(80, 58, 160, 160, c.main, 34),
        box(98, 78, 124, 100, c.light, 24),
        box(84, 172, 152, 50, c.light, 18),
        box(84, 206, 152, 48, c.main, 10),
        box(46, 136, 56, 118, c.dark, 26),
        box(218, 136, 56, 118, c.dark, 26),
        disc(134, 118, 4, c.dark),
        disc(186, 118, 4, c.dark),
        disc(160, 144, 4, c.dark),
    ]


def sofa(c: Palette) -> list[str]:
    return [
        shadow(256, 134),
        line("M62 230 L56 254 M258 230 L264 254", WOOD_DARK, 11),
        box(50, 96, 220, 110, c.main, 26),
        box(66, 152, 92, 48, c.light, 14),
        box(162, 152, 92, 48, c.light, 14),
        box(50, 190, 220, 44, c.main, 8),
        box(26, 136, 48, 98, c.dark, 22),
        box(246, 136, 48, 98, c.dark, 22),
        shape("M86 112 L130 124 L120 164 L76 152 Z", PAPER),
        line("M84 126 L122 136 M81 138 L119 148", c.dark, 4),
    ]


def table(c: Palette) -> list[str]:
    return [
        shadow(276, 112),
        line("M92 138 L72 270 M228 138 L248 270", c.dark, 13),
        box(86, 134, 148, 34, c.main, 4),
        box(40, 112, 240, 24, c.light, 8),
        box(124, 142, 72, 18, c.dark, 4),
        disc(160, 151, 4, PAPER),
        shape("M182 66 H214 L208 112 H188 Z", PAPER),
        line("M198 70 C196 40 180 36 172 30 M198 70 C200 44 212 40 222 36", "#4c8a5b", 6),
        oval(170, 30, 12, 7, "#5f9d6d"),
        oval(224, 36, 12, 7, "#4c8a5b"),
    ]


def lamp(c: Palette) -> list[str]:
    return [
        '<path d="M96 128 L56 272 H196 L176 152 Z" fill="#fff3c4" opacity=".7"/>',
        shadow(276, 92),
        oval(212, 262, 52, 14, c.darker),
        line("M212 258 L238 168 L166 90", c.dark, 9),
        disc(238, 168, 9, METAL_DARK),
        shape("M150 62 L188 96 C186 128 176 148 172 156 L90 122 C98 96 116 70 150 62 Z", c.main),
        shape("M90 122 L172 156 C156 168 96 146 90 122 Z", c.light),
    ]


def bookshelf(c: Palette) -> list[str]:
    colors = ("#c8443f", "#d29f2f", "#2f8583", "#2d4370", "#7a5a9e", "#e07b39", "#4c8a5b")
    rows = ((102, 62), (168, 128), (234, 194))
    books = [
        box(
            92 + 17 * n,
            top + 6 * (n * (n + row) % 3),
            14,
            floor - top - 6 * (n * (n + row) % 3),
            colors[(n + 3 * row) % 7],
            2,
        )
        for row, (floor, top) in enumerate(rows)
        for n in range(7 if row != 1 else 5)
    ]
    return [
        shadow(282, 92),
        box(74, 40, 172, 236, c.main, 6),
        *[box(86, top - 8, 148, floor - top + 8, c.dark) for floor, top in rows],
        *books,
        shape("M194 138 H222 L218 168 H198 Z", PAPER),
        line("M208 138 C206 128 200 126 196 122 M208 138 C210 130 216 128 220 124", "#a8d5b0", 5),
        box(86, 244, 148, 20, c.light, 3),
    ]


def dresser(c: Palette) -> list[str]:
    drawers = [box(72, y, 176, 44, c.light, 5) for y in (104, 156, 208)]
    knobs = [disc(x, y, 7, "#d9b44a") for y in (126, 178, 230) for x in (116, 204)]
    return [
        shadow(282, 112),
        line("M76 258 L70 280 M244 258 L250 280", WOOD_DARK, 12),
        box(58, 92, 204, 172, c.main, 6),
        box(50, 78, 220, 18, WOOD, 5),
        *drawers,
        *knobs,
    ]


def mirror(c: Palette) -> list[str]:
    return [
        shadow(280, 76),
        oval(160, 156, 92, 118, c.main),
        oval(160, 156, 80, 106, c.dark),
        oval(160, 156, 74, 100, "#dfeaf1"),
        line("M118 150 L168 94 M118 188 L196 102", PAPER, 9),
    ]


def clock(c: Palette) -> list[str]:
    marks = "M160 88 V98 M160 222 V232 M88 160 H98 M222 160 H232"
    return [
        disc(160, 160, 108, c.dark),
        disc(160, 160, 96, c.main),
        disc(160, 160, 80, PAPER),
        line(marks, INK, 6),
        line("M160 160 V112", INK, 7),
        line("M160 160 L196 182", INK, 7),
        disc(160, 160, 8, c.main),
    ]


def teapot(c: Palette) -> list[str]:
    return [
        shadow(256, 100),
        line("M226 140 C290 118 286 222 216 214", c.dark, 14),
        shape("M94 176 C66 176 62 140 36 132 L52 118 C84 122 92 140 104 150 Z", c.dark),
        oval(160, 184, 78, 66, c.main),
        box(116, 240, 88, 12, c.dark, 5),
        shape("M112 132 C120 102 200 102 208 132 Z", c.light),
        disc(160, 104, 10, c.dark),
        *[disc(x, y, 7, PAPER) for x, y in ((126, 188), (160, 176), (194, 188))],
        *[disc(x, y, 7, c.light) for x, y in ((143, 208), (177, 208))],
    ]


def vase(c: Palette) -> list[str]:
    return [
        shadow(278, 72),
        line("M160 120 C156 84 140 66 128 58 M160 120 V60 M160 120 C166 88 184 74 196 70", "#4c8a5b", 5),
        disc(126, 54, 15, "#e08aa3"),
        disc(160, 48, 16, "#f0c33c"),
        disc(198, 66, 14, "#c8443f"),
        *[disc(x, y, 5, PAPER) for x, y in ((126, 54), (160, 48), (198, 66))],
        shape(
            "M132 112 H188 C184 138 222 162 222 208 C222 250 196 270 188 272 H132 C124 270 "
            "98 250 98 208 C98 162 136 138 132 112 Z",
            c.main,
        ),
        shape("M102 190 C130 204 190 204 218 190 L222 212 C190 228 130 228 98 212 Z", c.light),
        line("M128 112 H192", c.dark, 9),
    ]
