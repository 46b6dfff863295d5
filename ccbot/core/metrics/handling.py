"""What agents did with callers: talks, holds, wrap-ups, and how they took what rang."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from ccbot.core.agents import AgentState
from ccbot.core.kinds import Missed
from ccbot.core.metrics.presence import Stretch
from ccbot.core.metrics.ratio import Mean, Ratio
from ccbot.core.records.standings import TALKED, Activity

THREE_RINGS_MS = 15_000
"""Three rings (三声)."""

NOT_ANSWERED = {Missed.NO_ANSWER.value, Missed.DECLINED.value, Missed.HUNG_UP_AT_ANSWER.value}
"""The phone rang for the agent, and he did not take the call. An offer that was taken back, or
whose phone never rang, is in no count."""


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of talks and of ringings that ended in the interval, and milliseconds of talks.

    An agent whom a colleague consulted had no talk, unless he was with the customer, too.
    """

    talks: int = 0
    talk_ms: int = 0
    """With the customer."""
    wrap_up_ms: int = 0
    """After the talks that ended in the interval, to its own end."""
    rings: int = 0
    """That rang for an agent until he took them or did not."""
    rings_answered: int = 0
    rings_answered_in_three: int = 0
    talks_held: int = 0
    """Talks whose customer was on hold."""
    hold_ms: int = 0
    consult_ms: int = 0
    """Of senders, while their customers heard music."""

    @property
    def average_talk(self) -> Mean:
        """平均通话时长 (ATT)."""
        return Mean(self.talk_ms, self.talks)

    @property
    def average_wrap_up(self) -> Mean:
        """话后处理 (ACW)."""
        return Mean(self.wrap_up_ms, self.talks)

    @property
    def average_handling(self) -> Mean:
        """平均处理时长 (AHT): talk, hold, consult and wrap-up; ringing is not in it."""
        in_talk = self.talk_ms + self.hold_ms + self.consult_ms
        return Mean(in_talk + self.wrap_up_ms, self.talks)

    @property
    def hold_rate(self) -> Ratio:
        """保持率: talks with a hold / talks."""
        return Ratio(self.talks_held, self.talks)

    @property
    def average_hold(self) -> Mean:
        """平均保持时长: hold / talks with a hold."""
        return Mean(self.hold_ms, self.talks_held)

    @property
    def not_answered(self) -> Ratio:
        """RONA: rings not answered / rings offered."""
        return Ratio(self.rings - self.rings_answered, self.rings)

    @property
    def within_three_rings(self) -> Ratio:
        """三声接听率: answered within 15 s of ringing / answered."""
        return Ratio(self.rings_answered_in_three, self.rings_answered)


def handling(stretches: Iterable[Stretch], since: datetime, until: datetime) -> Handling:
    """Count within ``[since, until)``; test calls are left out."""
    counts = dict.fromkeys(Handling.__struct_fields__, 0)
    for one in stretches:
        if not one.test:
            for field, amount in _parts(one, since, until):
                counts[field] += amount
    return Handling(**counts)


def _parts(one: Stretch, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """What one stretch adds to which field."""
    lasted_ms = ((one.ended_at or until) - one.started_at) // timedelta(milliseconds=1)
    if one.state is AgentState.WRAP_UP:
        return [("wrap_up_ms", max(0, lasted_ms))] if since <= one.started_at < until else []
    if one.ended_at is None or not since <= one.ended_at < until:
        return []
    if one.state is AgentState.TALKING:
        return _of_talk(one, lasted_ms)
    if one.ended_as == TALKED:
        in_three = lasted_ms <= THREE_RINGS_MS
        return [("rings", 1), ("rings_answered", 1), ("rings_answered_in_three", in_three)]
    return [("rings", 1)] if one.ended_as in NOT_ANSWERED else []


_LASTED = {
    Activity.WITH_CUSTOMER: "talk_ms",
    Activity.HOLD: "hold_ms",
    Activity.CONSULT: "consult_ms",
}


def _of_talk(one: Stretch, lasted_ms: int) -> list[tuple[str, int]]:
    """A stretch of a talk; the last one makes it a talk."""
    if one.activity == Activity.CONSULTED:
        return []
    counted = [(_LASTED[Activity(one.activity)], lasted_ms)]
    return counted if one.ended_as else [("talks", 1), ("talks_held", one.held), *counted]
