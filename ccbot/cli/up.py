"""``up``, ``serve`` and ``migrate``: the centre itself."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from ccbot import settings
from ccbot.cli.database import database_url
from ccbot.cli.errors import Fault

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: "Commands") -> None:
    """Add the commands."""
    up = commands.add_parser("up", help="run the whole centre in the foreground")
    up.set_defaults(handler=_up)
    serve = commands.add_parser("serve", help="run ccbot alone, beside an Asterisk and a Postgres")
    serve.set_defaults(handler=_serve)
    migrate = commands.add_parser("migrate", help="bring the database to the present schema")
    migrate.set_defaults(handler=_migrate)


def _up(_arguments: argparse.Namespace) -> int:
    from ccbot.embedded.supervisor import supervise  # noqa: PLC0415 - other commands start faster

    return supervise(settings.load())


def _serve(_arguments: argparse.Namespace) -> int:
    from ccbot.app import run  # noqa: PLC0415 - other commands start faster

    return run(settings.load())


def _migrate(_arguments: argparse.Namespace) -> int:
    from ccbot.embedded.migrate import migrate  # noqa: PLC0415 - other commands start faster
    from ccbot.embedded.process import StartFault  # noqa: PLC0415

    try:
        said = asyncio.run(migrate(database_url(settings.load())))
    except StartFault as fault:
        raise Fault(str(fault)) from None
    print(said or "nothing to do")
    return 0
