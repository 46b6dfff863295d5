"""What the floor does when a supervisor takes a talk over (接管)."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentEvent, AgentState
from ccbot.core.calls import Call, CallEvent, Stage
from ccbot.core.decisions import Decision, Forget, Post, Tell
from ccbot.core.rights import Right, holder_of
from ccbot.core.rules.offers import OfferRules
from ccbot.core.rules.supervision import leave
from ccbot.core.rules.wrap_ups import let_target_go, wrap_up
from ccbot.core.timers import transfer_timer, wrap_up_timer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None

_TO_THE_TALK = {Stage.HOLD: CallEvent.RESUME, Stage.CONSULT: CallEvent.BE_BACK}

_AFTERWARDS = {AgentState.OFFLINE: AgentEvent.SIGN_OUT, AgentState.PAUSED: AgentEvent.PAUSE}
"""Whoever is signed out or not ready is so again as soon as she has left."""


class TakeOverRules:
    """A new owner, without a transfer."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def taken_over(self, fact: f.CallTakenOver, now: datetime) -> Result:
        """Refused unless he is beside this talk, and the agent whom he knows owns it."""
        call, boss = self._floor.calls.get(fact.call), self._floor.agents.get(fact.supervisor)
        if call is None or boss is None or call.owner != fact.agent:
            return None
        beside = boss.supervises
        if beside is None or (beside.call, beside.leg) != (call.id, fact.leg):
            return None
        may = holder_of(boss).may(Right.TAKE_OVER, groups=[call.group])
        if not may or not boss.may(AgentEvent.TAKE_OVER):
            return None
        freed = [*self._transfer_over(call, now), *wrap_up(self._floor, fact.agent, call, now)]
        left = leave(boss, now)
        self._owns(call, boss, fact.leg, now)
        return [*freed, *left, Forget(wrap_up_timer(boss.id)), Tell(call.id, call.stage)]

    def _transfer_over(self, call: Call, now: datetime) -> list[Decision]:
        """Whoever was consulted is let go, and the phones stop."""
        freed = let_target_go(self._floor, call, now)
        reason = f.Withdrawn.CALL_MOVED_ON
        stops = [Post(f.OfferWithdrawn(offer=one, reason=reason)) for one in call.offers]
        call.transfer = None
        if (event := _TO_THE_TALK.get(call.stage)) is not None:
            call.move(event)
        return [*freed, Forget(transfer_timer(call.id)), *stops]

    def _owns(self, call: Call, boss: Agent, leg: str, now: datetime) -> None:
        boss.next_state = _AFTERWARDS.get(boss.state)
        boss.next_pause, boss.pause = boss.pause, None
        boss.move(AgentEvent.TAKE_OVER)
        boss.call = call.id
        call.agent, call.agent_leg, call.talk_started_at = boss.id, leg, now
        OfferRules.is_his(call, boss, now)
        self._floor.acquaintance.met(call, boss.id, now)
