"""``*9``: the agent marks the call as a complaint; he alone hears that it is done."""

from ccbot.core.facts import CallFlagged
from ccbot.core.ids import AgentId
from ccbot.flows.visitor import Visit
from ccbot.pbx.leg import Leg


async def flag_complaint(visit: Visit, agent: Leg, number: AgentId) -> None:
    """Mark it, and say so; the second time it is only said."""
    flag = CallFlagged(call=visit.id, agent=number)
    done = visit.desk.post(flag) or flag.flag in visit.call.flags
    await agent.play("agent.flagged" if done else "agent.refused")
