"""How agents spent their time in an interval: seconds of each state, clipped to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from ccbot.core.agents import AgentState
from ccbot.core.metrics.ratio import Ratio
from ccbot.core.records.standings import Activity


class Stretch(NamedTuple):
    """A row of ``agent_states``; ``ended_at`` is None while it lasts."""

    agent: str
    state: AgentState
    reason: str
    group: str | None
    test: bool
    started_at: datetime
    ended_at: datetime | None
    ended_as: str
    activity: str = Activity.WITH_CUSTOMER
    held: bool = False


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds by state. Their sum is ``signed_in_ms``, which is measured apart."""

    ready_ms: int = 0
    ringing_ms: int = 0
    talking_ms: int = 0
    """With customers."""
    wrap_up_ms: int = 0
    paused_ms: dict[str, int] = {}
    """By reason."""
    signed_in_ms: int = 0
    hold_ms: int = 0
    consult_ms: int = 0
    """Handing customers on, as the sender."""
    consulted_ms: int = 0
    """Asked by colleagues."""

    @property
    def busy_ms(self) -> int:
        """Ringing counts as busy."""
        in_talk = self.talking_ms + self.hold_ms + self.consult_ms + self.consulted_ms
        return self.ringing_ms + in_talk + self.wrap_up_ms

    @property
    def all_paused_ms(self) -> int:
        """Whatever the reason."""
        return sum(self.paused_ms.values())

    @property
    def occupancy(self) -> Ratio:
        """占用率: (ring + talk + hold + consult + acw) / (ready + these)."""
        return Ratio(self.busy_ms, self.ready_ms + self.busy_ms)

    @property
    def utilisation(self) -> Ratio:
        """工时利用率: (ring + talk + hold + consult + acw) / signed in."""
        return Ratio(self.busy_ms, self.signed_in_ms)


def presence(stretches: Iterable[Stretch], since: datetime, until: datetime) -> Presence:
    """The time of one agent, or of several together, within ``[since, until)``."""
    by_state = dict.fromkeys(AgentState, 0)
    by_activity: dict[str, int] = dict.fromkeys(Activity, 0)
    paused: dict[str, int] = {}
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in stretches:
        began, ended = max(one.started_at, since), min(one.ended_at or until, until)
        if began >= ended:
            continue
        lasted_ms = _ms(ended - began)
        by_state[one.state] += lasted_ms
        if one.state is AgentState.TALKING:
            by_activity[one.activity] += lasted_ms
        if one.state is AgentState.PAUSED:
            paused[one.reason] = paused.get(one.reason, 0) + lasted_ms
        spans.setdefault(one.agent, []).append((began, ended))
    return Presence(
        ready_ms=by_state[AgentState.READY],
        ringing_ms=by_state[AgentState.OFFERED],
        talking_ms=by_activity[Activity.WITH_CUSTOMER],
        wrap_up_ms=by_state[AgentState.WRAP_UP],
        paused_ms=dict(sorted(paused.items())),
        signed_in_ms=sum(_covered_ms(sorted(own)) for own in spans.values()),
        hold_ms=by_activity[Activity.HOLD],
        consult_ms=by_activity[Activity.CONSULT],
        consulted_ms=by_activity[Activity.CONSULTED],
    )


def _covered_ms(spans: Sequence[tuple[datetime, datetime]]) -> int:
    """How much time these spans cover, each moment once."""
    total, reached = timedelta(), spans[0][0]
    for began, ended in spans:
        total += max(ended - max(began, reached), timedelta())
        reached = max(reached, ended)
    return _ms(total)


def _ms(lasted: timedelta) -> int:
    return lasted // timedelta(milliseconds=1)
