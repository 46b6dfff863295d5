"""A day's numbers: what ``report`` shows, of one's own groups."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.metrics.access import Limits
from ccbot.core.metrics.catalogue import OF_AGENT, OF_CENTRE, OF_GROUP, Metric, Unit
from ccbot.core.metrics.day import Frame
from ccbot.core.metrics.day import Scope as Counted
from ccbot.core.rights import Right, Scope
from ccbot.store.days import NoSuchRevisionError, Told, tell
from ccbot.store.pool import connect
from ccbot.web.api.faults import not_found, unprocessable
from ccbot.web.api.table import Asked, Query, Route, Words

FIRST_DAY = date(2000, 1, 1)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One metric."""

    metric: str
    unit: Unit
    value: float | None
    """None: of nothing there is no rate."""
    part: float | None
    whole: float | None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All metrics of the centre, a group, or an agent."""

    key: str
    figures: list[Figure]


class DayReport(msgspec.Struct, frozen=True, kw_only=True):
    """A day's numbers."""

    day: date
    time_zone: str
    limits: Limits
    definition: int
    closed: bool
    revision: int | None
    revisions: int
    centre: Figures | None
    """None for who sees his own groups alone."""
    groups: list[Figures]
    agents: list[Figures]


async def day(asked: Asked[None]) -> DayReport:
    """Counted in a thread of its own: calls come first."""
    office, revision = asked.office, asked.numbers["revision"]
    frame, now = _frame(asked), office.desk.now()
    try:
        told = await asyncio.to_thread(
            asyncio.run, _told(office.database_url, frame, now, revision)
        )
    except NoSuchRevisionError:
        raise not_found(f"{frame.day} was never told by a revision {revision}") from None
    return _report(asked, told)


async def _told(url: str, frame: Frame, now: datetime, revision: int | None) -> Told:
    connected = await connect(url)
    try:
        return await tell(connected, frame, now, revision)
    finally:
        connected.terminate()


def _frame(asked: Asked[None]) -> Frame:
    document, now = asked.office.desk.floor.routing, asked.office.desk.now()
    today = now.astimezone(ZoneInfo(document.time_zone)).date()
    wanted = _day(asked.words["day"] or "today", today)
    if not FIRST_DAY <= wanted <= today:
        raise unprocessable(f"day: must lie within {FIRST_DAY} and {today}, which is today")
    metrics = document.metrics
    limits = Limits(
        answer_within_ms=round(metrics.answer_within_s * 1000),
        short_abandon_ms=round(metrics.short_abandon_s * 1000),
    )
    return Frame(day=wanted, time_zone=document.time_zone, limits=limits)


def _day(text: str, today: date) -> date:
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise unprocessable(f"day: there is no day {text}") from None


def _report(asked: Asked[None], told: Told) -> DayReport:
    numbers, everything = told.numbers, asked.holder.scope(asked.right) is Scope.ALL
    floor = asked.office.desk.floor

    def is_mine(number: str) -> bool:
        agent = floor.agents.get(AgentId(number))
        return asked.may(groups=agent.groups if agent else ())

    groups = {key: one for key, one in numbers.groups.items() if asked.may(groups=[GroupKey(key)])}
    agents = {key: one for key, one in numbers.agents.items() if is_mine(key)}
    definition = numbers.frame.definition
    return DayReport(
        day=numbers.frame.day,
        time_zone=numbers.frame.time_zone,
        limits=numbers.frame.limits,
        definition=definition,
        closed=told.revision is not None,
        revision=told.revision,
        revisions=told.revisions,
        centre=_figures("centre", numbers.centre, OF_CENTRE, definition) if everything else None,
        groups=[_figures(key, one, OF_GROUP, definition) for key, one in groups.items()],
        agents=[_figures(key, one, OF_AGENT, definition) for key, one in agents.items()],
    )


def _figures(key: str, counted: Counted, metrics: Sequence[Metric], definition: int) -> Figures:
    known = (metric for metric in metrics if metric.since <= definition)
    return Figures(key=key, figures=[_figure(metric, counted) for metric in known])


def _figure(metric: Metric, counted: Counted) -> Figure:
    value, part, whole = _floats(metric.value(counted))
    return Figure(metric=metric.key, unit=metric.unit, value=value, part=part, whole=whole)


def _floats(values: Iterable[object]) -> list[float | None]:
    return [None if one is None else float(str(one)) for one in values]


ROUTES = (
    Route(
        method="GET",
        path="/report",
        right=Right.REPORTS_READ,
        handler=day,
        summary="A day's numbers",
        answer=DayReport,
        query=(
            Words(
                name="day",
                help="write it as 2026-11-28, today or yesterday",
                pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}|today|yesterday",
                usual="today",
            ),
            Query(name="revision", help="what was told of it before"),
        ),
    ),
)
