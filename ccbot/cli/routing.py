"""``routing``: the document that says who hears what, and who is asked for whom."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ccbot import settings
from ccbot.cli.errors import UsageFault
from ccbot.core import routing_document
from ccbot.store.routing_file import RoutingFault, present, read

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser("routing", help="show or check the routing document")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    show = actions.add_parser("show", help="print the document")
    show.set_defaults(handler=_show)
    check = actions.add_parser("check", help="say what is wrong with a document")
    check.add_argument("file", type=Path, nargs="?", help="default: the centre's own")
    check.set_defaults(handler=_check)
    schema = actions.add_parser("schema", help="print the JSON Schema")
    schema.set_defaults(handler=_schema)


def _document() -> Path:
    return present(settings.load().home)


def _show(_arguments: argparse.Namespace) -> int:
    print(_document().read_text(encoding="utf-8"), end="")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file or _document()
    try:
        document = read(path)
    except RoutingFault as fault:
        raise UsageFault(str(fault)) from None
    groups = ", ".join(document.groups)
    print(f"{path} is valid: groups {groups}")
    for look in routing_document.what_looks_wrong(document):
        print(f"  {look}")
    return 0


def _schema(_arguments: argparse.Namespace) -> int:
    print(json.dumps(routing_document.schema(), ensure_ascii=False, indent=2))
    return 0
