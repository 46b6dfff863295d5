"""``followups list|done``: what somebody has to see to after a call."""

import argparse
import re
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from ccbot.cli.database import read_settings, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.tables import print_json, print_table
from ccbot.clock import SystemClock
from ccbot.store.pool import Pool, connection
from ccbot.store.sql import sql

LIST_MAX = 1_000
"""So many tasks are listed at most, the most urgent first."""
NOTE_CHARS_MAX = 1_000


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``followups`` to the command line."""
    parser = commands.add_parser("followups", help="tasks that calls left behind")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list the open tasks, the most urgent first")
    listed.add_argument("--all", action="store_true", help="those that are done, too")
    listed.set_defaults(handler=_list)
    done = actions.add_parser("done", help="a task is done")
    done.add_argument("id", help="its number in the list")
    done.add_argument("--note", default="", metavar="TEXT", help="what came of it")
    done.set_defaults(handler=_done)
    for action in (listed, done):
        action.add_argument("--json", action="store_true", help="print JSON")


def _list(arguments: argparse.Namespace) -> int:
    async def fetch(pool: Pool) -> Sequence[asyncpg.Record]:
        async with connection(pool) as connected:
            found: Sequence[asyncpg.Record]
            found = await connected.fetch(sql("list_follow_ups"), arguments.all, LIST_MAX)
            return found

    tasks = with_database(read_settings(), fetch)
    if arguments.json:
        print_json([dict(task) for task in tasks])
    elif tasks:
        now = SystemClock().now()
        head = ("id", "due (UTC)", "", "why", "call", "caller", "agent", "score", "recording",
                "note")  # fmt: skip
        print_table(head, [_line(task, now) for task in tasks])
    else:
        print("no tasks" if arguments.all else "no open tasks")
    return 0


def _line(task: asyncpg.Record, now: datetime) -> tuple[str, ...]:
    overdue = "overdue" if task["due_at"] < now else ""
    return (
        str(task["id"]),
        f"{task['due_at']:%Y-%m-%d %H:%M}",
        overdue if task["done_at"] is None else "done",
        task["kind"],
        task["call_id"],
        task["caller_masked"],
        task["last_agent"] or "",
        str(task["survey_score"] or ""),
        task["reason"] or "",
        task["note"],
    )


def _done(arguments: argparse.Namespace) -> int:
    number, note = _number(arguments.id), _note(arguments.note)

    async def finish(pool: Pool) -> tuple[int | None, asyncpg.Record | None]:
        async with connection(pool) as connected:
            now = SystemClock().now()
            return (
                await connected.fetchval(sql("finish_follow_up"), number, now, note),
                await connected.fetchrow(sql("get_follow_up"), number),
            )

    finished, task = with_database(read_settings(), finish)
    if task is None:
        raise Fault(f"there is no task {number}: `followups list` shows them")
    if finished is None:
        raise Fault(f"task {number} was done before, at {task['done_at']:%Y-%m-%d %H:%M} UTC")
    if arguments.json:
        print_json(dict(task))
    else:
        print(f"task {number} is done")
    return 0


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text):
        raise UsageFault(f"{text!r} is no task's number: `followups list` shows them")
    return int(text)


def _note(text: str) -> str:
    note = " ".join(text.split())
    if not note.isprintable():
        raise UsageFault("--note: has characters that cannot be printed")
    if len(note) > NOTE_CHARS_MAX:
        raise UsageFault(f"--note: is longer than {NOTE_CHARS_MAX} characters")
    return note
