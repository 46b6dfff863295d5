"""What a call was told of its wait, and whether it was true: from its facts and its row alone.

Pure, as ``record`` is: made again from the stored facts, it comes out the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ccbot.core.estimate import band_s
from ccbot.core.facts import EstimateTold, Stamped
from ccbot.core.ids import CallId, GroupKey
from ccbot.core.records import CallRecord, SegmentKind, whole_ms

_IN_LINE = {SegmentKind.WAITING, SegmentKind.RINGING}


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldEstimate:
    """One sentence, and what came of it."""

    call_id: CallId
    no: int
    """1 is the first that this call heard."""
    group_key: GroupKey | None
    told_at: datetime
    minutes: int
    waited_ms: int | None
    """From then to the talk; none if there was none."""
    hit: bool | None
    """Whether the talk began within the band; none if she left while it might still have."""


def told_estimates(facts: Sequence[Stamped], row: CallRecord) -> tuple[ToldEstimate, ...]:
    """What one call was told, in order."""
    told = [(whole_ms(at), fact) for at, fact in facts if isinstance(fact, EstimateTold)]
    return tuple(_told(row, no, at, fact) for no, (at, fact) in enumerate(told, start=1))


def _told(row: CallRecord, no: int, at: datetime, fact: EstimateTold) -> ToldEstimate:
    since_s, until_s = band_s(fact.minutes)
    talks = (one for one in row.segments if one.kind is SegmentKind.TALK and one.started_at >= at)
    talk = next(talks, None)
    hit: bool | None
    if talk is not None:
        waited = talk.started_at - at
        hit = since_s <= waited.total_seconds() <= until_s
    else:
        waited = None
        hit = False if _waited_s(row, at) > until_s else None
    return ToldEstimate(
        call_id=row.call_id,
        no=no,
        group_key=_group(row, at),
        told_at=at,
        minutes=fact.minutes,
        waited_ms=None if waited is None else waited // timedelta(milliseconds=1),
        hit=hit,
    )


def _waited_s(row: CallRecord, since: datetime) -> float:
    """How long she stood in line after that."""
    left = [one.ended_at for one in row.segments if one.kind in _IN_LINE]
    return (max(left, default=since) - since).total_seconds()


def _group(row: CallRecord, at: datetime) -> GroupKey | None:
    """Where she waited then."""
    waits = [one for one in row.segments if one.kind in _IN_LINE and one.started_at <= at]
    return waits[-1].group_key if waits else None
