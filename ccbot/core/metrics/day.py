"""All numbers of one day: of the centre, of each group, of each agent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from ccbot.core.metrics.access import Access, Limits, access
from ccbot.core.metrics.handing_on import Had, Handed, HandingOn, handing_on
from ccbot.core.metrics.handling import Handling, handling
from ccbot.core.metrics.presence import Presence, Stretch, presence
from ccbot.core.metrics.satisfaction import Contact, Ended, Satisfaction, satisfaction
from ccbot.core.records.queue_entries import EntryEnd

DEFINITION = 2
"""What the numbers mean; another meaning of any of them is another number here.

2: hold, consultations and transfers are told apart.
"""

REPEAT_DAYS = 7
"""Whoever calls again for the same group within so long was not helped the first time."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Which day, where, and by which limits."""

    day: date
    time_zone: str
    limits: Limits = Limits()
    definition: int = DEFINITION

    def bounds(self, *, days_before: int = 0) -> tuple[datetime, datetime]:
        """The day from midnight to midnight of its time zone, or one so many days before."""
        first = self.day - timedelta(days=days_before)
        zone = ZoneInfo(self.time_zone)
        since = datetime.combine(first, time(), zone)
        return since, datetime.combine(first + timedelta(days=1), time(), zone)


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``queue_entries``."""

    entry_no: int
    group: str
    agent: str | None
    ended_as: EntryEnd | None
    why: str
    wait_ms: int


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the centre, a group, or an agent."""

    access: Access
    """First stays alone."""
    further: Access
    """Stays of calls that came from another queue."""
    handling: Handling
    satisfaction: Satisfaction
    presence: Presence
    """Of an agent or of the centre; empty for a group, since an agent may serve several."""
    handing_on: HandingOn = HandingOn()
    """As senders."""


class DayNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """A day, counted. Encoded, the same rows give the same bytes."""

    frame: Frame
    outcomes: dict[str, int]
    """Customers' calls that came in on this day, by outcome."""
    calls_seen: int
    """Calls that entered, by the journal: what ``calls_logged`` is measured by."""
    calls_logged: int
    centre: Scope
    groups: dict[str, Scope]
    agents: dict[str, Scope]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRows:
    """What a day is counted from; test calls are out, but for the agents' time."""

    stays: list[Stay] = field(default_factory=list)
    """Entered in the day."""
    stretches: list[Stretch] = field(default_factory=list)
    """In the day, at least in part."""
    ended: list[Ended] = field(default_factory=list)
    """Calls that ended in the day."""
    contacts: list[Contact] = field(default_factory=list)
    """Answered calls of the day ``REPEAT_DAYS`` before."""
    had: list[Had] = field(default_factory=list)
    """Who had the customers of calls that ended in the day."""
    handed: list[Handed] = field(default_factory=list)
    """Transfers of these calls."""
    outcomes: dict[str, int] = field(default_factory=dict)
    calls_seen: int = 0
    calls_logged: int = 0


def day_numbers(frame: Frame, rows: DayRows, now: datetime) -> DayNumbers:
    """Count the day, as far as it has gone by ``now``."""
    groups, agents = _split(rows, lambda one: one.group), _split(rows, lambda one: one.agent)
    return DayNumbers(
        frame=frame,
        outcomes=dict(sorted(rows.outcomes.items())),
        calls_seen=rows.calls_seen,
        calls_logged=rows.calls_logged,
        centre=_scope(frame, rows, now),
        groups={key: _scope(frame, own, now, of_group=True) for key, own in groups.items()},
        agents={key: _scope(frame, own, now) for key, own in agents.items()},
    )


_Row = Stay | Stretch | Ended | Contact | Had | Handed


def _split(rows: DayRows, key_of: Callable[[_Row], str | None]) -> dict[str, DayRows]:
    """The rows of each key, keys in order; rows without one are in none."""
    parts: dict[str, DayRows] = {}
    for name in ("stays", "stretches", "ended", "contacts", "had", "handed"):
        for row in getattr(rows, name):
            if (key := key_of(row)) is not None:
                getattr(parts.setdefault(key, DayRows()), name).append(row)
    return dict(sorted(parts.items()))


def _scope(frame: Frame, rows: DayRows, now: datetime, *, of_group: bool = False) -> Scope:
    since, until = frame.bounds()
    until = max(since, min(now, until))
    return Scope(
        access=access((one for one in rows.stays if one.entry_no == 1), frame.limits),
        further=access((one for one in rows.stays if one.entry_no > 1), frame.limits),
        handling=handling(rows.stretches, since, until),
        satisfaction=satisfaction(rows.ended, rows.contacts),
        presence=Presence() if of_group else presence(rows.stretches, since, until),
        handing_on=handing_on(rows.had, rows.handed),
    )
