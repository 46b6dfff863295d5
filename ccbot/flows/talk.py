"""From an offer to the end of the talk: ring, bridge, greet, and leave."""

import asyncio
from contextlib import suppress

import structlog

from ccbot.core.calls import TALKS, Offer, Stage, legs_of_talkers
from ccbot.core.facts import Missed, OfferBridged, OfferMissed
from ccbot.flows.company import Company
from ccbot.flows.pick_up import whisper
from ccbot.flows.recording import announce
from ccbot.flows.ringing import Answered, phones
from ccbot.flows.table import has_left, sit_together
from ccbot.flows.visitor import Visit
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.insist import NotDone
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.ring import NotAnswered
from ccbot.pbx.room import NoRoom, Room

log = structlog.get_logger()

REJOIN_AGAIN_S = 1.0
"""A talk for which there was no room is taken up once more so much later, if it goes on."""


async def connect(visit: Visit, company: Company) -> None:
    """Ring whoever is offered the call; the first who answers talks with her.

    Music and kind words go on until then. Returns when no phone rings any more.
    """
    if not visit.call.offers:
        return
    try:
        async with visit.exchange.room() as room, phones(visit, room) as ringing:
            answered = await ringing.first_answer()
            if answered is not None:
                await _meet(visit, answered, company, room)
    except NoRoom as problem:
        log.warning("no room for a talk", call_id=visit.id, problem=str(problem))
        for offer in list(visit.call.offers):
            visit.desk.post(OfferMissed(offer=offer, reason=Missed.FAILED))


async def meet(visit: Visit, answered: Answered, room: Room) -> None:
    """The customer of a callback answered, too: she meets the agent who waits for her."""
    try:
        await _meet(visit, answered, None, room)
    finally:
        await answered.leg.hang_up()


async def _meet(visit: Visit, answered: Answered, company: Company | None, room: Room) -> None:
    """Whoever was first meets the caller, unless his offer ends before they talk."""
    offer, agent, over = answered
    try:
        async with over:
            await _greet_and_talk(visit, offer, agent, company, room)
    except NotAnswered as missed:
        visit.desk.post(OfferMissed(offer=offer.id, reason=missed.reason))
    except HungUp as gone:
        if gone.scope is not over:
            raise
    finally:
        visit.desk.unwatch_offer(offer.id)


async def rejoin(visit: Visit) -> None:
    """The talk goes on after a restart; whoever left their places meanwhile is brought back."""
    call, exchange = visit.call, visit.exchange
    agents = {agent: exchange.leg(leg) for agent, leg in legs_of_talkers(call).items()}
    present = [leg for leg in agents.values() if leg is not None]
    try:
        async with exchange.room(call.room) as room:
            for leg in present:
                with suppress(LegGone, NotDone):  # whoever sits with them sees to it
                    await leg.hush()
            await sit_together(visit, room, agents, goes_on=True)
            await _leave(visit, room)
    except NoRoom:
        log.info("the talk could not be taken up", call_id=visit.id)
        for agent in reversed(agents):
            has_left(visit, agent)
        if call.stage in TALKS:
            await asyncio.sleep(REJOIN_AGAIN_S)
    finally:
        for leg in present:
            await leg.hang_up()


async def _greet_and_talk(
    visit: Visit, offer: Offer, agent: Leg, company: Company | None, room: Room
) -> None:
    if company is not None:
        await company.falls_silent()
        await whisper(visit, offer, agent)
    await announce(visit)
    await _bridge(visit, agent, room)
    if not visit.desk.post(OfferBridged(offer=offer.id)):
        raise NotAnswered(Missed.EXPIRED)
    await sit_together(visit, room, {offer.agent: agent})
    await _leave(visit, room)


async def _leave(visit: Visit, room: Room) -> None:
    """The talk is over: she hears what follows; in a queue, music."""
    if visit.call.stage in {Stage.WAITING, Stage.RINGING}:
        await visit.exchange.enter_lobby(visit.leg)
    elif visit.leg.bridge == room.id:
        await room.remove(visit.leg)
    else:
        await visit.exchange.leave_lobby(visit.leg)


async def _bridge(visit: Visit, agent: Leg, room: Room) -> None:
    """Agent first, then the caller: she never stands in an empty room."""
    try:
        async with agent.scope:
            await agent.stop_music()  # while a customer was called back for him
            await room.bring_in(agent)
            await visit.leg.stop_music()
            await room.bring_in(visit.leg)
    except (HungUp, LegGone, NotDone, TimeoutError) as problem:
        if isinstance(problem, HungUp) and problem.scope is not agent.scope:
            raise
        slipped = isinstance(problem, HungUp)
        raise NotAnswered(Missed.HUNG_UP_AT_ANSWER if slipped else Missed.FAILED) from problem
