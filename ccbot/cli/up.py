"""``up``, ``serve``, ``part`` and ``migrate``: the centre itself."""

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
    part = commands.add_parser("part", help="run one part of the centre, for containers and units")
    part.add_argument("name", choices=("asterisk", "postgres", "ccbot"))
    part.add_argument("--check", action="store_true", help="only say whether it runs (status 0)")
    part.set_defaults(handler=_part)
    migrate = commands.add_parser("migrate", help="bring the database to the present schema")
    migrate.set_defaults(handler=_migrate)


def _up(_arguments: argparse.Namespace) -> int:
    from ccbot.embedded.supervisor import supervise  # noqa: PLC0415 - other commands start faster

    return supervise(settings.load())


def _serve(_arguments: argparse.Namespace) -> int:
    from ccbot.app import run  # noqa: PLC0415 - other commands start faster

    return run(settings.load())


def _part(arguments: argparse.Namespace) -> int:
    from ccbot.embedded import parts  # noqa: PLC0415 - other commands start faster
    from ccbot.embedded.process import StartFault  # noqa: PLC0415

    own = settings.load()
    if arguments.check:
        try:
            return 0 if asyncio.run(parts.answers(own, arguments.name)) else 1
        except FileNotFoundError:
            return 1  # no secrets: it was never started
    try:
        if arguments.name == "asterisk":
            parts.run_asterisk(own)
        if arguments.name == "postgres":
            parts.run_postgres(own)
        serving = parts.prepare_serving(own)
    except StartFault as fault:
        raise Fault(str(fault)) from None
    from ccbot.app import run  # noqa: PLC0415 - the other parts do without

    return run(serving.settings, serving.beside)


def _migrate(_arguments: argparse.Namespace) -> int:
    from ccbot.embedded.migrate import migrate  # noqa: PLC0415 - other commands start faster
    from ccbot.embedded.process import StartFault  # noqa: PLC0415

    try:
        said = asyncio.run(migrate(database_url(settings.load())))
    except StartFault as fault:
        raise Fault(str(fault)) from None
    print(said or "nothing to do")
    return 0
