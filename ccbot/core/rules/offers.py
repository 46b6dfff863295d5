"""What the floor does with offers: the only way to ring an agent."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentEvent, AgentState, Handles
from ccbot.core.calls import Call, CallEvent, Offer, Stage
from ccbot.core.decisions import Decision, Forget, Post, Revoke, Tell, WakeAt, after
from ccbot.core.handing_on import may_be_rung
from ccbot.core.ids import OfferId
from ccbot.core.recordings import to_be_announced
from ccbot.core.routing import may_ring_beside
from ccbot.core.routing_document import Callback
from ccbot.core.rules.agents import leave_customer
from ccbot.core.rules.owed import settled
from ccbot.core.rules.publishing import elsewhere, waits_on
from ccbot.core.rules.rests import rest_s
from ccbot.core.rules.targets import after_a_miss, ring_s_left
from ccbot.core.timers import again_timer, offer_timer, rest_timer, waiting_over

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None

CUSTOMER_S_MAX = 15.0
"""What calling a customer back takes besides the ringing: a word to the agent, a new channel."""

SWEEP_S = 5.0
"""How long after its ringing time an offer may still be open before it is swept away."""

NOTICE_S_MAX = 10.0
"""What telling a customer that she is recorded takes at that point."""

BRIDGE_S_MAX = 5.0
"""From the agent's answer to the talk; then the offer is swept away."""


