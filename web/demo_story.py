"""The demonstration's story: each step with its time, as it happens."""

from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape


@dataclass(frozen=True, slots=True)
class Story:
    console: Console

    def tell(self, what: str, ms: float | None = None) -> None:
        after = "" if ms is None else f" [cyan]{ms:.1f} ms[/]"
        self.console.print(f"[bold green]✓[/] {escape(what)}{after}", highlight=False)

    def fail(self, why: str) -> None:
        self.console.print(f"[bold red]✗[/] {escape(why)}")
