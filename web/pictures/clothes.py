"""Pictures of clothes."""

from web.pictures.colors import PAPER, Palette
from web.pictures.pens import box, disc, line, oval, shape

BODY = "M112 70 L66 96 L40 158 L78 176 L92 146 V270 H228 V146 L242 176 L280 158 L254 96 L208 70 "
LONG = "M112 66 L72 86 L42 226 L80 236 L98 150 V266 H222 V150 L240 236 L278 226 L248 86 L208 66 "


def t_shirt(c: Palette) -> list[str]:
    return [
        shape(BODY + "C190 98 130 98 112 70 Z", c.main),
        shape("M92 146 L78 176 L92 190 Z M228 146 L242 176 L228 190 Z", c.dark),
        line("M112 70 C130 98 190 98 208 70", c.dark, 8),
        disc(160, 168, 30, c.light),
        shape("M160 150 L165 163 L179 164 L168 172 L172 186 L160 178 L148 186 L152 172 L141 164 L155 163 Z", c.dark),
    ]


def shirt(c: Palette) -> list[str]:
    buttons = [disc(160, y, 4.5, c.dark) for y in (140, 170, 200, 230)]
    return [
        shape(LONG + "L160 96 Z", c.main),
        line("M160 104 V266", c.dark, 3),
        shape("M124 60 L160 98 L138 124 L110 70 Z", c.light),
        shape("M196 60 L160 98 L182 124 L210 70 Z", c.light),
        line("M124 60 L160 98 L138 124 L110 70", c.dark, 3),
        line("M196 60 L160 98 L182 124 L210 70", c.dark, 3),
        box(180, 146, 30, 34, c.light, 3),
        line("M180 154 H210", c.dark, 3),
        line("M46 210 L84 220 M274 210 L236 220", c.dark, 3),
        *buttons,
    ]


def jumper(c: Palette) -> list[str]:
    return [
        shape(LONG + "C190 92 130 92 112 66 Z", c.main),
        line("M112 66 C130 92 190 92 208 66", c.dark, 12),
        box(98, 148, 124, 16, c.light),
        box(98, 178, 124, 16, c.light),
        box(98, 248, 124, 18, c.dark),
        shape("M45 212 L83 222 L80 236 L42 226 Z M275 212 L237 222 L240 236 L278 226 Z", c.dark),
    ]


def jacket(c: Palette) -> list[str]:
    return [
        shape(LONG + "L160 84 Z", c.main),
        shape("M112 66 L160 84 L134 128 L104 92 Z M208 66 L160 84 L186 128 L216 92 Z", c.dark),
        line("M160 86 V266", c.darker, 4),
        box(112, 150, 34, 32, c.light, 4),
        box(174, 150, 34, 32, c.light, 4),
        shape("M112 150 H146 V158 L129 168 L112 158 Z M174 150 H208 V158 L191 168 L174 158 Z", c.dark),
        box(98, 246, 124, 20, c.dark),
        *[disc(168, y, 4.5, PAPER) for y in (132, 164, 196, 228)],
    ]


def coat(c: Palette) -> list[str]:
    return [
        shape(
            "M116 46 L76 66 L52 214 L88 222 L100 140 L88 284 H232 L220 140 L232 222 L268 214 L244 66 L204 46 Z", c.main
        ),
        shape("M120 44 L160 132 L136 124 L106 62 Z M200 44 L160 132 L184 124 L214 62 Z", c.dark),
        shape("M130 46 L160 110 L190 46 Z", c.darker),
        line("M160 132 V284", c.dark, 4),
        line("M104 210 H138 M182 210 H216", c.dark, 6),
        *[disc(x, y, 5, c.darker) for x in (148, 172) for y in (156, 186)],
    ]


def dress(c: Palette) -> list[str]:
    dots = [(140, 210), (176, 196), (120, 244), (160, 240), (200, 236), (150, 100), (172, 120)]
    return [
        line("M128 44 V78 M192 44 V78", c.dark, 8),
        shape(
            "M122 70 C146 92 174 92 198 70 L204 126 L192 152 L244 266 C190 284 130 284 76 266 L128 152 L116 126 Z",
            c.main,
        ),
        shape("M127 148 H193 L197 164 H123 Z", c.dark),
        *[disc(x, y, 6, c.light) for x, y in dots],
    ]


def skirt(c: Palette) -> list[str]:
    pleats = [line(f"M{120 + 20 * n} 94 L{84 + 38 * n} 262", c.dark, 4) for n in range(5)]
    return [
        shape("M108 84 H212 L256 256 C200 276 120 276 64 256 Z", c.main),
        *pleats,
        box(104, 66, 112, 28, c.dark, 5),
        box(152, 70, 18, 20, c.light, 3),
    ]


def trousers(c: Palette) -> list[str]:
    return [
        shape("M104 46 H216 L236 280 H178 L160 120 L142 280 H84 Z", c.main),
        shape("M103 46 H217 L219 68 H101 Z", c.dark),
        line("M160 68 V122", c.dark, 4),
        line("M101 74 C104 96 116 102 132 104 M219 74 C216 96 204 102 188 104", c.light, 4),
        line("M86 266 H143 M177 266 H234", c.light, 5),
        disc(160, 57, 6, c.light),
    ]


def shorts(c: Palette) -> list[str]:
    return [
        shape("M92 84 H228 L256 226 H176 L160 156 L144 226 H64 Z", c.main),
        shape("M91 84 H229 L233 106 H87 Z", c.dark),
        line("M160 106 V158", c.dark, 4),
        line("M148 100 C144 120 140 126 136 138 M172 100 C176 120 180 126 184 138", PAPER, 4),
        line("M67 212 H147 M173 212 H253", c.light, 5),
    ]


def scarf(c: Palette) -> list[str]:
    fringe = [line(f"M{x} 262 V280", c.main, 5) for x in range(112, 158, 11)]
    return [
        *fringe,
        shape("M178 120 L214 236 L176 246 L150 140 Z", c.dark),
        shape("M104 120 H164 L162 264 H106 Z", c.main),
        shape("M84 96 C84 56 236 56 236 96 C236 146 84 146 84 96 Z", c.main),
        shape("M112 92 C120 74 200 74 208 92 C196 108 124 108 112 92 Z", c.darker),
        box(105, 166, 58, 16, c.light),
        box(105, 220, 58, 16, c.light),
        line("M134 136 V262", c.light, 5),
        line("M98 116 C130 138 190 138 222 116", c.light, 5),
    ]


def hat(c: Palette) -> list[str]:
    ribs = [line(f"M{x} 196 V228", c.main, 5) for x in range(90, 240, 20)]
    return [
        disc(160, 78, 26, c.light),
        shape("M74 204 C74 60 246 60 246 204 Z", c.main),
        line("M120 196 C120 140 132 110 148 98 M200 196 C200 140 188 110 172 98 M160 196 V96", c.dark, 4),
        box(64, 190, 192, 44, c.dark, 16),
        *ribs,
        oval(152, 70, 8, 6, PAPER),
    ]
