"""Running a command: its settings, its loop, and what is said when something that it needs is missing."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from domain.ports import Unavailable
from persistence.migrations import NewerSchema
from web import logs
from web.settings import NotReady, Settings


def read_settings(data: Path | None = None, **given: Any) -> Settings:
    """`given` are settings that an option has, in place of the environment's."""
    try:
        settings = Settings(**given)
    except ValidationError as fault:
        wrong = "\n".join(f"  SWAPSHOP_{str(one['loc'][0]).upper()}: {one['msg']}" for one in fault.errors())
        sys.exit(f"These settings cannot be used:\n{wrong}\n`swapshop config` explains each setting.")
    return settings.model_copy(update={"data": data}) if data else settings


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    def loop() -> None:
        if sys.platform == "win32":
            asyncio.run(work())
        else:
            import uvloop

            uvloop.run(work())

    guarded(loop)


def guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except (NotReady, NewerSchema) as missing:
        sys.exit(f"swapshop: {missing}")
    except (Unavailable, DBAPIError) as fault:
        told = str(fault.orig if isinstance(fault, DBAPIError) else fault).splitlines()[0]
        sys.exit(f"swapshop: the database cannot be used: {logs.without_secrets(told)}. Look further: swapshop doctor")
    except OSError as fault:
        sys.exit(f"swapshop: {fault}")
    except KeyboardInterrupt:
        sys.exit(130)
