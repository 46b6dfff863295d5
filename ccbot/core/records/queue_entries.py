"""A call's stays in queues, made from its facts alone: what the access metrics count.

Pure, as ``record`` is: made again from the stored facts, the entries come out the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ccbot.core.facts import (
    CallbackBooked,
    CallEnded,
    CallQueued,
    Outcome,
    QueueChanged,
    QueueLeft,
    Stamped,
)
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.records import CallRecord, Segment, SegmentKind, whole_ms


class EntryEnd(StrEnum):
    """How a stay in a queue ended; each ends in one of these ways."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The caller hung up, waiting or ringing."""
    SYSTEM = "system"
    """Everything else: ccbot gave up, or she went somewhere else."""


MOVED = "moved"
"""She went on to another queue."""
LOST = frozenset(
    {"waited_too_long", "queue_full", "no_agents", "not_ready", "group_gone", "system_error"}
)
"""Reasons of ``EntryEnd.SYSTEM`` for which nobody served her (呼损)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueEntry:
    """One stay in one group's queue: from entering it to the answer, or to its other end."""

    call_id: CallId
    entry_no: int
    """1 is the first; a call that goes on to another queue has more."""
    group_key: GroupKey
    entered_at: datetime
    ended_at: datetime
    ended_as: EntryEnd
    why: str
    """The outcome as far as this queue is concerned; ``moved`` if another queue came after."""
    agent: AgentId | None
    """Who answered."""

    @property
    def wait_ms(self) -> int:
        """How long it lasted, ringing included."""
        return (self.ended_at - self.entered_at) // timedelta(milliseconds=1)


def queue_entries(facts: Sequence[Stamped], row: CallRecord) -> tuple[QueueEntry, ...]:
    """The stays of one call, in order, from its facts and its row.

    A callback (回电) has none: nobody waits on the line. Its customer's own call has.
    """
    if row.callback_of is not None:
        return ()
    stays = _stays(facts, row.entered_at)
    nexts = [*stays[1:], None] if stays else []
    return tuple(
        _entry(row, number, stay, after)
        for number, (stay, after) in enumerate(zip(stays, nexts, strict=True), start=1)
    )


@dataclass(slots=True)
class _Stay:
    group: GroupKey
    since: datetime
    gave_up_at: datetime | None = None
    gave_up: str = ""


def _stays(facts: Sequence[Stamped], now: datetime) -> list[_Stay]:
    """Where she queued, and when ccbot gave up looking for somebody."""
    stays: list[_Stay] = []
    for at, fact in facts[1:]:
        now = max(now, whole_ms(at))
        match fact:
            case CallQueued(group=group) | QueueChanged(group=group):
                stays.append(_Stay(group, now))
            case QueueLeft(reason=reason) if stays and stays[-1].gave_up_at is None:
                stays[-1].gave_up_at, stays[-1].gave_up = now, reason.value
            case CallbackBooked() if stays and stays[-1].gave_up_at is None:
                stays[-1].gave_up_at = now
            case CallEnded():
                break
            case _:
                pass
    return stays


_AFTER_A_QUEUE = {
    SegmentKind.TALK,
    SegmentKind.HOLD,
    SegmentKind.CONSULT,
    SegmentKind.SURVEY,
    SegmentKind.VOICEMAIL,
}
_ELSEWHERE = {Outcome.VOICEMAIL, Outcome.CALLBACK, Outcome.AFTER_HOURS}
_LEFT = {Outcome.ABANDONED_WAITING, Outcome.ABANDONED_RINGING, Outcome.ABANDONED_MENU}


def _entry(row: CallRecord, number: int, stay: _Stay, after: _Stay | None) -> QueueEntry:
    until = after.since if after else row.ended_at
    served = _served(row, number)
    ends = [until, stay.gave_up_at, served.started_at if served else None]
    answered = served is not None and served.kind is not SegmentKind.VOICEMAIL
    ended_as, why = _end(row, stay, after, answered=answered)
    return QueueEntry(
        call_id=row.call_id,
        entry_no=number,
        group_key=stay.group,
        entered_at=stay.since,
        ended_at=max(stay.since, min(end for end in ends if end is not None)),
        ended_as=ended_as,
        why=why,
        agent=served.agent if served is not None and answered else None,
    )


def _served(row: CallRecord, number: int) -> Segment | None:
    """What came after the waiting, before she went on to another queue."""
    after = (one for one in row.segments if one.entry_no == number)
    return next((one for one in after if one.kind in _AFTER_A_QUEUE), None)


def _end(
    row: CallRecord, stay: _Stay, after: _Stay | None, *, answered: bool
) -> tuple[EntryEnd, str]:
    if answered:
        return EntryEnd.ANSWERED, Outcome.ANSWERED.value
    if after is not None:
        return EntryEnd.SYSTEM, MOVED
    if row.unanswered in _ELSEWHERE:
        return EntryEnd.SYSTEM, row.unanswered.value
    if stay.gave_up:
        return EntryEnd.SYSTEM, stay.gave_up
    if row.unanswered in _LEFT:
        return EntryEnd.ABANDONED, row.unanswered.value
    return EntryEnd.SYSTEM, Outcome.SYSTEM_ERROR.value
