"""Faults of hours and destinations are told with their place, and how to mend them."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ccbot.core.routing_document import (
    Callback,
    Destination,
    Hours,
    HoursException,
    Lookup,
    Overflow,
    RoutingDocument,
    faults,
)
from tests.core.story import routing

NOWHERE = Destination(then="group", group="nobody")


def entry(**changes: Any) -> RoutingDocument:
    found = routing()
    return replace(found, entries={"main": replace(found.entries["main"], **changes)})


def overflow(way: Destination) -> RoutingDocument:
    found = routing()
    tech = replace(found.groups["tech"], overflow=Overflow(queue_full=way))
    return replace(found, groups={**found.groups, "tech": tech})


def hours(**changes: Any) -> RoutingDocument:
    return replace(routing(), hours={"office": replace(Hours(week={}), **changes)})


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (replace(routing(), time_zone="Asia/Peking"), "time_zone: there is no 'Asia/Peking'"),
        (replace(routing(), time_zone="../etc/passwd"), "time_zone: there is no"),
        (replace(routing(), time_zone=""), "time_zone: there is no ''"),
        (entry(hours="office"), "entries.main.hours: there are no hours 'office'"),
        (replace(routing(), callback=Callback(hours="x")), "callback.hours: there are no hours"),
        (replace(routing(), lookup=Lookup(url="http:///who")), "lookup.url: names no host"),
        (replace(routing(), lookup=Lookup(url="http://:80/who")), "lookup.url: names no host"),
        (replace(routing(), lookup=Lookup(url="http://crm:70000/")), "lookup.url: names no host"),
        (replace(routing(), lookup=Lookup(url="http://[::1/")), "lookup.url: names no host"),
        (entry(closed=NOWHERE), "entries.main.closed.group: there is no group 'nobody'"),
        (entry(closed_holiday=NOWHERE), "entries.main.closed_holiday.group: there is no"),
        (entry(closed_keys={"1": NOWHERE}), "entries.main.closed_keys.1.group: there is no"),
        (overflow(NOWHERE), "groups.tech.overflow.queue_full.group: there is no group"),
        (overflow(Destination(then="group")), "groups.tech.overflow.queue_full: `then: group`"),
        (overflow(Destination(group="tech")), "groups.tech.overflow.queue_full.group: a group"),
        (hours(week={"mon": ("09:00-09:00",)}), "hours.office.week.mon: 09:00-09:00 has no len"),
        (hours(on_holidays=("09:00-09:00",)), "hours.office.on_holidays: 09:00-09:00 has no"),
        (
            hours(exceptions=(HoursException(day=date(2026, 5, 2), until=date(2026, 5, 1)),)),
            "hours.office.exceptions.0.until: 2026-05-01 is before 2026-05-02",
        ),
    ],
)
def test_a_fault_is_told_once_with_its_place(document: RoutingDocument, fault: str) -> None:
    [found] = faults(document)

    assert found.startswith(fault)


def test_whole_hours_have_no_fault() -> None:
    week = {"mon-fri": ("09:00-12:00", "22:00-06:00"), "sun": ("00:00-24:00",)}
    document = hours(week=week, exceptions=(HoursException(day=date(2026, 5, 2)),))

    assert not list(faults(replace(document, time_zone="Europe/Berlin")))
