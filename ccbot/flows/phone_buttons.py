"""The hold button of an agent's own phone: the same as ``*1``, as far as the two go together.

While he hands her on it changes nothing: she hears music in any case, or talks with others. What
he put on hold by ``*1`` or the API, the phone does not take back; what the phone holds, it does.
"""

from ccbot.core.calls import Stage
from ccbot.core.facts import CallHeld, CallResumed, HoldBy, TalkStarted
from ccbot.core.ids import AgentId
from ccbot.flows.visitor import Visit
from ccbot.pbx.leg import Leg


def heed_hold(visit: Visit, agent: AgentId, leg: Leg) -> None:
    """See that the talk is as the phone of its owner says; nothing if it has said nothing."""
    call, desk = visit.call, visit.desk
    if leg.phone_holds and call.transfer is None:
        if call.answered is not None:
            desk.post(TalkStarted(offer=call.answered))  # no slip of the hand, however early
        if call.stage is Stage.TALK:
            desk.post(CallHeld(call=call.id, agent=agent, by=HoldBy.PHONE))
    elif leg.phone_holds is False and call.stage is Stage.HOLD and call.held_by is HoldBy.PHONE:
        desk.post(CallResumed(call=call.id, agent=agent))
