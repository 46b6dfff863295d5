"""What the floor does with facts about agents: signing in, pauses, phones."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentEvent, AgentState
from ccbot.core.calls import Stage
from ccbot.core.decisions import Decision, Forget, WakeAt, after
from ccbot.core.refusals import why_not
from ccbot.core.rules.patience import patience
from ccbot.core.rules.supervision import leave
from ccbot.core.timers import rest_timer, wrap_up_timer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None


class AgentRules:
    """Facts about agents."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def configured(self, fact: f.AgentConfigured, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None:
            self._floor.agents[fact.agent] = Agent(
                id=fact.agent,
                name=fact.name,
                groups=fact.groups,
                test=fact.test,
                role=fact.role,
                leads=fact.leads,
                idle_since=now,
            )
        else:
            agent.name, agent.groups, agent.test = fact.name, fact.groups, fact.test
            agent.role, agent.leads = fact.role, fact.leads
            agent.removed = False
        return staffing_changed(self._floor, now)

    def taken_up(self, fact: f.AgentTakenUp, now: datetime) -> Result:
        """He stands on the floor as he was left; only his timers are gone."""
        agent = self._floor.agents.get(fact.agent)
        if agent is None:
            return None
        decisions: list[Decision] = []
        if agent.state is AgentState.WRAP_UP and agent.wrap_up is not None:
            over = f.WrapUpEnded(agent=agent.id)
            decisions.append(WakeAt(wrap_up_timer(agent.id), agent.wrap_up.until, over))
        if agent.resting_until is not None:
            rested = f.RestEnded(agent=agent.id)
            decisions.append(WakeAt(rest_timer(agent.id), agent.resting_until, rested))
        return decisions

    def removed(self, fact: f.AgentRemoved, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or agent.removed:
            return None
        agent.removed = True
        if agent.has_customer:
            agent.next_state = AgentEvent.SIGN_OUT
            return []
        if agent.supervises is not None:
            return leave(agent, now)
        del self._floor.agents[fact.agent]
        return [Forget(wrap_up_timer(fact.agent)), *staffing_changed(self._floor, now)]

    def signed_in(self, fact: f.AgentSignedIn, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or why_not(agent, fact) is not None:
            return None
        agent.stop_resting()
        agent.misses, agent.miss_unheard = 0, False
        if agent.has_customer:
            agent.next_state = agent.next_pause = None
            return [Forget(rest_timer(agent.id))]
        if not agent.signed_in:
            agent.served = 0
        if agent.state is not AgentState.READY:
            agent.idle_since = now
        agent.move(AgentEvent.SIGN_IN)
        agent.pause = None
        forget = [Forget(rest_timer(agent.id)), Forget(wrap_up_timer(agent.id))]
        return [*forget, *staffing_changed(self._floor, now)]

    def paused(self, fact: f.AgentPaused, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or why_not(agent, fact) is not None:
            return None
        agent.misses = 0
        if agent.has_customer:
            agent.next_state, agent.next_pause = AgentEvent.PAUSE, fact.reason
            return []
        agent.move(AgentEvent.PAUSE)
        agent.pause = fact.reason
        agent.miss_unheard = agent.miss_unheard or fact.reason is f.Pause.MISSED_CALL
        return [Forget(wrap_up_timer(agent.id)), *staffing_changed(self._floor, now)]

    def signed_out(self, fact: f.AgentSignedOut, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or why_not(agent, fact) is not None:
            return None
        agent.misses = 0
        if agent.has_customer:
            agent.next_state = AgentEvent.SIGN_OUT
            return []
        agent.move(AgentEvent.SIGN_OUT)
        agent.pause = None
        return [Forget(wrap_up_timer(agent.id)), *staffing_changed(self._floor, now)]

    def miss_heard(self, fact: f.MissHeard, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or not agent.miss_unheard:
            return None
        agent.miss_unheard = False
        return []

    def rest_ended(self, fact: f.RestEnded, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or agent.resting_until is None:
            return None
        agent.stop_resting()
        return []

    def wrap_up_ended(self, fact: f.WrapUpEnded, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or why_not(agent, fact) is not None:
            return None
        agent.idle_since = now
        agent.move(AgentEvent.WRAP_UP_OVER)
        return [Forget(wrap_up_timer(agent.id))]

    def wrap_up_extended(self, fact: f.WrapUpExtended, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or agent.wrap_up is None or why_not(agent, fact) is not None:
            return None
        until = after(agent.wrap_up.until, agent.wrap_up.extension_s)
        agent.wrap_up = replace(agent.wrap_up, until=until, extended=True)
        return [WakeAt(wrap_up_timer(agent.id), until, f.WrapUpEnded(agent=agent.id))]

    def phone_changed(self, fact: f.PhoneChanged, now: datetime) -> Result:
        agent = self._floor.agents.get(fact.agent)
        if agent is None or agent.phone is fact.phone:
            return None
        is_back = agent.phone is f.Phone.UNREACHABLE
        agent.phone = fact.phone
        if is_back and agent.rests_after is f.Missed.UNREACHABLE:
            agent.stop_resting()
            return [Forget(rest_timer(agent.id)), *staffing_changed(self._floor, now)]
        return staffing_changed(self._floor, now)


def staffing_changed(floor: "Floor", now: datetime) -> list[Decision]:
    """Start or stop the patience of callers whom nobody can take."""
    decisions: list[Decision] = []
    for call in floor.calls.values():
        if call.stage is Stage.WAITING:
            decisions.extend(patience(floor, call, now))
    return decisions


def leave_customer(floor: "Floor", agent: Agent, now: datetime) -> list[Decision]:
    """The agent has no customer any more: do what was asked for meanwhile."""
    agent.offer = agent.call = None
    wanted, agent.next_state = agent.next_state, None
    if agent.removed:
        del floor.agents[agent.id]
        return [Forget(wrap_up_timer(agent.id)), *staffing_changed(floor, now)]
    if wanted is None:
        return []
    agent.move(wanted)
    if wanted is AgentEvent.PAUSE:
        agent.pause, agent.next_pause = agent.next_pause, None
    return [Forget(wrap_up_timer(agent.id)), *staffing_changed(floor, now)]
