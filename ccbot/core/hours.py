"""Whether somebody answers at a moment, why not, and from when on again.

The week of ``Hours`` holds; above it stand the public holidays and the worked weekends of mainland
China (``calendar: cn``), above them the exceptions by hand. A span belongs to the day on which it
begins, also where it runs past midnight (``22:00-06:00``). A year that the calendar does not know
is made of ordinary weeks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import chinese_calendar

from ccbot.core.routing_document import Hours, HoursException

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

AHEAD_DAYS_MAX = 400
"""So far the next opening is looked for; what does not open until then counts as never."""

HOLIDAYS: Final[Mapping[date, str]] = chinese_calendar.holidays
"""Days off for a public holiday, the weekends among them included (国务院办公厅)."""

WORKED_WEEKENDS: Final[Mapping[date, str]] = chinese_calendar.workdays
"""Saturdays and Sundays that are worked for a holiday (调休上班)."""

LAST_YEAR: Final = max(HOLIDAYS).year
"""The calendar is announced each autumn for the next year; it knows none after this."""

_ONE_DAY = timedelta(days=1)
_MIDNIGHT = "24:00"


class Closed(StrEnum):
    """Why nobody answers."""

    USUAL = "usual"
    """The week says so."""
    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    """Set by hand for this day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """It is closed."""

    why: Closed
    say: str | None = None
    """The words of an exception, if it has any."""


def closure(hours: Hours, zone: ZoneInfo, now: datetime) -> Closure | None:
    """Why it is closed at this moment; None: it is open."""
    today = now.astimezone(zone).date()
    for day in (today - _ONE_DAY, today):
        if any(since <= now < until for since, until in _moments(hours, zone, day)):
            return None
    if (exception := _exception(hours, today)) is not None:
        return Closure(why=Closed.EXCEPTION, say=exception.say)
    return Closure(why=Closed.HOLIDAY if _is_holiday(hours, today) else Closed.USUAL)


def next_opening(hours: Hours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When it opens again (UTC), ``now`` if it is open; None: not within ``AHEAD_DAYS_MAX``."""
    if closure(hours, zone, now) is None:
        return now
    today = now.astimezone(zone).date()
    for ahead in range(AHEAD_DAYS_MAX):
        day = today + ahead * _ONE_DAY
        begun = [since for since, until in _moments(hours, zone, day) if now < since < until]
        if begun:
            return min(begun)
    return None


def closing(hours: Hours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the span that is open now ends (UTC); None: it is closed."""
    today = now.astimezone(zone).date()
    spans = [one for day in (today - _ONE_DAY, today) for one in _moments(hours, zone, day)]
    return max((until for since, until in spans if since <= now < until), default=None)


def open_for(hours: Hours, zone: ZoneInfo, since: datetime, so_long: timedelta) -> datetime | None:
    """When it will have been open for so long (UTC); None: not within ``AHEAD_DAYS_MAX``."""
    today, at, left = since.astimezone(zone).date(), since, so_long
    for ahead in range(-1, AHEAD_DAYS_MAX):
        for opens, closes in sorted(_moments(hours, zone, today + ahead * _ONE_DAY)):
            begins = max(opens, at)
            if closes - begins >= left:
                return begins + left
            if closes > begins:
                at, left = closes, left - (closes - begins)
    return None


def is_known(hours: Hours, year: int) -> bool:
    """Whether the public holidays of this year are known, or not asked for."""
    return hours.calendar == "none" or year <= LAST_YEAR


def _moments(hours: Hours, zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    """When it opens and closes on the spans that begin on this day, in UTC."""
    for span in _spans(hours, day):
        opens, closes = span.split("-")
        since, until = _moment(zone, day, opens), _moment(zone, day, closes)
        if closes <= opens:
            until = _moment(zone, day + _ONE_DAY, closes)
        yield since, until


def _moment(zone: ZoneInfo, day: date, clock: str) -> datetime:
    if clock == _MIDNIGHT:
        day, clock = day + _ONE_DAY, "00:00"
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def _spans(hours: Hours, day: date) -> tuple[str, ...]:
    exception = _exception(hours, day)
    if exception is not None:
        return exception.open
    if _is_holiday(hours, day):
        return hours.on_holidays
    name = DAYS[day.weekday()]
    if hours.calendar == "cn" and day in WORKED_WEEKENDS:
        name = days_of(hours.adjusted_as)[0]
    return _weekday(hours, name)


def _weekday(hours: Hours, name: str) -> tuple[str, ...]:
    """A day that is named alone goes before several; of those, the first."""
    if name in hours.week:
        return hours.week[name]
    return next((spans for days, spans in hours.week.items() if name in days_of(days)), ())


@lru_cache(maxsize=64)
def days_of(days: str) -> tuple[str, ...]:
    """The days that are meant: ``fri-mon`` is four of them."""
    first, _, last = days.partition("-")
    since, until = DAYS.index(first), DAYS.index(last or first)
    return tuple(DAYS[n % 7] for n in range(since, until + 1 + 7 * (until < since)))


def _exception(hours: Hours, day: date) -> HoursException | None:
    """The first that names this day."""
    return next((one for one in hours.exceptions if one.day <= day <= (one.until or one.day)), None)


def _is_holiday(hours: Hours, day: date) -> bool:
    return hours.calendar == "cn" and day in HOLIDAYS
