"""What is wrong with opening hours, the look-up, and the ways of callers who are not served."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ccbot.core.routing_document.document import RoutingDocument
from ccbot.core.routing_document.entries import Destination
from ccbot.core.routing_document.hours import Hours


def reception_faults(document: RoutingDocument) -> Iterator[str]:
    """One line each, with the place and how to mend it."""
    if not _is_zone(document.time_zone):
        yield f"time_zone: there is no {document.time_zone!r}; write one such as Asia/Shanghai"
    for key, hours in document.hours.items():
        yield from _hours_faults(f"hours.{key}", hours)
    known = ", ".join(document.hours) or "none"
    for place, name in _named_hours(document):
        if name not in document.hours:
            yield f"{place}: there are no hours {name!r}; there are {known}"
    for place, way in destinations(document):
        yield from _way_faults(document, place, way)
    if document.lookup is not None and _cannot_be_asked(document.lookup.url):
        yield "lookup.url: names no host, or a port that is none; such as https://crm.local/who"


def destinations(document: RoutingDocument) -> Iterator[tuple[str, Destination]]:
    """Every destination of the document with its place."""
    for key, entry in document.entries.items():
        yield f"entries.{key}.closed", entry.closed
        if entry.closed_holiday is not None:
            yield f"entries.{key}.closed_holiday", entry.closed_holiday
        for digit, way in entry.closed_keys.items():
            yield f"entries.{key}.closed_keys.{digit}", way
    for key, group in document.groups.items():
        for reason in group.overflow.__struct_fields__:
            way_on = getattr(group.overflow, reason)
            if way_on is not None:
                yield f"groups.{key}.overflow.{reason}", way_on


def _named_hours(document: RoutingDocument) -> Iterator[tuple[str, str]]:
    for key, entry in document.entries.items():
        if entry.hours is not None:
            yield f"entries.{key}.hours", entry.hours
    for key, group in document.groups.items():
        if group.hours is not None:
            yield f"groups.{key}.hours", group.hours
    if document.callback.hours is not None:
        yield "callback.hours", document.callback.hours


def _hours_faults(place: str, hours: Hours) -> Iterator[str]:
    spans = [(f"{place}.week.{days}", some) for days, some in hours.week.items()]
    spans.append((f"{place}.on_holidays", hours.on_holidays))
    for index, one in enumerate(hours.exceptions):
        spans.append((f"{place}.exceptions.{index}.open", one.open))
        if one.until is not None and one.until < one.day:
            yield f"{place}.exceptions.{index}.until: {one.until} is before {one.day}"
    for where, some in spans:
        for span in some:
            opens, closes = span.split("-")
            if opens == closes:
                yield f"{where}: {span} has no length; 00:00-24:00 is the whole day"


def _way_faults(document: RoutingDocument, place: str, way: Destination) -> Iterator[str]:
    if way.then != "group":
        if way.group is not None:
            yield f"{place}.group: a group needs `then: group`"
    elif way.group is None:
        yield f"{place}: `then: group` needs a group"
    elif way.group not in document.groups:
        known = ", ".join(document.groups)
        yield f"{place}.group: there is no group {way.group!r}; there are {known}"


def _cannot_be_asked(url: str) -> bool:
    """Without a host, or at a port that is none: no look-up could ever be answered."""
    try:
        host, port = urlsplit(url).hostname, urlsplit(url).port
    except ValueError:  # a port above 65535, half an IPv6 address
        return True
    return not host or port == 0


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, or no name at all
        return False
    return True
