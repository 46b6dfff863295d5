"""``routing replay``: what a day would have been with another routing document."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ccbot.cli.database import read_settings, with_database
from ccbot.cli.days import past_day
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.tables import print_json, print_table
from ccbot.clock import SystemClock
from ccbot.core.ids import CallId
from ccbot.core.rehearsal import (
    ASSUMPTIONS,
    Day,
    Difference,
    Fate,
    differences,
    figures,
    rehearse,
)
from ccbot.core.routing_document import RoutingDocument
from ccbot.settings import Settings
from ccbot.store.pool import Pool, connection
from ccbot.store.recorded_day import recorded_day

Fates = dict[CallId, Fate]

DIFFERENCES_MAX = 20
"""So many are printed; ``--json`` has all."""
HEAD = ("group", "", "calls", "answered", "in time", "left", "not served", "mean wait", "longest")


def register(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    document_of: Callable[[Settings, str | None], RoutingDocument],
) -> None:
    """Add the command; ``document_of`` reads a version, a file, or the working copy."""
    replay = actions.add_parser("replay", help="what a day would have been with another document")
    replay.add_argument(
        "document", nargs="?", help="a version or a file; default: the working copy"
    )
    replay.add_argument("--day", default="today", metavar="YYYY-MM-DD",
                        help="which day; or today (so far), or yesterday")  # fmt: skip
    replay.add_argument("--json", action="store_true", help="print JSON, with every difference")
    replay.set_defaults(handler=lambda arguments: _replay(arguments, document_of))


def _replay(
    arguments: argparse.Namespace, document_of: Callable[[Settings, str | None], RoutingDocument]
) -> int:
    settings = read_settings()
    proposed = document_of(settings, arguments.document)
    date = past_day(arguments.day, SystemClock().now(), proposed.time_zone)
    zone = ZoneInfo(proposed.time_zone)
    begins_at = datetime.combine(date, time(), zone).astimezone(UTC)
    ends_at = datetime.combine(date + timedelta(days=1), time(), zone).astimezone(UTC)
    day = _recorded(settings, begins_at, ends_at)
    if day is None or not day.arrivals:
        raise UsageFault(
            f"--day {date}: the journal tells of no caller in a queue on that day; test calls are "
            "not rehearsed"
        )
    told = _told(day, proposed)
    if arguments.json:
        print_json({"day": date.isoformat(), **told, "assumed": ASSUMPTIONS})
    else:
        _print(told, day)
    return 0


def _recorded(settings: Settings, begins_at: datetime, ends_at: datetime) -> Day | None:
    async def ask(pool: Pool) -> Day | None:
        async with connection(pool) as connected:
            return await recorded_day(connected, begins_at, ends_at)

    try:
        return with_database(settings, ask)
    except msgspec.MsgspecError as problem:
        raise Fault(f"a newer ccbot wrote into the journal: ask that one ({problem})") from None


def _told(day: Day, proposed: RoutingDocument) -> dict[str, Any]:
    was = {one.entered.call: one.was for one in day.arrivals}
    live, new = rehearse(day, day.document), rehearse(day, proposed)
    in_time_s = day.document.metrics.answer_within_s
    groups: dict[str, dict[str, Any]] = {}
    for group in sorted({one.queued.group for one in day.arrivals}):
        calls = [one.entered.call for one in day.arrivals if one.queued.group == group]
        named = (("was", was), ("live", live), ("proposed", new))
        groups[group] = {
            name: figures([fates[one] for one in calls if one in fates], in_time_s)
            for name, fates in named
        }
    found = list(differences(day, live, new))
    return {"groups": groups, "not_queued": day.not_queued, "differences": found}


def _print(told: dict[str, Any], day: Day) -> None:
    rows = [
        [
            group if name == "was" else "", name, str(one.calls), str(one.answered),
            str(one.in_time), str(one.left), str(one.not_served), f"{one.mean_wait_s:.0f} s",
            f"{one.longest_wait_s:.0f} s",
        ]
        for group, named in told["groups"].items()
        for name, one in named.items()
    ]  # fmt: skip
    print_table(list(HEAD), rows)
    print(
        "\nwas: as it happened; live: rehearsed with the document with which the day began; "
        "proposed: with yours"
    )
    found: list[Difference] = told["differences"]
    print(f"different for {len(found)} of {len(day.arrivals)} callers, live against proposed")
    for one in found[:DIFFERENCES_MAX]:
        print(f"  {one.call} ({one.group}): {_words(one.live)} -> {_words(one.proposed)}")
    if len(found) > DIFFERENCES_MAX:
        print(f"  and {len(found) - DIFFERENCES_MAX} more: --json lists them all")
    print("assumed:")
    for assumption in ASSUMPTIONS:
        print(f"  {assumption}")


def _words(fate: Fate) -> str:
    who = f" by {fate.agent}" if fate.agent else ""
    return f"{fate.end.replace('_', ' ')}{who} after {fate.wait_s:.0f} s"
