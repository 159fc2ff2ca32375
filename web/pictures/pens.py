"""Pens: the few marks that all pictures are made of, as SVG. Attributes only, so that no page's policy stops them."""


def shape(d: str, fill: str) -> str:
    return f'<path d="{d}" fill="{fill}"/>'


def line(d: str, stroke: str, width: float = 5) -> str:
    round_ = 'stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width:g}" {round_}/>'


def box(x: float, y: float, width: float, height: float, fill: str, round_by: float = 0) -> str:
    corner = f' rx="{round_by:g}"' if round_by else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{corner} fill="{fill}"/>'


def disc(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def oval(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{wide:g}" ry="{high:g}" fill="{fill}"/>'


def ring(x: float, y: float, radius: float, stroke: str, width: float = 8) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'


def shadow(y: float = 274, wide: float = 100) -> str:
    """What a thing stands on."""
    return f'<ellipse cx="160" cy="{y:g}" rx="{wide:g}" ry="9" fill="#1b1f27" opacity=".14"/>'
