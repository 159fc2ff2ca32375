"""The report: runs, their medians, and how one compares with the others, as a table."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Figures = Mapping[str, Any]
"""Of one run, or the medians of several."""
Run = Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """`path` leads to a figure. Of some the larger is the better one."""

    title: str
    path: tuple[str, ...]
    digits: int
    larger_is_better: bool = False


def interleaved(runs: Mapping[str, Run], repeats: int) -> dict[str, Any]:
    """All once, then all once more: whatever else the computer does meanwhile, it does to all of them."""
    figures: dict[str, list[dict[str, Any]]] = {name: [] for name in runs}
    for repeat in range(repeats):
        for name, run in runs.items():
            figures[name].append(run())
            print(f"{repeat + 1}/{repeats} {name}", file=sys.stderr, flush=True)
    return {name: {"runs": done, "median": medians(done)} for name, done in figures.items()}


def medians(runs: Sequence[Figures]) -> dict[str, Any]:
    """Of each figure by itself."""
    return {name: _median([run[name] for run in runs]) for name in runs[0]}


def _median(values: Sequence[Any]) -> Any:
    return medians(values) if isinstance(values[0], Mapping) else median(values)


def table(
    title: str, results: Mapping[str, Figures], *, columns: Sequence[Column], others: Sequence[Column], best: str
) -> str:
    """A row of medians for each, then how many times better `best` is than each other; of `others` no ratio is told."""
    middle = {name: result["median"] for name, result in results.items()}
    rows = [[title, *(column.title for column in (*columns, *others))]]
    rows += [[name, *(_shown(column, figures) for column in (*columns, *others))] for name, figures in middle.items()]
    for name in middle if best in middle else ():
        if name != best:
            ratios = [_ratio(column, middle[best], middle[name]) for column in columns]
            rows.append([f"{best} : {name}", *(f"{ratio:.2f} x" for ratio in ratios), *("" for _ in others)])
    return _markdown(rows)


def _ratio(column: Column, ours: Figures, theirs: Figures) -> float:
    """Above 1 where ours is better."""
    better, worse = _figure(column, ours), _figure(column, theirs)
    return better / worse if column.larger_is_better else worse / better


def _figure(column: Column, figures: Figures) -> float:
    found: Any = figures
    for name in column.path:
        found = found[name]
    return float(found)


def _shown(column: Column, figures: Figures) -> str:
    return f"{_figure(column, figures):,.{column.digits}f}"


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    """As docs/benchmarks.md has it."""
    head, *body = (" | ".join(row) for row in rows)
    rule = " | ".join(["---", *("---:" for _ in rows[0][1:])])
    return "\n".join(f"| {line} |" for line in (head, rule, *body))
