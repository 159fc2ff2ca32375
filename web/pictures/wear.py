"""Pictures of shoes and bags."""

from web.pictures.colors import INK, METAL, PAPER, Palette
from web.pictures.pens import box, disc, line, shadow, shape


def sneakers(c: Palette) -> list[str]:
    laces = [line(f"M{148 + 17 * n} {126 + 13 * n} L{168 + 17 * n} {112 + 13 * n}", PAPER, 6) for n in range(3)]
    return [
        shadow(240, 116),
        shape(
            "M58 116 C76 128 96 126 110 106 L146 104 C166 146 206 166 246 172 C266 176 274 "
            "194 272 212 H52 C44 176 50 140 58 116 Z",
            c.main,
        ),
        shape("M58 116 C76 128 96 126 110 106 L118 152 L54 166 C54 146 54 130 58 116 Z", c.dark),
        line("M124 200 C142 196 166 184 184 166", c.light, 10),
        *laces,
        shape("M50 204 H274 C280 222 272 234 258 234 H62 C50 234 46 220 50 204 Z", PAPER),
        line("M54 216 H270", c.dark, 4),
    ]


def boots(c: Palette) -> list[str]:
    return [
        shadow(276, 108),
        shape(
            "M96 54 H178 L182 176 C206 188 240 190 252 214 C258 228 256 240 256 246 H92 C90 190 98 120 96 54 Z", c.main
        ),
        shape("M94 50 H180 V72 H94 Z", c.dark),
        line("M178 110 L152 116 M179 132 L154 138 M180 154 L156 160", PAPER, 5),
        line("M182 178 C164 186 150 200 148 222", c.dark, 4),
        shape("M90 240 H258 V262 H168 L160 254 H136 V270 H90 Z", INK),
        line("M86 88 C72 84 72 60 94 58", c.dark, 6),
    ]


def heels(c: Palette) -> list[str]:
    return [
        shadow(252, 118),
        shape(
            "M62 96 C84 104 98 108 110 130 C136 172 184 204 246 212 C266 214 276 224 272 236 C236 246 186 244 152 "
            "224 C122 206 108 178 90 160 L82 246 H70 C70 190 54 134 62 96 Z",
            c.main,
        ),
        shape(
            "M62 96 C84 104 98 108 110 130 C126 156 150 178 178 192 C150 196 116 178 92 150 C74 132 62 116 62 96 Z",
            c.dark,
        ),
        line("M200 222 C224 230 248 232 268 230", c.light, 5),
    ]


def loafers(c: Palette) -> list[str]:
    return [
        shadow(236, 118),
        shape(
            "M54 128 C84 144 112 142 134 124 C156 142 196 150 238 166 C266 178 274 196 "
            "270 212 H50 C46 180 46 152 54 128 Z",
            c.main,
        ),
        shape("M54 128 C84 144 112 142 134 124 L146 132 C132 160 86 172 51 158 C51 146 52 138 54 128 Z", c.darker),
        shape("M136 130 C158 142 184 150 204 156 L184 196 C160 192 140 178 124 158 Z", c.light),
        shape("M152 150 L194 168 L188 184 L144 164 Z", c.dark),
        shape("M48 206 H272 V218 C272 226 266 230 258 230 H120 L112 222 H100 V232 H48 Z", INK),
    ]


def backpack(c: Palette) -> list[str]:
    return [
        shadow(278, 88),
        line("M132 66 C132 34 188 34 188 66", c.darker, 10),
        box(62, 150, 30, 96, c.dark, 14),
        box(228, 150, 30, 96, c.dark, 14),
        shape("M84 140 C84 40 236 40 236 140 V250 C236 266 226 272 214 272 H106 C94 272 84 266 84 250 Z", c.main),
        shape("M84 132 C110 152 210 152 236 132 V144 C210 166 110 166 84 144 Z", c.dark),
        box(108, 184, 104, 70, c.light, 12),
        line("M110 206 H210", c.dark, 5),
        line("M186 206 V222", METAL, 6),
        box(150, 138, 20, 34, c.darker, 4),
        box(147, 160, 26, 14, METAL, 3),
    ]


def handbag(c: Palette) -> list[str]:
    return [
        shadow(268, 104),
        line("M104 132 C104 30 216 30 216 132", c.dark, 11),
        shape("M74 128 H246 L264 250 C264 260 258 264 250 264 H70 C62 264 56 260 56 250 Z", c.main),
        shape("M72 128 H248 L254 168 C210 206 110 206 66 168 Z", c.dark),
        box(144, 180, 32, 26, "#d9b44a", 5),
        disc(160, 193, 4, INK),
        line("M66 246 H254", c.dark, 3),
    ]


def tote(c: Palette) -> list[str]:
    return [
        shadow(278, 92),
        line("M116 130 C112 20 150 20 150 122", c.dark, 9),
        line("M170 122 C170 20 208 20 204 130", c.dark, 9),
        shape("M72 116 H248 L238 266 C238 272 234 274 230 274 H90 C86 274 82 272 82 266 Z", c.main),
        line("M74 130 H246", c.dark, 4),
        shape(
            "M160 232 C112 200 118 162 142 164 C152 165 158 172 160 180 C162 172 168 "
            "165 178 164 C202 162 208 200 160 232 Z",
            c.darker,
        ),
    ]


def suitcase(c: Palette) -> list[str]:
    return [
        shadow(270, 120),
        line("M124 96 V66 C124 60 128 56 134 56 H186 C192 56 196 60 196 66 V96", c.darker, 10),
        box(48, 92, 224, 168, c.main, 18),
        box(82, 92, 22, 168, c.dark),
        box(216, 92, 22, 168, c.dark),
        box(80, 148, 26, 20, METAL, 4),
        box(214, 148, 26, 20, METAL, 4),
        shape("M128 130 H192 V176 H128 Z", PAPER),
        line("M138 146 H182 M138 160 H170", c.main, 5),
        line("M62 226 H258", c.light, 4),
    ]
