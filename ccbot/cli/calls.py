"""``calls list|show|why``: the call log."""

import argparse
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from ccbot.cli.database import read_settings, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.tables import print_json, print_table
from ccbot.cli.why import tell_why
from ccbot.store.pool import Pool, connection
from ccbot.store.sql import sql

LIST_MAX = 10_000


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``calls`` to the command line."""
    parser = commands.add_parser("calls", help="the call log")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list the newest calls")
    listed.add_argument("--limit", type=int, default=20, metavar="N", help="how many (20)")
    shown = actions.add_parser("show", help="show one call with its stages")
    shown.add_argument("call", help="its call_id")
    told = actions.add_parser("why", help="tell why one call was served by whom, and when")
    told.add_argument("call", help="its call_id")
    for action, handler in ((listed, _list), (shown, _show), (told, tell_why)):
        action.add_argument("--json", action="store_true", help="print JSON")
        action.set_defaults(handler=handler)


def _list(arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.limit <= LIST_MAX:
        raise UsageFault(f"--limit {arguments.limit}: must lie between 1 and {LIST_MAX}")

    async def fetch(pool: Pool) -> Sequence[asyncpg.Record]:
        async with connection(pool) as connected:
            found: Sequence[asyncpg.Record]
            found = await connected.fetch(sql("list_calls"), arguments.limit)
            return found

    calls = with_database(read_settings(), fetch)
    if arguments.json:
        print_json([dict(call) for call in calls])
    elif calls:
        head = ("call", "entered (UTC)", "caller", "group", "outcome", "wait", "talk", "agents",
                "survey", "callback of", "flags")  # fmt: skip
        print_table(head, [_line(call) for call in calls])
    else:
        print("no calls yet")
    return 0


def _line(call: asyncpg.Record) -> tuple[str, ...]:
    score = call["survey_score"]
    return (
        call["call_id"],
        f"{call['entered_at']:%Y-%m-%d %H:%M:%S}",
        call["caller_masked"],
        call["last_group"] or "",
        call["outcome"],
        f"{call['wait_ms'] / 1000:.1f} s",
        f"{call['talk_ms'] / 1000:.1f} s",
        " ".join(call["agents"]),
        call["survey_status"] if score is None else str(score),
        call["callback_of"] or "",
        " ".join(call["flags"]),
    )


def _show(arguments: argparse.Namespace) -> int:
    async def fetch(pool: Pool) -> tuple[asyncpg.Record | None, Sequence[asyncpg.Record]]:
        async with connection(pool) as connected:
            return (
                await connected.fetchrow(sql("get_call"), arguments.call),
                await connected.fetch(sql("get_segments"), arguments.call),
            )

    call, segments = with_database(read_settings(), fetch)
    if call is None:
        raise Fault(
            f"there is no call {arguments.call!r} in the log: `calls list` shows the newest; a "
            "call is there when it has ended"
        )
    if arguments.json:
        print_json({**call, "segments": [dict(segment) for segment in segments]})
        return 0
    rows = [(name, _text(value)) for name, value in call.items()]
    print_table(rows[0], rows[1:])
    print()
    print_table(
        ("", "stage", "from (s)", "for (s)", "group", "agent", "ended by"),
        [_stage(segment, call["entered_at"]) for segment in segments],
    )
    return 0


def _stage(segment: asyncpg.Record, entered_at: datetime) -> tuple[str, ...]:
    started_at, ended_at = segment["started_at"], segment["ended_at"]
    return (
        str(segment["seq"]),
        segment["kind"],
        f"{(started_at - entered_at).total_seconds():.3f}",
        f"{(ended_at - started_at).total_seconds():.3f}",
        segment["group_key"] or "",
        segment["agent"] or "",
        segment["ended_by"],
    )


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            return " ".join(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case _:
            return str(value)
