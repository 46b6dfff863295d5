"""What the floor does with facts about supervisors: beside a talk, and with the queue."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.agents import Agent, Supervision
from ccbot.core.decisions import Decision, Post
from ccbot.core.ids import CallId
from ccbot.core.supervision import call_of, denied, may_turn, supervisors_of, why_not_moved

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None


class SupervisionRules:
    """Facts about supervisors."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def began(self, fact: f.SupervisionBegan, now: datetime) -> Result:
        """Refused if he may not, or if the agent is in another call by now."""
        call = call_of(self._floor, fact.agent)
        if call is None or call.id != fact.call:
            return None
        if denied(self._floor, fact.supervisor, fact.agent) is not None:
            return None
        if not may_turn(self._floor.agents[fact.supervisor], call, fact.kind):
            return None
        self._floor.agents[fact.supervisor].supervises = Supervision(
            call=fact.call, agent=fact.agent, kind=fact.kind, leg=fact.leg, since=now
        )
        return []

    def turned(self, fact: f.SupervisionTurned, now: datetime) -> Result:
        agent, call = self._beside(fact), self._floor.calls.get(fact.call)
        if agent is None or agent.supervises is None or agent.supervises.kind is fact.kind:
            return None
        if call is None or not may_turn(agent, call, fact.kind):
            return None
        agent.supervises = replace(agent.supervises, kind=fact.kind)
        return []

    def ended(self, fact: f.SupervisionEnded, now: datetime) -> Result:
        """Also for a call that has ended just before."""
        agent = self._beside(fact)
        if agent is None:
            return None
        agent.supervises = None
        if agent.removed and not agent.has_customer:
            del self._floor.agents[agent.id]
        return []

    def reordered(self, fact: f.QueueReordered, now: datetime) -> Result:
        """Who was to be asked is asked at once: he is free."""
        call = self._floor.calls.get(fact.call)
        if call is None or why_not_moved(self._floor, fact, now) is not None:
            return None
        if fact.to is f.QueueMove.FRONT:
            call.at_head = True
        else:
            call.pulled_to = fact.agent
        return []

    def _beside(self, fact: f.SupervisionTurned | f.SupervisionEnded) -> Agent | None:
        agent = self._floor.agents.get(fact.supervisor)
        if agent is None or agent.supervises is None or agent.supervises.call != fact.call:
            return None
        return agent


def leave(agent: Agent, now: datetime) -> list[Decision]:
    """The supervisor's part in the call is over."""
    beside = agent.supervises
    if beside is None:
        return []
    lasted_s = max(0.0, (now - beside.since).total_seconds())
    over = f.SupervisionEnded(call=beside.call, supervisor=agent.id, lasted_s=lasted_s)
    return [Post(over)]


def all_leave(floor: "Floor", call: CallId, now: datetime) -> list[Decision]:
    """The talk is over: whoever was beside it is free again."""
    return [one for agent in supervisors_of(floor, call) for one in leave(agent, now)]
