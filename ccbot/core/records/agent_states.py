"""What each agent was doing and how long: intervals of his state, made from facts alone.

Pure. The log stands beside the floor and follows the same facts in the same order; it need not know
the routing document, since a fact says whatever was decided. Built-in test phones are not in it.

Moments are whole milliseconds and never run backwards for one agent, so his intervals neither
overlap nor leave a gap from his signing in to his signing out.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import singledispatchmethod

import msgspec

from ccbot.core import facts as f
from ccbot.core.agents import AgentEvent, AgentState
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.core.records.agent_turns import LOST, Turns
from ccbot.core.records.rows import whole_ms
from ccbot.core.records.standings import (
    Activity,
    Interval,
    SeenAgent,
    SeenCall,
    SeenFloor,
    SeenOnFloor,
    Standings,
)

_ABOUT_A_CALL = {AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP}
_NEXT = {AgentEvent.PAUSE: AgentState.PAUSED, AgentEvent.SIGN_OUT: AgentState.OFFLINE}


class AgentLog:
    """Follows the facts of one journal."""

    def __init__(self, standings: Standings | None = None) -> None:
        self._turns = Turns(standings)

    @property
    def standings(self) -> Standings:
        """Where everybody stands."""
        return self._turns.standings

    def take(self, stamped: f.Stamped) -> list[Interval]:
        """The intervals that this fact ended or began, in order."""
        self._turns.begin(stamped.at)
        self._apply(stamped.fact)
        return self._turns.changed()

    @singledispatchmethod
    def _apply(self, _fact: f.Fact) -> None:
        """Most facts change no agent's state."""

    # ---- agents ---------------------------------------------------------------------------------

    @_apply.register
    def _(self, fact: f.AgentConfigured) -> None:
        self._turns.standing(fact.agent).is_built_in = fact.test

    @_apply.register
    def _(self, fact: f.AgentRemoved) -> None:
        self._turns.goes(fact.agent, AgentState.OFFLINE)

    @_apply.register
    def _(self, fact: f.AgentSignedIn) -> None:
        standing = self._turns.standing(fact.agent)
        if standing.has_customer:
            standing.next_state = None
        elif standing.state is not AgentState.READY:
            self._turns.turn(fact.agent, AgentState.READY)

    @_apply.register
    def _(self, fact: f.AgentPaused) -> None:
        self._turns.goes(fact.agent, AgentState.PAUSED, fact.reason.value)

    @_apply.register
    def _(self, fact: f.AgentSignedOut) -> None:
        self._turns.goes(fact.agent, AgentState.OFFLINE)

    @_apply.register
    def _(self, fact: f.WrapUpEnded) -> None:
        self._turns.turn(fact.agent, AgentState.READY)

    # ---- calls ----------------------------------------------------------------------------------

    @_apply.register
    def _(self, fact: f.CallEntered) -> None:
        self.standings.calls[fact.call] = SeenCall(
            test=fact.test, is_callback=fact.callback_of is not None
        )

    @_apply.register
    def _(self, fact: f.CallQueued) -> None:
        call = self._turns.call(fact.call)
        call.group = fact.group
        call.ends_transfer()

    @_apply.register
    def _(self, fact: f.QueueChanged) -> None:
        self._turns.call(fact.call).group = fact.group

    @_apply.register
    def _(self, fact: f.OfferMade) -> None:
        self.standings.offers[fact.offer] = fact.agent
        self._turns.turn(fact.agent, AgentState.OFFERED, call=fact.call)

    @_apply.register
    def _(self, fact: f.OfferBridged) -> None:
        if agent := self._turns.offered(fact.offer):
            self._turns.bridged(agent)

    @_apply.register
    def _(self, fact: f.TalkStarted) -> None:
        if agent := self._turns.offered(fact.offer):
            self._turns.talks(agent)
            del self.standings.offers[fact.offer]

    @_apply.register
    def _(self, fact: f.OfferMissed) -> None:
        self._offer_over(fact.offer, fact.reason.value)

    @_apply.register
    def _(self, fact: f.OfferWithdrawn) -> None:
        self._offer_over(fact.offer, fact.reason.value)

    def _offer_over(self, offer: OfferId, ended_as: str) -> None:
        if agent := self._turns.offered(offer):
            self._turns.leaves(agent, AgentState.READY, ended_as)
            del self.standings.offers[offer]

    @_apply.register
    def _(self, fact: f.TalkEnded) -> None:
        self._ends_talk(fact.agent, fact.call)

    @_apply.register
    def _(self, fact: f.CallEnded) -> None:
        for agent in self._with_customer(fact.call):
            standing = self._turns.standing(agent)
            if standing.bridged_at is not None:
                self._turns.talks(agent)
            if standing.state is AgentState.TALKING:
                self._lets_go(agent, fact.call)
            else:
                self._turns.leaves(agent, AgentState.READY, f.Withdrawn.CALLER_LEFT.value)
            self._turns.offered_no_more(agent)
        self.standings.calls.pop(fact.call, None)

    def _with_customer(self, call: CallId) -> list[AgentId]:
        agents = self.standings.agents.items()
        return [agent for agent, one in agents if one.has_customer and one.call == call]

    def _ends_talk(self, agent: AgentId, call: CallId) -> None:
        if self._turns.talks_in(agent, call):
            self._turns.leaves(agent, AgentState.WRAP_UP)

    def _lets_go(self, agent: AgentId | None, call: CallId) -> None:
        """Who was consulted and never had the customer has no wrap-up."""
        if agent is not None and self._turns.talks_in(agent, call):
            consulted = self._turns.standing(agent).activity is Activity.CONSULTED
            self._turns.leaves(agent, AgentState.READY if consulted else AgentState.WRAP_UP)

    # ---- hold and transfers ---------------------------------------------------------------------

    @_apply.register
    def _(self, fact: f.CallHeld) -> None:
        self._turns.acts(fact.agent, fact.call, Activity.HOLD)

    @_apply.register
    def _(self, fact: f.CallResumed) -> None:
        self._turns.acts(fact.agent, fact.call, Activity.WITH_CUSTOMER)

    @_apply.register
    def _(self, fact: f.TransferAsked) -> None:
        call = self._turns.call(fact.call)
        call.sender, call.target, call.to_group = fact.agent, None, fact.to_group
        if fact.kind is f.TransferKind.BLIND and fact.to_group is not None:
            self._ends_talk(fact.agent, fact.call)
        else:
            self._turns.acts(fact.agent, fact.call, Activity.CONSULT)

    @_apply.register
    def _(self, fact: f.ConsultStarted) -> None:
        if agent := self._turns.offered(fact.offer):
            self._turns.call(fact.call).target = agent
            self._turns.talks(agent, Activity.CONSULTED)
            del self.standings.offers[fact.offer]

    @_apply.register
    def _(self, fact: f.ConsultSwapped) -> None:
        if sender := self._turns.call(fact.call).sender:
            activity = Activity.WITH_CUSTOMER if fact.with_customer else Activity.CONSULT
            self._turns.acts(sender, fact.call, activity)

    @_apply.register
    def _(self, fact: f.ConferenceStarted) -> None:
        call = self._turns.call(fact.call)
        for agent in (call.sender, call.target):
            if agent is not None:
                self._turns.acts(agent, fact.call, Activity.WITH_CUSTOMER)

    @_apply.register
    def _(self, fact: f.ConsultEnded) -> None:
        self._came_to_nothing(fact.call)

    @_apply.register
    def _(self, fact: f.TransferFailed) -> None:
        self._came_to_nothing(fact.call)

    def _came_to_nothing(self, call_id: CallId) -> None:
        call = self._turns.call(call_id)
        self._lets_go(call.target, call_id)
        if call.sender is not None:
            self._turns.acts(call.sender, call_id, Activity.WITH_CUSTOMER)
        call.ends_transfer()

    @_apply.register
    def _(self, fact: f.TransferCompleted) -> None:
        call, standing = self._turns.call(fact.call), self._turns.standing(fact.agent)
        if call.sender is not None:
            self._ends_talk(call.sender, fact.call)
        if standing.state is AgentState.OFFERED and standing.call == fact.call:
            self._turns.talks(fact.agent)
            self._turns.offered_no_more(fact.agent)
        else:
            self._turns.acts(fact.agent, fact.call, Activity.WITH_CUSTOMER)
        call.group = call.to_group or call.group
        call.ends_transfer()

    @_apply.register
    def _(self, fact: f.SenderLeft) -> None:
        self._ends_talk(fact.agent, fact.call)

    @_apply.register
    def _(self, fact: f.CallTakenOver) -> None:
        """Who was signed out or not ready before is so again after it."""
        call, boss = self._turns.call(fact.call), self._turns.standing(fact.supervisor)
        self._lets_go(call.target, fact.call)
        self._ends_talk(fact.agent, fact.call)
        call.ends_transfer()
        if boss.state in {AgentState.PAUSED, AgentState.OFFLINE}:
            boss.next_state, boss.next_reason = boss.state, boss.reason
        self._turns.turn(fact.supervisor, AgentState.TALKING, call=fact.call)

    # ---- the floor as it was seen ---------------------------------------------------------------

    @_apply.register
    def _(self, fact: f.FloorSeen) -> None:
        """Facts may have been lost: who stands otherwise stands as he was seen from now on."""
        seen = msgspec.json.decode(fact.floor, type=SeenFloor)
        calls = {one.id: one for one in seen.calls}
        self.standings.calls = {one.id: one.known() for one in seen.calls}
        self.standings.offers = {one.id: one.agent for one in seen.offers}
        bridged = {one.agent: one.bridged_at for one in seen.offers}
        for one in seen.agents:
            self._stands(one, calls.get(one.call or LOST), bridged.get(one.id))
        there = {one.id for one in seen.agents}
        for agent, standing in self.standings.agents.items():
            if agent not in there and standing.state is not AgentState.OFFLINE:
                self._turns.turn(agent, AgentState.OFFLINE)

    def _stands(
        self, seen: SeenAgent, call: SeenOnFloor | None, bridged_at: datetime | None
    ) -> None:
        standing = self._turns.standing(seen.id)
        reason = seen.pause.value if seen.pause else ""
        in_talk = call is not None and seen.state is AgentState.TALKING
        activity = call.activity(seen.id) if call and in_talk else Activity.WITH_CUSTOMER
        about = standing.call if standing.has_customer else None
        now = (standing.state, standing.reason, about, standing.activity)
        if now != (seen.state, reason, seen.call, activity):
            of_call = (seen.call or LOST) if seen.state in _ABOUT_A_CALL else None
            self._turns.turn(seen.id, seen.state, reason=reason, call=of_call, activity=activity)
        standing.is_built_in = seen.test
        standing.bridged_at = whole_ms(bridged_at) if bridged_at else None
        standing.next_state = _NEXT.get(seen.next_state) if seen.next_state else None
        pauses_next = standing.next_state is AgentState.PAUSED and seen.next_pause is not None
        standing.next_reason = str(seen.next_pause) if pauses_next else ""


def joined(changes: Iterable[Interval]) -> list[Interval]:
    """The intervals as they stand after these changes, in the order in which they began."""
    latest: dict[tuple[AgentId, int], Interval] = {}
    for one in changes:
        latest[one.agent, one.no] = one
    return list(latest.values())
