"""What only looks wrong with opening hours, and with the ways of callers who are not served."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from ccbot.core.hours import AHEAD_DAYS_MAX, is_known, next_opening
from ccbot.core.routing_document import Hours, RoutingDocument
from ccbot.core.routing_document.reception_faults import destinations

ANNOUNCED_MONTH = 11
"""In November at the latest the public holidays of the next year are announced."""


def reception_looks(document: RoutingDocument, now: datetime) -> Iterator[str]:
    """One line each, with its place; the document is valid."""
    zone = ZoneInfo(document.time_zone)
    for key, hours in document.hours.items():
        if next_opening(hours, zone, now) is None:
            yield f"hours.{key}: never opens within {AHEAD_DAYS_MAX} days; is that meant?"
        if (year := _unknown_year(now.astimezone(zone), hours)) is not None:
            yield (
                f"hours.{key}.calendar: the public holidays of {year} are not known to this ccbot,"
                " and count as ordinary days; name them as exceptions"
            )
    yield from _circles(document)


def _unknown_year(today: datetime, hours: Hours) -> int | None:
    years = [today.year, today.year + 1] if today.month >= ANNOUNCED_MONTH else [today.year]
    return next((year for year in years if not is_known(hours, year)), None)


def _circles(document: RoutingDocument) -> Iterator[str]:
    """Overflows that may lead back to where they began; each circle once."""
    ways: dict[str, list[str]] = {key: [] for key in document.groups}
    for place, way in destinations(document):
        of, key, *_ = place.split(".")
        if of == "groups" and way.then == "group" and way.group is not None:
            ways[key].append(way.group)
    told: set[frozenset[str]] = set()
    for start in ways:
        circle = _way_back(ways, start)
        if circle is not None and frozenset(circle) not in told:
            told.add(frozenset(circle))
            way_round = " → ".join([*circle, start])
            yield f"groups.{start}.overflow: a circle, {way_round}: callers hear goodbye at its end"


def _way_back(ways: dict[str, list[str]], start: str) -> list[str] | None:
    """The groups of a shortest way from one back to it."""
    paths, seen = [[start]], {start}
    for path in paths:  # grows meanwhile
        for key in dict.fromkeys(ways[path[-1]]):
            if key == start:
                return path
            if key not in seen:
                seen.add(key)
                paths.append([*path, key])
    return None
