"""A plot with a logarithmic axis, as an SVG of a few lines: nothing to install."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 40, 48
# Apart in lightness too, and each line named at its end: no legend to match by colour.
COLOURS = ("#1d4ed8", "#0f766e", "#64748b")


@dataclass(frozen=True)
class Series:
    """One line: its name, and points (x, y)."""

    name: str
    points: Sequence[tuple[float, float]]


def log_plot(title: str, across: str, upwards: str, series: Sequence[Series]) -> str:
    """Return the plot: x by powers of ten, y from 0."""
    xs = [x for each in series for x, _ in each.points]
    first, last = log10(min(xs)), log10(max(xs))
    top = _rounded(max(y for each in series for _, y in each.points))

    def at(x: float, y: float) -> tuple[float, float]:
        across_by = (log10(x) - first) / (last - first)
        return (
            LEFT + across_by * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM),
        )

    lines = [*_frame(title, across, upwards), *_grid(at, int(first), int(last), top)]
    for colour, each in zip(COLOURS, series, strict=False):
        lines += _line(each, [at(x, y) for x, y in each.points], colour)
    return "\n".join([*lines, "</svg>", ""])


def _rounded(value: float) -> float:
    step = 10 ** int(log10(value))
    return (int(value / step) + 1) * step


def _frame(title: str, across: str, upwards: str) -> list[str]:
    fonts = 'font-family="sans-serif" font-size="12" fill="#0f172a"'
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {fonts}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 12}">{escape(across)}</text>',
        f'<text transform="translate(16 {HEIGHT - BOTTOM}) rotate(-90)">{escape(upwards)}</text>',
    ]


def _grid(at: object, first: int, last: int, top: float) -> list[str]:
    assert callable(at)
    lines = []
    for part in range(5):
        value = top * part / 4
        x, y = at(10**first, value)
        end, _ = at(10**last, value)
        lines.append(f'<path d="M{x:.0f} {y:.0f}H{end:.0f}" stroke="#cbd5e1"/>')
        lines.append(f'<text x="{x - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{value:g}</text>')
    for power in range(first, last + 1):
        x, y = at(10**power, 0)
        label = f"{10**power:,}"
        lines.append(f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{label}</text>')
    return lines


def _line(series: Series, places: Sequence[tuple[float, float]], colour: str) -> list[str]:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    x, y = places[-1]
    return [
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places),
        f'<text x="{x + 10:.0f}" y="{y + 4:.0f}" fill="{colour}">{escape(series.name)}</text>',
    ]
