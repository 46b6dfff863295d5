"""Agents who answered and hung up at once: what a row must make of it, apart from ``record``."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ccbot.core.facts import (
    CallEnded,
    CallFlagged,
    CallHeld,
    CallQueued,
    CallResumed,
    CallTakenOver,
    CallTakenUp,
    ConferenceStarted,
    ConsultEnded,
    ConsultSwapped,
    GreetingPlayed,
    Missed,
    OfferBridged,
    OfferMissed,
    RecordingPaused,
    Stamped,
    TalkEnded,
    TalkStarted,
    TransferAsked,
    TransferCompleted,
    TransferFailed,
)
from ccbot.core.ids import OfferId
from ccbot.core.records import CallRecord
from ccbot.core.routing_document import Group, RoutingDocument

MILLISECOND = timedelta(milliseconds=1)


_BACK = (
    CallResumed
    | ConsultSwapped
    | ConferenceStarted
    | ConsultEnded
    | TransferFailed
    | TransferCompleted
    | CallTakenOver
)
"""What brings a customer who heard music back to an agent, or to another one."""


class Slip(NamedTuple):
    """From the bridging to the hang-up."""

    since: datetime
    until: datetime


def slips(facts: Sequence[Stamped]) -> list[Slip]:
    """The slips of one call."""
    found = []
    bridged: dict[OfferId, datetime] = {}
    for at, fact in facts:
        if isinstance(fact, OfferBridged):
            bridged[fact.offer] = at
        elif isinstance(fact, OfferMissed) and fact.reason is Missed.HUNG_UP_AT_ANSWER:
            since = bridged.get(fact.offer)
            found += [] if since is None else [Slip(since, at)]
    return found


def slip_problems(
    row: CallRecord,
    facts: Sequence[Stamped],
    routing: RoutingDocument,
    codes_at: Sequence[datetime] = (),
) -> Iterable[str]:
    """A slip is shorter than the guard and in no talk; a talk begins at the bridging.

    ``codes_at``: when agents pressed codes, which makes a talk of it at once.
    """
    groups = [one.fact.group for one in facts if isinstance(one.fact, CallQueued)]
    guard = max(
        (
            timedelta(seconds=routing.groups.get(one, Group(name=one)).answer_guard_s)
            for one in groups
        ),
        default=timedelta(),
    )
    found = slips(facts)
    talks = [one for one in row.segments if one.kind == "talk"]
    for since, until in found:
        if until - since > guard:
            yield f"{row.call_id}: what ended after {until - since} was a talk"
        if any(talk.started_at < until and talk.ended_at > since for talk in talks):
            yield f"{row.call_id}: a slip at {since} is in a talk"
    latest = itertools.accumulate((one.at for one in facts), max)  # as in the row
    begun = [
        at
        for at, one in zip(latest, facts, strict=True)
        if isinstance(one.fact, OfferBridged | _BACK)
    ]
    begun = [at for at in begun if at not in {slip.since for slip in found}]
    for talk in talks:
        if not any(abs(at - talk.started_at) < MILLISECOND for at in begun):
            yield f"{row.call_id}: the talk at {talk.started_at} began with no bridging"
    yield from _early(row, facts, guard, codes_at)


def _early(
    row: CallRecord, facts: Sequence[Stamped], guard: timedelta, codes_at: Sequence[datetime]
) -> Iterable[str]:
    """A talk is told when the guard is over, unless the agent or the customer ended it before."""
    bridged_at: datetime | None = None
    taken_up_at: datetime | None = None
    codes = CallFlagged | CallHeld | TransferAsked | RecordingPaused
    ends = TalkEnded | CallEnded | GreetingPlayed | codes
    for (at, fact), after in itertools.pairwise(facts):
        if isinstance(fact, OfferBridged):
            bridged_at = None if at == taken_up_at else at  # whoever is found together talks
        elif isinstance(fact, CallTakenUp):
            bridged_at, taken_up_at = None, at
        elif isinstance(fact, TalkStarted) and not isinstance(after.fact, ends):
            lasted = guard if bridged_at is None else at - bridged_at
            if any(at - guard <= pressed_at <= at for pressed_at in codes_at):
                continue
            yield from [f"{row.call_id}: a talk after {lasted}"] if lasted < guard else []
