"""What is written down of each agent apart from the floor: misses, and rests after them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from ccbot.core.agents import AgentState
from ccbot.core.facts import (
    AgentPaused,
    AgentRemoved,
    AgentSignedIn,
    AgentSignedOut,
    AnyFact,
    CallEnded,
    CallQueued,
    CallTakenOver,
    GroupChosenBy,
    Missed,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    Pause,
    Phone,
    PhoneChanged,
    SenderLeft,
    TalkEnded,
    TalkStarted,
    TransferCompleted,
    WrapUpExtended,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.core.routing_document import Group

LATE_S = 1.0

REST_AFTER = {
    Missed.NO_ANSWER: "no_answer_rest_s",
    Missed.DECLINED: "decline_rest_s",
    Missed.HUNG_UP_AT_ANSWER: "decline_rest_s",
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


class Misses:
    """How many calls each agent let ring in vain, one after the other."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._misses: dict[AgentId, int] = {}
        self._limits: dict[AgentId, int] = {}

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over."""
        self._floor = floor

    def missed(self, made: OfferMade, reason: Missed) -> None:
        """An offer came to nothing; only the ringing in vain counts."""
        group = self._floor.calls[made.call].group
        agent = self._floor.agents.get(made.agent)
        if reason is Missed.NO_ANSWER and group is not None and agent is not None:
            self._misses[made.agent] = self._misses.get(made.agent, 0) + 1
            self._limits[made.agent] = self._floor.group(group).misses_until_not_ready

    def problems(self, fact: AnyFact) -> Iterable[str]:
        """A pause that came too early. Whatever the agent does himself ends the count."""
        match fact:
            case AgentPaused(agent=agent, reason=Pause.MISSED_CALL):
                if self._misses.get(agent, 0) < self._limits.get(agent, 0):
                    yield f"agent {agent} is not ready after {self._misses[agent]} misses"
            case (
                AgentSignedIn(agent=agent)
                | AgentSignedOut(agent=agent)
                | AgentPaused(agent=agent)
                | AgentRemoved(agent=agent)
            ):
                self._misses.pop(agent, None)
                self._limits.pop(agent, None)
            case _:
                pass

    def answered(self, agent: AgentId) -> None:
        """His phone was answered."""
        self._misses.pop(agent, None)
        self._limits.pop(agent, None)

    def too_many(self) -> Iterable[str]:
        """Who should not be ready any more."""
        for agent, misses in self._misses.items():
            ready = agent in self._floor.agents and (
                self._floor.agents[agent].state is AgentState.READY
            )
            if ready and misses >= self._limits[agent]:
                yield f"agent {agent} is ready after {misses} misses"


class Rests:
    """Who rests until when."""

    def __init__(self, floor: Floor, border_s: float) -> None:
        self._floor = floor
        self._border = timedelta(seconds=border_s)
        self._rests: dict[AgentId, Rest] = {}
        self._lost: set[AgentId] = set()
        """Whose phone Asterisk called unreachable last."""

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over; it knows of no phone yet."""
        self._floor = floor
        self._lost = set(floor.agents)

    def rests(self, agent: AgentId, now: datetime, *, at_the_border: bool = False) -> bool:
        """Whether the agent is left alone; at the very end of his rest, either may be true."""
        if agent not in self._rests:
            return False
        left = self._rests[agent].until - now
        return left >= -self._border if at_the_border else left > self._border

    def missed(self, made: OfferMade, reason: Missed, now: datetime) -> None:
        """An offer came to nothing; whoever is not ready needs no rest."""
        group = self._floor.calls[made.call].group
        agent = self._floor.agents.get(made.agent)
        if group is not None and agent is not None and agent.state is AgentState.READY:
            rest_s = getattr(self._floor.group(group), REST_AFTER[reason])
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


class WrapUps:
    """Until when each agent's wrap-up may last, and whether it was extended."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._until: dict[AgentId, datetime] = {}
        self._extended: set[AgentId] = set()

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over."""
        self._floor = floor

    def keep_books(self, fact: AnyFact, now: datetime) -> None:
        """After each fact: who is in wrap-up since now, and who extended it."""
        self._until = {one: at for one, at in self._until.items() if one in self._floor.agents}
        for agent in self._floor.agents.values():
            if agent.state is not AgentState.WRAP_UP:
                self._until.pop(agent.id, None)
                self._extended.discard(agent.id)
            elif agent.id not in self._until:
                longest = max(one.wrap_up_s for one in self._groups())
                self._until[agent.id] = now + timedelta(seconds=longest)
        if isinstance(fact, WrapUpExtended) and fact.agent not in self._extended:
            self._extended.add(fact.agent)
            longest = max(one.wrap_up_extension_s for one in self._groups())
            self._until[fact.agent] += timedelta(seconds=longest)

    def _groups(self) -> list[Group]:
        return [*self._floor.routing.groups.values(), *self._floor.gone_groups.values()]

    def too_long(self, now: datetime) -> Iterable[str]:
        """Wrap-ups that should be over."""
        for agent, until in self._until.items():
            if now > until + timedelta(seconds=LATE_S):
                yield f"agent {agent} is still in the wrap-up that was to end at {until}"


class Meetings:
    """Which agents were bridged with which callers, and have not parted."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._offers: dict[OfferId, OfferMade] = {}
        self._met: dict[CallId, AgentId] = {}

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over."""
        self._floor = floor

    def problems(self, fact: AnyFact) -> Iterable[str]:
        """Whoever met a caller has a wrap-up after her, however short it was."""
        match fact:
            case TransferCompleted():
                self._met[fact.call] = fact.agent
            case CallTakenOver():
                self._met[fact.call] = fact.supervisor
            case CallQueued(by=GroupChosenBy.TRANSFER) | SenderLeft():
                self._met.pop(fact.call, None)
            case _:
                yield from self._of_offers(fact)

    def _of_offers(self, fact: AnyFact) -> Iterable[str]:
        match fact:
            case OfferMade():
                self._offers[fact.offer] = fact
            case OfferBridged() | TalkStarted():
                made = self._offers[fact.offer]
                self._met[made.call] = made.agent
            case OfferMissed() | OfferWithdrawn():
                made = self._offers[fact.offer]
                if self._met.get(made.call) == made.agent:
                    del self._met[made.call]
            case TalkEnded() | CallEnded():
                agent = self._floor.agents.get(self._met.pop(fact.call, AgentId("")))
                if agent is not None and agent.state is AgentState.READY:
                    yield f"agent {agent.id} is ready as soon as {fact.call} is over"
            case _:
                pass
