"""Pictures of electronics and books."""

from web.pictures.colors import INK, METAL, METAL_DARK, PAPER, WOOD, WOOD_DARK, Palette
from web.pictures.pens import box, disc, line, ring, shadow, shape


def radio(c: Palette) -> list[str]:
    slots = [line(f"M{x} 146 V222", c.dark, 6) for x in range(74, 160, 15)]
    return [
        shadow(262, 120),
        line("M232 100 L268 34", METAL_DARK, 6),
        line("M92 108 C92 66 228 66 228 108", c.darker, 10),
        box(44, 104, 232, 148, c.main, 18),
        box(58, 120, 112, 118, c.light, 10),
        *slots,
        box(184, 124, 78, 38, PAPER, 6),
        line("M192 150 H254 M204 150 V138 M222 150 V134 M240 150 V138", INK, 3),
        line("M228 130 V156", "#c8443f", 4),
        disc(223, 204, 26, c.dark),
        disc(223, 204, 15, METAL),
        line("M223 204 L232 192", INK, 4),
    ]


def camera(c: Palette) -> list[str]:
    return [
        shadow(252, 120),
        shape("M118 96 L130 68 H190 L202 96 Z", METAL_DARK),
        box(66, 82, 36, 18, METAL_DARK, 5),
        box(224, 84, 28, 14, "#c8443f", 5),
        box(44, 96, 232, 146, c.main, 18),
        box(44, 96, 232, 34, METAL, 14),
        box(44, 116, 232, 16, METAL),
        disc(160, 178, 58, c.darker),
        disc(160, 178, 46, METAL_DARK),
        disc(160, 178, 36, INK),
        disc(160, 178, 20, "#3f6fa8"),
        disc(148, 166, 8, PAPER),
        box(218, 142, 40, 24, c.light, 4),
    ]


def headphones(c: Palette) -> list[str]:
    return [
        line("M74 190 C62 46 258 46 246 190", c.dark, 18),
        line("M88 128 C104 74 216 74 232 128", c.light, 7),
        box(48, 164, 54, 96, c.main, 24),
        box(218, 164, 54, 96, c.main, 24),
        box(88, 170, 24, 84, c.darker, 12),
        box(208, 170, 24, 84, c.darker, 12),
        disc(70, 212, 10, c.light),
        disc(250, 212, 10, c.light),
    ]


def turntable(c: Palette) -> list[str]:
    return [
        shadow(270, 124),
        box(36, 76, 248, 188, WOOD, 12),
        box(36, 244, 248, 20, WOOD_DARK, 8),
        disc(136, 160, 76, INK),
        ring(136, 160, 60, "#4a515c", 3),
        ring(136, 160, 46, "#4a515c", 3),
        disc(136, 160, 28, c.main),
        disc(136, 160, 5, PAPER),
        disc(244, 110, 20, METAL),
        line("M244 110 L246 186 L206 212", METAL_DARK, 8),
        box(194, 204, 26, 14, INK, 4),
        disc(250, 222, 9, c.main),
    ]


def laptop(c: Palette) -> list[str]:
    return [
        shadow(254, 130),
        box(70, 74, 180, 134, c.darker, 12),
        box(80, 84, 160, 112, "#e6f0f6", 5),
        box(94, 98, 60, 38, "#7fb0d3", 4),
        line("M168 104 H226 M168 120 H212 M94 152 H226 M94 168 H190", METAL_DARK, 5),
        shape("M64 204 H256 L288 240 C288 248 282 250 276 250 H44 C38 250 32 248 32 240 Z", c.main),
        shape("M78 212 H242 L250 224 H70 Z", c.dark),
        box(134, 230, 52, 10, c.dark, 4),
    ]


def console(c: Palette) -> list[str]:
    return [
        shadow(240, 130),
        box(28, 94, 264, 136, c.main, 46),
        box(102, 108, 116, 106, INK, 10),
        box(110, 116, 100, 90, "#a9d8c0", 4),
        shape("M110 206 V176 L138 152 L160 176 L182 158 L210 182 V206 Z", "#4c8a5b"),
        disc(190, 136, 9, "#f0c33c"),
        box(50, 152, 40, 13, INK, 3),
        box(63.5, 138.5, 13, 40, INK, 3),
        disc(244, 144, 11, "#c8443f"),
        disc(264, 172, 11, c.light),
        line("M52 200 H84 M236 204 H268", c.dark, 5),
    ]


def telephone(c: Palette) -> list[str]:
    return [
        shadow(266, 112),
        shape("M104 132 H216 L262 246 C262 256 256 260 250 260 H70 C64 260 58 256 58 246 Z", c.main),
        shape(
            "M52 116 C52 62 268 62 268 116 V138 C268 146 262 150 254 150 H226 C218 150 214 144 214 136 V122 C190 110 "
            "130 110 106 122 V136 C106 144 102 150 94 150 H66 C58 150 52 146 52 138 Z",
            c.dark,
        ),
        disc(160, 196, 48, PAPER),
        *[
            disc(160 + x, 196 + y, 8, c.main)
            for x, y in ((0, -32), (28, -16), (28, 16), (0, 32), (-28, 16), (-28, -16))
        ],
        disc(160, 196, 14, c.dark),
    ]


def book(c: Palette) -> list[str]:
    return [
        shadow(278, 88),
        shape("M84 52 C84 44 90 40 98 40 H232 V272 H98 C90 272 84 266 84 258 Z", c.dark),
        box(96, 244, 136, 20, PAPER),
        line("M100 254 H230", "#d8d2c4", 3),
        shape("M84 52 C84 44 90 40 98 40 H232 V240 H98 C90 240 84 248 84 256 Z", c.main),
        box(84, 44, 18, 200, c.dark),
        box(122, 72, 90, 54, c.light, 4),
        line("M136 92 H198 M146 108 H188", c.darker, 6),
        disc(167, 178, 26, c.light),
        shape("M167 158 L173 172 L188 173 L176 183 L180 198 L167 190 L154 198 L158 183 L146 173 L161 172 Z", c.darker),
        shape("M196 40 H214 V88 L205 78 L196 88 Z", "#d9b44a"),
    ]


def books(c: Palette) -> list[str]:
    return [
        shadow(270, 112),
        box(58, 218, 204, 46, c.main, 8),
        box(238, 224, 24, 34, PAPER, 3),
        box(84, 218, 12, 46, c.light),
        box(74, 176, 172, 42, "#d29f2f", 8),
        box(74, 182, 20, 30, PAPER, 3),
        line("M128 197 H206", PAPER, 6),
        box(66, 132, 184, 44, c.dark, 8),
        box(230, 138, 20, 32, PAPER, 3),
        box(92, 132, 10, 44, "#d9b44a"),
        shape("M84 118 L216 84 L224 112 L92 132 Z", c.light),
        shape("M88 122 L218 90 L221 102 L90 130 Z", PAPER),
    ]
