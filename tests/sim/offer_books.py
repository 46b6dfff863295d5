"""What is written down of offers apart from the floor: who won, where all were rung at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ccbot.core.agents import AgentState
from ccbot.core.calls import Call, Stage
from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    ConsultStarted,
    OfferAccepted,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    Phone,
    PhoneChanged,
    TalkStarted,
    TransferAsked,
    TransferCompleted,
    Withdrawn,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, OfferId

LATE_S = 1.0


class Winners:
    """Who answered first for each call; nobody else may, as long as he has her."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._made: dict[OfferId, OfferMade] = {}
        self._won: dict[CallId, OfferId] = {}
        self._lost_at: dict[AgentId, datetime] = {}
        """Whose phone rang when another one was first, until it is known to ring no more."""

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over; it ends whatever rings."""
        self._floor = floor
        self._lost_at.clear()

    def problems(self, fact: AnyFact, now: datetime) -> Iterable[str]:
        """A second winner, a loser without a winner, and a loser who is not free."""
        self._keep_losers(fact, now)
        match fact:
            case OfferMade():
                self._made[fact.offer] = fact
                yield from self._late(fact)
            case OfferAccepted() | OfferBridged() | TalkStarted():
                yield from self._second(self._made[fact.offer].call, fact.offer)
            case OfferWithdrawn(reason=Withdrawn.ANSWERED_ELSEWHERE):
                yield from self._lost(self._made[fact.offer])
            case OfferMissed() | OfferWithdrawn():
                call = self._made[fact.offer].call
                if self._won.get(call) == fact.offer:
                    del self._won[call]
            case CallEnded() | TransferAsked() | TransferCompleted() | ConsultStarted():
                self._won.pop(fact.call, None)
            case _:
                pass

    def _keep_losers(self, fact: AnyFact, now: datetime) -> None:
        match fact:
            case OfferWithdrawn(reason=Withdrawn.ANSWERED_ELSEWHERE):
                self._lost_at[self._made[fact.offer].agent] = now
            case PhoneChanged(agent=agent) | OfferMade(agent=agent):
                self._lost_at.pop(agent, None)
            case _:
                pass

    def ring_on(self, now: datetime) -> Iterable[str]:
        """Losers whose phones should have stopped ringing."""
        for agent, lost_at in self._lost_at.items():
            there = self._floor.agents.get(agent)
            rings = there is not None and there.phone is Phone.RINGING
            if rings and now - lost_at > timedelta(seconds=LATE_S):
                yield f"agent {agent}'s phone rings on since he lost a call at {lost_at}"

    def _late(self, made: OfferMade) -> Iterable[str]:
        if made.call in self._won:
            yield f"{made.call} is offered although {self._won[made.call]} was accepted"
        call = self._floor.calls[made.call]
        if len(call.offers) > 1 and not self._rings_all(call):
            yield f"{call.id} rings {call.offers} at once"

    def _second(self, call: CallId, offer: OfferId) -> Iterable[str]:
        if self._won.setdefault(call, offer) != offer:
            yield f"{call} has two winners: {self._won[call]} and {offer}"

    def _lost(self, made: OfferMade) -> Iterable[str]:
        winner = self._won.get(made.call)
        if winner is None or winner == made.offer:
            yield f"{made.offer} was lost to nobody"
        agent = self._floor.agents.get(made.agent)
        if agent is None:
            return
        if agent.has_customer:
            yield f"agent {agent.id} lost {made.offer} and is {agent.state}"
        # Rests, pauses and misses of his own are in the books of agents.
        if agent.state is AgentState.READY and agent.resting_until is not None:
            yield f"agent {agent.id} rests after he lost {made.offer}"

    def _rings_all(self, call: Call) -> bool:
        """Whether the call's group rings all."""
        assert call.group is not None
        return self._floor.group(call.group).strategy == "ring_all"

    def may_ring_another(self, call: Call, now: datetime) -> bool:
        """It rings, all are to be rung, nobody has answered, and she has not waited too long."""
        if call.stage is not Stage.RINGING or not self._rings_all(call):
            return False
        assert call.group is not None
        assert call.waiting_since is not None
        longest = timedelta(seconds=self._floor.group(call.group).wait_s_max)
        return call.id not in self._won and now - call.waiting_since < longest
