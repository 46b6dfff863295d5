"""The end of an agent's part in a talk."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.agents import AgentEvent, AgentState, WrapUp
from ccbot.core.calls import Call
from ccbot.core.decisions import Decision, WakeAt, after
from ccbot.core.ids import AgentId
from ccbot.core.rules.agents import leave_customer
from ccbot.core.timers import wrap_up_timer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


def wrap_up(floor: "Floor", agent_id: AgentId, call: Call, now: datetime) -> list[Decision]:
    """He talked with the customer: the time after the talk begins, as long as her group gives."""
    agent = floor.agents[agent_id]
    assert call.group is not None
    agent.move(AgentEvent.TALK_OVER)
    decisions = leave_customer(floor, agent, now)
    if agent.state is AgentState.WRAP_UP and not agent.removed:
        document = floor.group(call.group)
        until = after(now, document.wrap_up_s)
        agent.wrap_up = WrapUp(until=until, extension_s=document.wrap_up_extension_s)
        over = f.WrapUpEnded(agent=agent.id)
        decisions.append(WakeAt(wrap_up_timer(agent.id), until, over))
    return decisions


def let_target_go(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """Who was asked for his advice is free at once; if he met the customer, he has a wrap-up."""
    transfer = call.transfer
    if transfer is None or transfer.target is None:
        return []
    if transfer.met:
        return wrap_up(floor, transfer.target, call, now)
    agent = floor.agents[transfer.target]
    agent.idle_since = now
    agent.move(AgentEvent.CONSULT_OVER)
    return leave_customer(floor, agent, now)
