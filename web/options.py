"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option(help="Folder for the data; SWAPSHOP_DATA or ./data otherwise.")]
Shop = Annotated[str | None, typer.Option("--url", help="Of the shop; that of the data folder otherwise.")]
Email = Annotated[str | None, typer.Option(envvar="SWAPSHOP_EMAIL", help="Who follows.")]
Password = Annotated[str | None, typer.Option(envvar="SWAPSHOP_PASSWORD", help="Better in the environment.")]
Token = Annotated[str | None, typer.Option(envvar="SWAPSHOP_TOKEN", help="An access token instead.")]
After = Annotated[str | None, typer.Option(help="A cursor to go on from; the end of the log otherwise.")]
