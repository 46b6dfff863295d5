"""What looks wrong with hours and overflows is said once, with its place."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from ccbot.core.hours import LAST_YEAR
from ccbot.core.reception_looks import reception_looks
from ccbot.core.routing_document import Destination, Hours, Overflow, RoutingDocument
from tests.core.story import routing

SPRING = datetime(LAST_YEAR, 3, 1, tzinfo=UTC)
AUTUMN = datetime(LAST_YEAR, 11, 20, tzinfo=UTC)
OFFICE = Hours(week={"mon-fri": ("09:00-18:00",)})


def hours(**named: Hours) -> RoutingDocument:
    return replace(routing(), hours=named)


def overflows(**ways: str) -> RoutingDocument:
    """Each of these groups sends callers to that one when its queue is full."""
    found = routing()
    groups: dict[str, Any] = dict(found.groups)
    for key, other in ways.items():
        full = Destination(then="group", group=other)
        groups[key] = replace(groups[key], overflow=Overflow(queue_full=full))
    return replace(found, groups=groups)


def test_ordinary_hours_look_right() -> None:
    assert not list(reception_looks(hours(office=OFFICE), SPRING))


def test_hours_that_never_open_are_told() -> None:
    [look] = reception_looks(hours(never=Hours(week={}), office=OFFICE), SPRING)

    assert look.startswith("hours.never: never opens")


def test_a_year_without_known_holidays_is_told_from_autumn_on() -> None:
    [look] = reception_looks(hours(office=OFFICE), AUTUMN)

    assert look.startswith(f"hours.office.calendar: the public holidays of {LAST_YEAR + 1} are")
    assert not list(reception_looks(hours(office=replace(OFFICE, calendar="none")), AUTUMN))


def test_a_circle_of_overflows_is_told_once() -> None:
    document = overflows(service="tech", tech="marketing", marketing="service")
    [look] = reception_looks(document, SPRING)

    assert look.startswith("groups.service.overflow: a circle, service → tech → marketing → ser")
    assert not list(reception_looks(overflows(service="tech", tech="marketing"), SPRING))


def test_a_way_into_a_circle_is_none() -> None:
    [look] = reception_looks(overflows(service="tech", tech="marketing", marketing="tech"), SPRING)

    assert "a circle, tech → marketing → tech" in look
