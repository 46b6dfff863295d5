"""What a rehearsal comes to: figures for each group, and the callers for whom it differs."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ccbot.core.ids import CallId, GroupKey
from ccbot.core.rehearsal.fates import End, Fate
from ccbot.core.rehearsal.recorded import Day

SAME_S = 1.0
"""A wait that differs by less is the same."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of the callers who asked for one group, wherever they were served."""

    calls: int
    answered: int
    in_time: int
    """Answered within the limit of ``metrics.answer_within_s``."""
    left: int
    not_served: int
    mean_wait_s: float
    """Of those who were answered."""
    longest_wait_s: float


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A caller for whom it would have been different."""

    call: CallId
    group: GroupKey
    live: Fate
    """Rehearsed with the document of the day."""
    proposed: Fate


def figures(fates: Sequence[Fate], in_time_s: float) -> Figures:
    """What these came to."""
    waits = [one.wait_s for one in fates if one.end is End.ANSWERED]
    return Figures(
        calls=len(fates),
        answered=len(waits),
        in_time=sum(one <= in_time_s for one in waits),
        left=sum(one.end is End.LEFT for one in fates),
        not_served=sum(one.end is End.NOT_SERVED for one in fates),
        mean_wait_s=round(sum(waits) / len(waits), 1) if waits else 0.0,
        longest_wait_s=round(max((one.wait_s for one in fates), default=0.0), 1),
    )


def differences(
    day: Day, live: Mapping[CallId, Fate], proposed: Mapping[CallId, Fate]
) -> Iterator[Difference]:
    """Whoever got another agent or another end, or waited longer or shorter."""
    for one in day.arrivals:
        call = one.entered.call
        if call not in live or call not in proposed:
            continue
        was, would_be = live[call], proposed[call]
        same = (was.end, was.agent) == (would_be.end, would_be.agent)
        if not same or abs(was.wait_s - would_be.wait_s) >= SAME_S:
            yield Difference(call=call, group=one.queued.group, live=was, proposed=would_be)
