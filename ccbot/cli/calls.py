"""``calls list|show|why``: the call log."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

import asyncpg

from ccbot.cli.database import read_settings, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.tables import print_json, print_table
from ccbot.cli.why import tell_why
from ccbot.core.ids import CallId
from ccbot.core.kinds import TransferKind
from ccbot.core.records.transfers import TransferEnd, TransferRow
from ccbot.store.pool import Pool, connection
from ccbot.store.sql import sql
from ccbot.store.told import transfers_of

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
    async def fetch(pool: Pool) -> _Told:
        async with connection(pool) as connected:
            return _Told(
                await connected.fetchrow(sql("get_call"), arguments.call),
                await connected.fetch(sql("get_segments"), arguments.call),
                await transfers_of(connected, CallId(arguments.call)),
                await connected.fetch(sql("get_quality"), arguments.call),
            )

    call, segments, handed_on, legs = with_database(read_settings(), fetch)
    if call is None:
        raise Fault(
            f"there is no call {arguments.call!r} in the log: `calls list` shows the newest; a "
            "call is there when it has ended"
        )
    if arguments.json:
        stages = [dict(segment) for segment in segments]
        transfers = [asdict(one) for one in handed_on]
        quality = [dict(leg) for leg in legs]
        print_json({**call, "segments": stages, "transfers": transfers, "quality": quality})
        return 0
    rows = [(name, _text(value)) for name, value in call.items()]
    print_table(rows[0], rows[1:])
    print()
    print_table(
        ("", "stage", "from (s)", "for (s)", "group", "agent", "ended by"),
        [_stage(segment, call["entered_at"]) for segment in segments],
    )
    for one in handed_on:
        print()
        print("\n".join(_transfer(one, call["entered_at"])))
    if legs:
        print()
        head = ("voice", "line", "at (s)", "lost", "jitter", "MES")
        print_table(head, [_leg(leg, call["entered_at"]) for leg in legs])
    return 0


def _leg(leg: asyncpg.Record, entered_at: datetime) -> tuple[str, ...]:
    return (
        leg["whose"],
        leg["line"],
        f"{(leg['measured_at'] - entered_at).total_seconds():.0f}",
        f"{leg['loss_percent']} %",
        f"{leg['jitter_ms']:.1f} ms",
        "" if leg["mes"] is None else f"{leg['mes']:.0f}",
    )


class _Told(NamedTuple):
    call: asyncpg.Record | None
    segments: Sequence[asyncpg.Record]
    transfers: Sequence[TransferRow]
    legs: Sequence[asyncpg.Record]


ENDS = {
    TransferEnd.COMPLETED: "{taken_by} has her",
    TransferEnd.CONFERENCE: "all three talked, {taken_by} too, and nobody took her over",
    TransferEnd.BACK: "given up: she was to stay with {sender}",
    TransferEnd.FAILED: "it failed: {why}",
    TransferEnd.CALLER_LEFT: "she hung up before anybody had her",
    TransferEnd.NOBODY_CAME: "nobody came: {why}",
}
"""What became of a transfer, in words."""


def _transfer(one: TransferRow, entered_at: datetime) -> list[str]:
    asked_s = (one.asked_at - entered_at).total_seconds()
    ended_s = (one.ended_at - entered_at).total_seconds()
    told = [
        f"transfer {one.transfer_no}: after {asked_s:.3f} s, {one.sender} wanted "
        f"{'to talk first with' if one.kind is TransferKind.CONSULT else 'to hand her on to'} "
        f"{one.to_agent or one.to_group}"
    ]
    if one.reason is not None:
        told.append(f"  why: {_words(one.reason)}")
    if one.note:
        told.append(f"  note: {one.note}")
    became = ENDS[one.ended_as].format(
        sender=one.sender, taken_by=one.taken_by, why=_words(one.why)
    )
    return [*told, f"  after {ended_s:.3f} s: {became}"]


def _words(value: str) -> str:
    return value.replace("_", " ")


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
