"""``database``: prints the URL of the centre's Postgres; and how other commands reach it."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
import msgspec

from ccbot.cli.errors import Fault, UsageFault
from ccbot.embedded import centre_file
from ccbot.embedded.centre_file import CentreFile
from ccbot.settings import Settings, SettingsError, load
from ccbot.store.pool import AWAY, Pool, open_pool

T = TypeVar("T")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``database`` to the command line."""
    parser = commands.add_parser("database", help="print the URL of the centre's Postgres")
    parser.set_defaults(handler=_print_url)


def _print_url(_arguments: argparse.Namespace) -> int:
    print(database_url(read_settings()))
    return 0


def read_settings() -> Settings:
    """The settings; what is wrong with them is bad input."""
    try:
        return load()
    except SettingsError as problem:
        raise UsageFault(str(problem)) from None


def running_centre(home: Path) -> CentreFile | None:
    """The centre that runs in this home; none if none does."""
    try:
        return centre_file.read(home)
    except (OSError, msgspec.DecodeError) as problem:
        raise Fault(f"{home}/run/centre.json: {problem}: start script/up again") from None


def database_url(settings: Settings) -> str:
    """``CCBOT_DATABASE_URL``, else that of the running centre."""
    if settings.database_url:
        return settings.database_url
    centre = running_centre(settings.home)
    if centre is None:
        raise Fault(
            f"no centre runs in {settings.home}: start script/up first, or set CCBOT_DATABASE_URL"
        )
    return centre.database_url


def with_database(settings: Settings, work: Callable[[Pool], Awaitable[T]]) -> T:
    """Do the work on the centre's Postgres; one line when it is not there."""
    url = database_url(settings)

    async def run() -> T:
        async with open_pool(url) as pool:
            return await work(pool)

    try:
        return asyncio.run(run())
    except asyncpg.exceptions.ClientConfigurationError as problem:
        raise UsageFault(f"CCBOT_DATABASE_URL cannot be used: {problem}") from None
    except asyncpg.DataError as problem:
        why = " ".join(str(problem).split())
        raise UsageFault(f"Postgres cannot be asked for that: {why}") from None
    except AWAY as problem:
        why = str(problem) or type(problem).__name__
        raise Fault(
            f"Postgres does not serve ({' '.join(why.split())}): start script/up first, or mend "
            "CCBOT_DATABASE_URL"
        ) from None
