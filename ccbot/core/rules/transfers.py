"""What the floor does with facts about transfers: who is asked, who answers, who owns the talk."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import Call, CallEvent, Stage
from ccbot.core.decisions import Decision, Forget, Post, Tell, WakeAt, after
from ccbot.core.handing_on import why_not_handed_on
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.rules.offers import OfferRules
from ccbot.core.rules.wrap_ups import let_target_go, wrap_up
from ccbot.core.timers import transfer_timer
from ccbot.core.transfers import CONSULT_WAIT_S_MAX, Transfer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None


class TransferRules:
    """Facts about transfers."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor
        self._offers = OfferRules(floor)

    def asked(self, fact: f.TransferAsked, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or why_not_handed_on(self._floor, fact, now) is not None:
            return None
        call.move(CallEvent.HAND_ON)
        call.transfer = transfer = Transfer(
            by=fact.agent,
            kind=fact.kind,
            asked_at=now,
            to_agent=fact.to_agent,
            to_group=fact.to_group,
            reason=fact.reason,
            note=fact.note,
        )
        if not transfer.queues:
            return [self._until_given_up(call, transfer), Tell(call.id, call.stage)]
        transfer.sender_left = True
        call.hops += 1
        freed = wrap_up(self._floor, fact.agent, call, now)
        return [*freed, *self.to_the_head(call)]

    def to_the_head(self, call: Call) -> list[Decision]:
        """Nobody has her: she goes to the head of the queue that she was handed on to, or of hers.

        If that is not in the document any more: of the last resort of her entry.
        """
        transfer, routing = call.transfer, self._floor.routing
        group = transfer.to_group if transfer is not None and transfer.queues else call.group
        if group not in routing.groups:
            group = GroupKey(routing.last_resort(call.entry))
        by = f.GroupChosenBy.TRANSFER
        return [Post(f.CallQueued(call=call.id, group=group, by=by)), Tell(call.id, call.stage)]

    @staticmethod
    def _until_given_up(call: Call, transfer: Transfer) -> WakeAt:
        nobody = f.TransferFailed(call=call.id, why=f.TransferFailure.NOBODY_FREE)
        return WakeAt(transfer_timer(call.id), after(transfer.asked_at, CONSULT_WAIT_S_MAX), nobody)

    def taken_up(self, call: Call) -> list[Decision]:
        """After a restart: its timer, or what was just to follow as the process died."""
        transfer = call.transfer
        if transfer is not None and transfer.target is not None:
            completed = f.TransferCompleted(call=call.id, agent=transfer.target)
            return [Post(completed)] if transfer.sender_left else []
        if call.stage is not Stage.CONSULT:
            return []
        if transfer is None or transfer.queues:
            return self.to_the_head(call)
        return [self._until_given_up(call, transfer)]

    def consult_started(self, fact: f.ConsultStarted, now: datetime) -> Result:
        opened = self._offers.accepted_for_transfer(fact.offer)
        if opened is None:
            return None
        offer, call, agent = opened
        assert call.transfer is not None
        if call.transfer.is_blind:
            return None
        call.transfer.target = agent.id
        taken = self._offers.take(offer, call, agent)
        return [*taken, Forget(transfer_timer(call.id)), Tell(call.id, call.stage)]

    def swapped(self, fact: f.ConsultSwapped, now: datetime) -> Result:
        call = self._consulting(fact.call)
        if call is None or (call.stage is Stage.TALK) == fact.with_customer:
            return None
        call.move(CallEvent.BE_BACK if fact.with_customer else CallEvent.HAND_ON)
        return [Tell(call.id, call.stage)]

    def conference_started(self, fact: f.ConferenceStarted, now: datetime) -> Result:
        call = self._consulting(fact.call)
        if call is None or call.transfer is None:
            return None
        if call.stage is Stage.CONSULT:
            call.move(CallEvent.BE_BACK)
        call.transfer.three = call.transfer.met = True
        return [Tell(call.id, call.stage)]

    def _consulting(self, call_id: CallId) -> Call | None:
        """The call whose sender and target are there, and not all three in one room."""
        call = self._floor.calls.get(call_id)
        transfer = call.transfer if call is not None else None
        if transfer is None or transfer.target is None or transfer.three or transfer.sender_left:
            return None
        return call

    def consult_ended(self, fact: f.ConsultEnded, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        transfer = call.transfer if call is not None else None
        if call is None or transfer is None or transfer.sender_left or transfer.by != fact.agent:
            return None
        return self._over(call, now)

    def failed(self, fact: f.TransferFailed, now: datetime) -> Result:
        """Who has answered is not given up because time is over."""
        call = self._floor.calls.get(fact.call)
        transfer = call.transfer if call is not None else None
        if call is None or transfer is None or transfer.queues:
            return None
        has_answered = transfer.target is not None or call.answered is not None
        if has_answered and fact.why is f.TransferFailure.NOBODY_FREE:
            return None
        call.transfers_failed += call.stage is Stage.CONSULT
        return self._over(call, now)

    def _over(self, call: Call, now: datetime) -> list[Decision]:
        """The transfer came to nothing: back to the sender, or to the head of her queue."""
        transfer = call.transfer
        assert transfer is not None
        freed = let_target_go(self._floor, call, now)
        reason = f.Withdrawn.CALL_MOVED_ON
        stops = [Post(f.OfferWithdrawn(offer=one, reason=reason)) for one in call.offers]
        call.transfer = None
        decisions = [*freed, Forget(transfer_timer(call.id)), *stops]
        if transfer.sender_left:
            call.agent, call.agent_leg = None, ""
            return [*decisions, *self.to_the_head(call)]
        if call.stage is Stage.CONSULT:
            call.move(CallEvent.BE_BACK)
        return [*decisions, Tell(call.id, call.stage)]

    def sender_left(self, fact: f.SenderLeft, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        transfer = call.transfer if call is not None else None
        if call is None or transfer is None or transfer.sender_left or transfer.by != fact.agent:
            return None
        transfer.sender_left = True
        decisions = [*wrap_up(self._floor, fact.agent, call, now), Tell(call.id, call.stage)]
        if transfer.target is not None:
            decisions.append(Post(f.TransferCompleted(call=call.id, agent=transfer.target)))
        return decisions

    def completed(self, fact: f.TransferCompleted, now: datetime) -> Result:
        """By who is consulted, or by who answered a blind transfer."""
        call = self._floor.calls.get(fact.call)
        transfer = call.transfer if call is not None else None
        if call is None or transfer is None:
            return None
        taken: list[Decision] = []
        if transfer.target != fact.agent:
            opened = self._offers.accepted_for_transfer(call.answered)
            if opened is None or opened[2].id != fact.agent or not transfer.is_blind:
                return None
            taken = self._offers.take(*opened)
        if not transfer.sender_left:
            taken += wrap_up(self._floor, transfer.by, call, now)
        self._owns(call, transfer, fact.agent, now)
        return [*taken, Forget(transfer_timer(call.id)), Tell(call.id, call.stage)]

    def _owns(self, call: Call, transfer: Transfer, agent_id: AgentId, now: datetime) -> None:
        if call.stage is Stage.CONSULT:
            call.move(CallEvent.BE_BACK)
        call.transfer, call.agent, call.agent_leg = None, agent_id, transfer.target_leg
        call.talk_started_at = now
        call.hops += 1
        if transfer.met:
            call.greeted.append(agent_id)
        if transfer.to_group is not None:
            call.group = transfer.to_group
        self._offers.is_his(call, self._floor.agents[agent_id], now)
        self._floor.acquaintance.met(call, agent_id, now)
