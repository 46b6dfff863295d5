"""``routing hours``: whether it is open at a moment, why not, and when it opens next."""

import argparse
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from ccbot.cli.errors import UsageFault
from ccbot.cli.tables import print_json, print_table
from ccbot.clock import SystemClock
from ccbot.core.hours import Closed, closure, next_opening
from ccbot.core.routing_document import RoutingDocument

MOMENT = "%Y-%m-%d %H:%M"
YEARS = range(1970, 3000)
WHY = {
    Closed.USUAL: "closed",
    Closed.HOLIDAY: "closed: public holiday",
    Closed.EXCEPTION: "closed: exception",
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is so at the moment."""

    hours: str
    at: datetime
    open: bool
    why_not: Closed | None
    opens_at: datetime | None
    """None: not in a year."""


def register(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    document_of: Callable[[str | None], RoutingDocument],
) -> None:
    """Add the command. ``document_of``: the document of a version or a file; none: what is live."""
    parser = actions.add_parser("hours", help="is it open, why not, and when next?")
    parser.add_argument("document", nargs="?", help="a version or a file; default: what is live")
    parser.add_argument("--at", metavar="MOMENT", help="such as 2026-10-01T10:00; default: now")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(handler=lambda arguments: _hours(arguments, document_of))


def _hours(
    arguments: argparse.Namespace, document_of: Callable[[str | None], RoutingDocument]
) -> int:
    document = document_of(arguments.document)
    zone = ZoneInfo(document.time_zone)
    at = SystemClock().now() if arguments.at is None else _moment(arguments.at, zone)
    told = [_told(document, key, zone, at) for key in document.hours]
    if arguments.json:
        print_json(told)
    elif told:
        moment = f"{at.astimezone(zone):{MOMENT}} {document.time_zone}"
        print_table(("hours", moment, "opens"), [_row(one, zone) for one in told])
    else:
        print("the document names no hours: it is always open")
    return 0


def _told(document: RoutingDocument, key: str, zone: ZoneInfo, at: datetime) -> Told:
    hours = document.hours[key]
    found = closure(hours, zone, at)
    return Told(
        hours=key,
        at=at,
        open=found is None,
        why_not=found.why if found else None,
        opens_at=next_opening(hours, zone, at),
    )


def _row(told: Told, zone: ZoneInfo) -> tuple[str, str, str]:
    if told.why_not is None:
        return told.hours, "open", ""
    opens = f"{told.opens_at.astimezone(zone):{MOMENT}}" if told.opens_at else "not in a year"
    return told.hours, WHY[told.why_not], opens


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """In the document's time zone, unless it names another."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageFault(f"--at {text}: write a moment such as 2026-10-01T10:00") from None
    if moment.year not in YEARS:
        raise UsageFault(f"--at {text}: must lie in the years {YEARS[0]} to {YEARS[-1]}")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
