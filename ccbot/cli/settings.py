"""``settings``: every variable, its value and its meaning."""

import argparse
import json
from typing import TYPE_CHECKING

from ccbot import settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser("settings", help="list the settings, their values and meanings")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(handler=_settings)


def _settings(arguments: argparse.Namespace) -> int:
    settings.load()
    environment = settings.environment()
    rows = [
        {
            "variable": name,
            "value": environment.get(name, default),
            "default": default,
            "help": text,
        }
        for name, default, text in settings.variables()
    ]
    for row in rows:
        if row["variable"] == "CCBOT_DATABASE_URL" or row["variable"] == "CCBOT_ARI_URL":
            row["value"] = "(set)" if row["value"] else ""
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        print(f"{row['variable']:24} {row['value'] or '-':18} {row['help']}")
    return 0