class OfferRules:
    """Facts about offers, from the reservation to the talk."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def made(self, fact: f.OfferMade, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        agent = self._floor.agents.get(fact.agent)
        if call is None or agent is None:
            return None
        if not agent.may(AgentEvent.OFFER):
            return None
        if call.stage is Stage.CONSULT:
            rings = may_be_rung(self._floor, call, agent)
        else:
            rings = self._may_ring(call, agent, now)
        return self._reserve(fact.offer, call, agent, now) if rings else None

    def _may_ring(self, call: Call, agent: Agent, now: datetime) -> bool:
        """Her group may have been another one when this was proposed."""
        serves = call.group in agent.groups or call.pulled_to == agent.id
        if not call.may(CallEvent.OFFER) or not serves:
            return False
        assert call.group is not None
        group = self._floor.group(call.group)
        return call.stage is not Stage.RINGING or may_ring_beside(group, call, now)

    def _reserve(
        self, offer_id: OfferId, call: Call, agent: Agent, now: datetime
    ) -> list[Decision]:
        assert call.group is not None
        ring_s = self._floor.group(call.group).ring_s
        if call.transfer is None:
            call.move(CallEvent.OFFER)
            agent.asked_at[call.group] = now
        else:
            ring_s = ring_s_left(self._floor, call.transfer, ring_s, now)
        offer = Offer(id=offer_id, call=call.id, agent=agent.id, made_at=now, ring_s=ring_s)
        agent.move(AgentEvent.OFFER)
        call.offers.append(offer.id)
        call.pulled_to = None
        agent.offer, agent.call = offer.id, call.id
        self._floor.offers[offer.id] = offer
        expired = f.OfferMissed(offer=offer.id, reason=f.Missed.EXPIRED)
        deadline = after(now, ring_s + SWEEP_S + self._customer_s(call, first="customer"))
        return [WakeAt(offer_timer(offer.id), deadline, expired), Tell(call.id, offer)]

    def missed(self, fact: f.OfferMissed, now: datetime) -> Result:
        opened = self._open(fact.offer)
        if opened is None:
            return None
        offer, call, agent = opened
        if call.transfer is not None:
            closed = self._close(offer, call, agent, now, missed=fact.reason)
            return [*closed, *after_a_miss(self._floor, call, agent, fact.reason, now)]
        return [
            *self._not_again_yet(call, agent, now),
            *self._close(offer, call, agent, now, missed=fact.reason),
            *self._waits_on(call, now),
        ]

    def offerable_again(self, fact: f.OfferableAgain, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or fact.agent not in call.missed_by:
            return None
        del call.missed_by[fact.agent]
        return []

    def withdrawn(self, fact: f.OfferWithdrawn, now: datetime) -> Result:
        opened = self._open(fact.offer)
        if opened is None:
            return None
        offer, call, agent = opened
        closed = self._close(offer, call, agent, now)
        if fact.reason is f.Withdrawn.CALLER_CHOSE:
            return closed  # what she chose follows, and says how she waits on, if she does
        return [*closed, *self._waits_on(call, now)]

    def accepted(self, fact: f.OfferAccepted, now: datetime) -> Result:
        """The first one wins; whoever answers after him is refused."""
        opened = self._open(fact.offer)
        if opened is None or opened[1].answered not in {None, fact.offer}:
            return None
        offer, call, agent = opened
        self._floor.offers[offer.id] = replace(offer, accepted=True)
        if call.transfer is None:
            call.agent_leg, call.room = fact.leg, fact.room
        else:
            call.transfer.target_leg = fact.leg
        agent.misses = 0
        expired = f.OfferMissed(offer=fact.offer, reason=f.Missed.EXPIRED)
        notice_s = NOTICE_S_MAX if to_be_announced(self._floor, call) else 0.0
        bridge_s = BRIDGE_S_MAX + notice_s + self._customer_s(call, first="agent")
        deadline = after(now, bridge_s)
        return [*_wins(fact.offer, call), WakeAt(offer_timer(fact.offer), deadline, expired)]

    def bridged(self, fact: f.OfferBridged, now: datetime) -> Result:
        opened = self._open(fact.offer)
        if opened is None or opened[0].bridged_at is not None:
            return None
        offer, call, _ = opened
        if call.transfer is not None or call.answered not in {None, offer.id}:
            return None
        assert call.group is not None
        self._floor.offers[offer.id] = replace(offer, bridged_at=now)
        is_a_talk = f.TalkStarted(offer=offer.id)
        guard_s = self._floor.group(call.group).answer_guard_s
        let_off = _wins(offer.id, call)
        if guard_s == 0:
            return [*let_off, Post(is_a_talk)]
        return [*let_off, WakeAt(offer_timer(offer.id), after(now, guard_s), is_a_talk)]

    def talk_started(self, fact: f.TalkStarted, now: datetime) -> Result:
        opened = self._open(fact.offer)
        if opened is None or opened[1].answered not in {None, fact.offer}:
            return None
        offer, call, agent = opened
        if call.transfer is not None:
            return None
        self._floor.acquaintance.met(call, agent.id, now)
        let_off = _wins(offer.id, call)
        return [*let_off, *self._talk(offer, call, agent, now), *settled(self._floor, call)]

    def _talk(self, offer: Offer, call: Call, agent: Agent, now: datetime) -> list[Decision]:
        call.move(CallEvent.TALK)
        call.agent, call.talk_started_at = agent.id, offer.bridged_at or now
        call.at_head = False
        taken = self.take(offer, call, agent)
        self.is_his(call, agent, offer.made_at)
        return [*taken, *waiting_over(call)]

    def take(self, offer: Offer, call: Call, agent: Agent) -> list[Decision]:
        """The agent talks: with the customer, or about her."""
        agent.move(AgentEvent.TALK)
        agent.misses = 0
        del self._floor.offers[offer.id]
        call.offers.remove(offer.id)
        call.answered = agent.offer = None
        return [Forget(offer_timer(offer.id))]

    @staticmethod
    def is_his(call: Call, agent: Agent, since: datetime) -> None:
        """The agent has her: she counts as one of his."""
        assert call.group is not None
        if not call.test:
            agent.handles = Handles(group=call.group, since=since)
        agent.served += 1

    def accepted_for_transfer(self, offer_id: OfferId | None) -> tuple[Offer, Call, Agent] | None:
        """An offer of a transfer whose agent has answered."""
        opened = self._open(offer_id) if offer_id is not None else None
        if opened is None or opened[1].transfer is None or not opened[0].accepted:
            return None
        return opened

    def close_for_leaver(self, call: Call, now: datetime) -> list[Decision]:
        """The caller has gone: agents are free again, without a miss, unless they had met."""
        decisions: list[Decision] = []
        for offer_id in list(call.offers):
            opened = self._open(offer_id)
            assert opened is not None
            met = opened[0].bridged_at is not None
            decisions += self._talk(*opened, now) if met else self._close(*opened, now)
        return decisions

    def _customer_s(self, call: Call, *, first: str) -> float:
        """How long calling the customer of this call takes, if it is done at this point."""
        rules = self._callback
        return rules.ring_s + CUSTOMER_S_MAX if call.owed and rules.first == first else 0.0

    @property
    def _callback(self) -> Callback:
        return self._floor.routing.callback

    def _open(self, offer_id: OfferId) -> tuple[Offer, Call, Agent] | None:
        offer = self._floor.offers.get(offer_id)
        if offer is None:
            return None
        return offer, self._floor.calls[offer.call], self._floor.agents[offer.agent]

    def _close(
        self,
        offer: Offer,
        call: Call,
        agent: Agent,
        now: datetime,
        *,
        missed: f.Missed | None = None,
    ) -> list[Decision]:
        del self._floor.offers[offer.id]
        call.offers.remove(offer.id)
        if call.answered == offer.id:
            call.answered = None
        if not call.offers and call.stage is Stage.RINGING:
            call.move(CallEvent.OFFER_OVER)
        agent.move(AgentEvent.OFFER_OVER)
        decisions: list[Decision] = [Forget(offer_timer(offer.id)), Revoke(offer.id)]
        decisions += leave_customer(self._floor, agent, now)
        # Removed, or not ready by his own wish: there is nothing to keep him from.
        if missed is not None and agent.state is AgentState.READY and not agent.removed:
            decisions += self._leave_alone(agent, call, missed, now)
        return decisions

    def asked_again(self, call: Call, now: datetime) -> list[Decision]:
        """After a restart, or in another queue: who missed it is asked again when he would be."""
        call.missed_by = {one: until for one, until in call.missed_by.items() if until > now}
        return [
            WakeAt(again_timer(call.id, agent), until, f.OfferableAgain(call=call.id, agent=agent))
            for agent, until in sorted(call.missed_by.items())
        ]

    def _not_again_yet(self, call: Call, agent: Agent, now: datetime) -> list[Decision]:
        assert call.group is not None
        until = after(now, self._floor.group(call.group).offer_again_s)
        call.missed_by[agent.id] = until
        again = f.OfferableAgain(call=call.id, agent=agent.id)
        return [WakeAt(again_timer(call.id, agent.id), until, again)]

    def _leave_alone(
        self, agent: Agent, call: Call, missed: f.Missed, now: datetime
    ) -> list[Decision]:
        """RONA: who lets his phone ring once too often is not ready; else he rests."""
        assert call.group is not None
        if missed is f.Missed.NO_ANSWER:
            agent.misses += 1
            if agent.misses >= self._floor.group(call.group).misses_until_not_ready:
                return [Post(f.AgentPaused(agent=agent.id, reason=f.Pause.MISSED_CALL))]
        return self._rest(agent, call, missed, now)

    def _rest(self, agent: Agent, call: Call, missed: f.Missed, now: datetime) -> list[Decision]:
        assert call.group is not None
        until = after(now, rest_s(self._floor.group(call.group), missed))
        agent.rest(until, missed)
        return [WakeAt(rest_timer(agent.id), until, f.RestEnded(agent=agent.id))]

    def _waits_on(self, call: Call, now: datetime) -> list[Decision]:
        """Back in the old place; but whoever waited too long meanwhile is told so."""
        if call.stage is not Stage.WAITING:
            return []  # another agent's phone rings on
        if call.group in self._floor.gone_groups:
            return elsewhere(self._floor, call)
        return waits_on(self._floor, call, now)


def _wins(winner: OfferId, call: Call) -> list[Decision]:
    """Whoever else rings for this call is let off, without a miss and without a rest."""
    call.answered = winner
    reason = f.Withdrawn.ANSWERED_ELSEWHERE
    others = [one for one in call.offers if one != winner]
    return [Post(f.OfferWithdrawn(offer=one, reason=reason)) for one in others]
