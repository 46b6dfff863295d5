"""What is written down of each agent apart from the floor: rests after offers in vain."""

from datetime import datetime, timedelta
from typing import NamedTuple

from ccbot.core.facts import (
    AgentRemoved,
    AgentSignedIn,
    AnyFact,
    Missed,
    OfferMade,
    Phone,
    PhoneChanged,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId

REST_AFTER = {
    Missed.DECLINED: "decline_rest_s",
    Missed.FAILED: "decline_rest_s",
    Missed.EXPIRED: "decline_rest_s",
    Missed.BUSY: "busy_rest_s",
    Missed.UNREACHABLE: "unreachable_rest_s",
    Missed.PHONE_ERROR: "phone_error_rest_s",
}


class Rest(NamedTuple):
    """Until when an agent is left alone, and what for."""

    until: datetime
    after: Missed


class Rests:
    """Who rests until when."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._rests: dict[AgentId, Rest] = {}
        self._lost: set[AgentId] = set()
        """Whose phone Asterisk called unreachable last."""

    def rests(self, agent: AgentId, now: datetime) -> bool:
        """Whether the agent is left alone at this moment."""
        return agent in self._rests and self._rests[agent].until > now

    def missed(self, made: OfferMade, reason: Missed, now: datetime) -> None:
        """An offer came to nothing."""
        group = self._floor.calls[made.call].group
        agent = self._floor.agents.get(made.agent)
        if reason in REST_AFTER and group is not None and agent and not agent.removed:
            rest_s = getattr(self._floor.routing.groups[group], REST_AFTER[reason])
            self._rests[made.agent] = Rest(now + timedelta(seconds=rest_s), reason)

    def keep_books(self, fact: AnyFact) -> None:
        """What ends a rest."""
        match fact:
            case AgentSignedIn(agent=agent):
                self._rests.pop(agent, None)
            case AgentRemoved(agent=agent) if agent not in self._floor.agents:
                self._rests.pop(agent, None)
                self._lost.discard(agent)
            case PhoneChanged(agent=agent, phone=Phone.UNREACHABLE):
                self._lost.add(agent)
            case PhoneChanged(agent=agent) if agent in self._lost:
                self._lost.remove(agent)
                if agent in self._rests and self._rests[agent].after is Missed.UNREACHABLE:
                    del self._rests[agent]
            case _:
                pass
