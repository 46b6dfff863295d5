"""How agents spent their time in an interval: seconds of each state, clipped to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from ccbot.core.agents import AgentState
from ccbot.core.metrics.ratio import Ratio


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


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds by state. Their sum is ``signed_in_ms``, which is measured apart."""

    ready_ms: int = 0
    ringing_ms: int = 0
    talking_ms: int = 0
    wrap_up_ms: int = 0
    paused_ms: dict[str, int] = {}
    """By reason."""
    signed_in_ms: int = 0

    @property
    def busy_ms(self) -> int:
        """Ringing counts as busy."""
        return self.ringing_ms + self.talking_ms + self.wrap_up_ms

    @property
    def all_paused_ms(self) -> int:
        """Whatever the reason."""
        return sum(self.paused_ms.values())

    @property
    def occupancy(self) -> Ratio:
        """占用率: (ring + talk + acw) / (ready + ring + talk + acw)."""
        return Ratio(self.busy_ms, self.ready_ms + self.busy_ms)

    @property
    def utilisation(self) -> Ratio:
        """工时利用率: (ring + talk + acw) / signed in."""
        return Ratio(self.busy_ms, self.signed_in_ms)


def presence(stretches: Iterable[Stretch], since: datetime, until: datetime) -> Presence:
    """The time of one agent, or of several together, within ``[since, until)``."""
    by_state = dict.fromkeys(AgentState, 0)
    paused: dict[str, int] = {}
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in stretches:
        began, ended = max(one.started_at, since), min(one.ended_at or until, until)
        if began >= ended:
            continue
        lasted_ms = _ms(ended - began)
        by_state[one.state] += lasted_ms
        if one.state is AgentState.PAUSED:
            paused[one.reason] = paused.get(one.reason, 0) + lasted_ms
        spans.setdefault(one.agent, []).append((began, ended))
    return Presence(
        ready_ms=by_state[AgentState.READY],
        ringing_ms=by_state[AgentState.OFFERED],
        talking_ms=by_state[AgentState.TALKING],
        wrap_up_ms=by_state[AgentState.WRAP_UP],
        paused_ms=dict(sorted(paused.items())),
        signed_in_ms=sum(_covered_ms(sorted(own)) for own in spans.values()),
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
