"""``report day|group|agent``: the numbers of one day, on the screen or as a file."""

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ccbot.cli import report_files
from ccbot.cli.database import read_settings, with_database
from ccbot.cli.days import past_day
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.report_sheets import Lang, Sheet, as_json, groups, sheet
from ccbot.cli.routing import live_document
from ccbot.cli.tables import print_json, print_table
from ccbot.clock import SystemClock
from ccbot.core.metrics.access import Limits
from ccbot.core.metrics.day import Frame
from ccbot.core.routing_document import RoutingDocument
from ccbot.settings import Settings
from ccbot.store.days import NoSuchRevisionError, Told, tell
from ccbot.store.pool import Pool, connection

VIEWS = ("day", "group", "agent")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``report`` to the command line."""
    parser = commands.add_parser("report", help="the numbers of a day: service, agents, surveys")
    parser.add_argument("view", nargs="?", choices=VIEWS, default="day",
                        help="day (the centre), group or agent (one line each)")  # fmt: skip
    parser.add_argument("--day", default="today", metavar="YYYY-MM-DD",
                        help="which day; or today (so far), or yesterday")  # fmt: skip
    parser.add_argument("--group", metavar="KEY", help="all metrics of this group")
    parser.add_argument("--agent", metavar="NUMBER", help="all metrics of this agent")
    parser.add_argument("--revision", type=int, metavar="N", help="what was told of it before")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="words (zh)")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--csv", metavar="FILE", help="write a CSV file that Excel opens")
    output.add_argument("--xlsx", metavar="FILE", help="write an Excel file")
    output.add_argument("--json", action="store_true", help="print JSON, with all counts")
    parser.set_defaults(handler=_report)


def _report(arguments: argparse.Namespace) -> int:
    view, key = _view(arguments)
    settings, now = read_settings(), SystemClock().now()
    document = live_document(settings)
    frame = _frame(document, arguments.day, now)
    told = _told(settings, frame, now, arguments.revision)
    if arguments.group is not None and arguments.group not in {*document.groups, *groups(told)}:
        known = ", ".join(document.groups)
        raise UsageFault(f"--group {arguments.group}: there is no such group; there are {known}")
    lang: Lang = arguments.lang
    if arguments.json:
        print_json(as_json(told, view, key))
        return 0
    made = sheet(told, view, key, lang)
    if arguments.csv is not None:
        _written(arguments.csv, made, report_files.csv_bytes)
    elif arguments.xlsx is not None:
        _written(arguments.xlsx, made, report_files.xlsx_bytes)
    else:
        _print(made)
    return 0


def _view(arguments: argparse.Namespace) -> tuple[str, str | None]:
    """Which view, and whose numbers if it is one group's or agent's."""
    group, agent = arguments.group, arguments.agent
    if group is not None and agent is not None:
        raise UsageFault("--group and --agent: give one of them")
    if "" in {group, agent}:
        raise UsageFault("--group or --agent: is empty")
    view = "group" if group else "agent" if agent else arguments.view
    if arguments.view not in {"day", view}:
        raise UsageFault(f"report {arguments.view} knows no --{view}: say report {view}")
    return view, group or agent


def _frame(document: RoutingDocument, day: str, now: datetime) -> Frame:
    wanted = past_day(day, now, document.time_zone)
    metrics = document.metrics
    limits = Limits(
        answer_within_ms=round(metrics.answer_within_s * 1000),
        short_abandon_ms=round(metrics.short_abandon_s * 1000),
    )
    return Frame(day=wanted, time_zone=document.time_zone, limits=limits)


def _told(settings: Settings, frame: Frame, now: datetime, revision: int | None) -> Told:
    async def ask(pool: Pool) -> Told:
        async with connection(pool) as connected:
            return await tell(connected, frame, now, revision)

    try:
        return with_database(settings, ask)
    except NoSuchRevisionError:
        raise Fault(f"{frame.day} was never told by a revision {revision}") from None


def _written(path: str, made: Sheet, encode: Callable[[Sheet], bytes]) -> None:
    try:
        Path(path).write_bytes(encode(made))
    except OSError as problem:
        raise Fault(f"{path} cannot be written: {problem.strerror}") from None
    print("\n".join([path, *made.notes]))


def _print(made: Sheet) -> None:
    print(made.title)
    for note in made.notes:
        print(note)
    print()
    if made.rows:
        print_table(made.head, [[made.text(cell) for cell in row] for row in made.rows])
    else:
        print(made.empty)
