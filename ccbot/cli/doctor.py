"""``doctor``: what commonly goes wrong, what of it is so here, and how to mend it."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from ccbot import settings
from ccbot.cli.tables import print_json, print_table
from ccbot.clock import SystemClock
from ccbot.doctor.finding import Finding, Level

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

CALLS_MAX = 100_000
WORST_FIRST = (Level.WRONG, Level.WARNING, Level.UNSEEN, Level.GOOD)


def register(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser("doctor", help="say what is wrong around here, and how to mend it")
    parser.add_argument(
        "--calls",
        type=_calls,
        metavar="N",
        help="so many calls at once have to be carried; default: as many as Asterisk lets in",
    )
    parser.add_argument(
        "--per-second",
        type=_pace,
        metavar="N",
        help="so many new calls a second; default: as if each lasted a minute",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(handler=_doctor)


def _calls(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= CALLS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of calls from 1 to {CALLS_MAX}")
    return int(text)


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = -1.0
    if not 0 <= pace <= CALLS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of calls from 0 to {CALLS_MAX}")
    return pace


def _doctor(arguments: argparse.Namespace) -> int:
    from ccbot.doctor.rounds import examine  # noqa: PLC0415 - other commands start faster

    findings = asyncio.run(
        examine(
            settings.load(),
            SystemClock(),
            calls=arguments.calls,
            per_second=arguments.per_second,
        )
    )
    findings.sort(key=lambda finding: WORST_FIRST.index(finding.level))
    if arguments.json:
        print_json(findings)
    else:
        print_table(("level", "check", "finding"), [_row(one) for one in findings])
    return 1 if any(one.level is Level.WRONG for one in findings) else 0


def _row(finding: Finding) -> tuple[str, str, str]:
    mend = f". To mend it: {finding.mend}" if finding.mend else ""
    return finding.level.value, finding.check, finding.says + mend
