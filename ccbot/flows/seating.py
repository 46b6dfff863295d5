"""Who is to be where in a talk: in its room, or in the lobby with music. Said again, it is so."""

from typing import NamedTuple

import structlog

from ccbot.core.calls import Call, Stage
from ccbot.core.ids import AgentId
from ccbot.flows.visitor import Visit
from ccbot.pbx.insist import NotDone
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.room import Room

log = structlog.get_logger()


class Places(NamedTuple):
    """Whether each is to be in the room; the owner always is."""

    customer: bool
    target: bool


def places(call: Call) -> Places:
    """Where the stage and the transfer say that everybody is."""
    with_customer = call.stage not in {Stage.HOLD, Stage.CONSULT}
    transfer = call.transfer
    if transfer is None or transfer.target is None:
        return Places(customer=with_customer, target=False)
    return Places(customer=with_customer, target=transfer.three or not with_customer)


async def seat(visit: Visit, room: Room, agents: dict[AgentId, Leg]) -> bool:
    """Bring everybody where they belong, first into the lobby, then into the room.

    False: somebody could not be moved, and it is to be tried again.
    """
    call, where = visit.call, places(visit.call)
    target = None if call.transfer is None else call.transfer.target
    seated = True
    if not where.customer:
        await visit.exchange.enter_lobby(visit.leg)
    for agent, leg in agents.items():
        in_room = agent != target or where.target
        seated = await _sits(visit, leg, room if in_room else None) and seated
    if where.customer:
        await visit.leg.stop_music()
        try:
            await room.bring_in(visit.leg)
        except TimeoutError:
            return False
    return seated


async def _sits(visit: Visit, leg: Leg, room: Room | None) -> bool:
    try:
        if room is None:
            await visit.exchange.enter_lobby(leg)
        else:
            await leg.stop_music()
            await room.bring_in(leg)
    except (LegGone, NotDone, TimeoutError) as problem:
        log.info("an agent's leg is not where it should be", leg=leg.id, why=str(problem))
        return leg.ended.is_set()
    return True
