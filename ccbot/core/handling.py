"""How long agents were taken up by one customer of late: ringing, talk and wrap-up together."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentState
from ccbot.core.ids import AgentId, GroupKey

HANDLED_MAX = 30
"""So many customers of each group are remembered, the latest."""

HANDLED_S_MAX = 7_200.0
"""What is longer ago says nothing of now."""

_MAY_FREE = (
    f.TalkEnded
    | f.CallEnded
    | f.TransferAsked
    | f.TransferCompleted
    | f.CallTakenOver
    | f.TransferFailed
    | f.ConsultEnded
    | f.SenderLeft
    | f.WrapUpEnded
    | f.AgentSignedIn
    | f.AgentPaused
    | f.AgentSignedOut
)
_HANDLING = {AgentState.TALKING, AgentState.WRAP_UP}


@dataclass(frozen=True, slots=True)
class Handled:
    """One customer, served to the end of the wrap-up."""

    ended_at: datetime
    lasted_s: float


class Handling:
    """The latest of each group. Changed by the floor alone, after each fact."""

    def __init__(self) -> None:
        self._groups: dict[GroupKey, deque[Handled]] = {}

    def note(self, fact: f.AnyFact, agents: Mapping[AgentId, Agent], now: datetime) -> None:
        """Take down whoever is done with a customer since this fact."""
        if not isinstance(fact, _MAY_FREE):
            return
        for agent in agents.values():
            if agent.handles is not None and agent.state not in _HANDLING:
                handled = Handled(now, (now - agent.handles.since).total_seconds())
                self.put(agent.handles.group, handled)
                agent.handles = None

    def put(self, group: GroupKey, *handled: Handled) -> None:
        """Remember these, the latest last."""
        self._groups.setdefault(group, deque(maxlen=HANDLED_MAX)).extend(handled)

    def latest(self, group: GroupKey) -> tuple[Handled, ...]:
        """All that is remembered of the group, the latest last."""
        return tuple(self._groups.get(group, ()))

    def groups(self) -> tuple[GroupKey, ...]:
        """The groups of which anything is remembered."""
        return tuple(self._groups)

    def lasted_s(self, group: GroupKey, now: datetime) -> list[float]:
        """How long each took that is not too long ago."""
        since = now - timedelta(seconds=HANDLED_S_MAX)
        return [one.lasted_s for one in self.latest(group) if one.ended_at >= since]
