"""A message (留言) instead of a talk: asked for, recorded, thanked for."""

from ccbot.core.facts import MessageNotTaken, NotTaken
from ccbot.flows.spoken import message
from ccbot.flows.visitor import Visit
from ccbot.pbx.record import Ended, Recorded, record

MESSAGES_SHORT_MAX = 2
"""So often a caller says too little; then it is over."""


async def take_a_message(visit: Visit) -> None:
    """Ask until something was said, twice at most; then thank for it. The line ends with that.

    What she said until she hung up is kept.
    """
    await visit.exchange.leave_lobby(visit.leg)
    while not visit.call.message_left:
        if visit.call.messages_short >= MESSAGES_SHORT_MAX:
            await visit.leg.play("vm.failed")
            return
        said = await _hear(visit)
        if said.ended_by is Ended.FAILED:
            visit.desk.post(MessageNotTaken(call=visit.id, why=NotTaken.FAILED))
            await visit.leg.play("vm.failed")
            return
        if said.name is None:
            visit.desk.post(MessageNotTaken(call=visit.id, why=NotTaken.TOO_SHORT))
    await visit.leg.play("vm.saved")


async def _hear(visit: Visit) -> Recorded:
    """A key during the question ends it: she knows what to do."""
    again = ("vm.short",) if visit.call.messages_short else ()
    visit.leg.keys.clear()
    await visit.leg.play(*again, "vm.prompt", barge_in=True)
    spoken = message(visit.call, visit.routing.voicemail)
    note = spoken.noted_by(visit.desk)
    return await record(visit.exchange, visit.leg, spoken.name, spoken.limits, note)
