"""``ccbot``: one command for the centre; each subcommand is a module of its own."""

import argparse
import importlib
import sys

from ccbot.cli.errors import Fault, UsageFault
from ccbot.settings import SettingsError

COMMANDS = (
    "up",
    "doctor",
    "settings",
    "database",
    "agent",
    "user",
    "audit",
    "calls",
    "recordings",
    "followups",
    "report",
    "routing",
    "prompts",
    "call",
    "bench",
)
"""Modules of this package; each has a ``register``."""


def main(argv: list[str]) -> int:
    """Run one command; its exit status. Bad input is 2, a fault 1, each with one line."""
    parser = argparse.ArgumentParser(
        prog="ccbot", description="A call centre (话务中心) on Asterisk and Postgres."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"ccbot.cli.{name}").register(commands)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.handler(arguments) or 0)
    except (UsageFault, SettingsError) as fault:
        print(f"ccbot: {fault}", file=sys.stderr)
        return 2
    except Fault as fault:
        print(f"ccbot: {fault}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
