"""From an offer to the end of the talk: ring, bridge, greet, and leave."""

import asyncio

import structlog

from ccbot.core.calls import Offer
from ccbot.core.facts import (
    EndedBy,
    Missed,
    OfferBridged,
    OfferMissed,
    TalkEnded,
    TalkStarted,
)
from ccbot.core.ids import AgentId
from ccbot.flows.company import Company
from ccbot.flows.flags import flag_complaint
from ccbot.flows.pick_up import greet, whisper
from ccbot.flows.recording import announce, pause_or_resume
from ccbot.flows.ringing import Answered, phones
from ccbot.flows.visitor import Visit
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.ring import NotAnswered
from ccbot.pbx.room import NoRoom, Room

log = structlog.get_logger()

KEY_PAUSE_S_MAX = 3.0
"""Between the star and the digit of an agent's code."""


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
        visit.exchange.forget_rooms(visit.leg)
    finally:
        visit.desk.unwatch_offer(offer.id)


async def rejoin(visit: Visit) -> None:
    """The talk goes on after a restart; whoever left their room meanwhile is brought back."""
    call = visit.call
    assert call.agent is not None
    agent = visit.exchange.leg(call.agent_leg)
    over = TalkEnded(call=visit.id, agent=call.agent, by=EndedBy.AGENT)
    if agent is None:
        visit.desk.post(over)
        return
    try:
        async with visit.exchange.room(call.room) as room:
            await _bridge(visit, agent, room)
            await _until_the_agent_leaves(visit, agent, over)
            visit.desk.post(over)
            await room.remove(visit.leg)
    except (NotAnswered, NoRoom):
        log.info("the agent could not be brought back", call_id=visit.id)
        visit.desk.post(over)
    finally:
        await agent.hang_up()


async def _until_the_agent_leaves(visit: Visit, agent: Leg, over: TalkEnded) -> None:
    try:
        async with agent.scope:
            await _until_sent_away(visit, agent, over.agent)
    except asyncio.CancelledError:
        if agent.left_before(visit.leg):
            visit.desk.post(over)
        raise
    except HungUp as gone:
        if gone.scope is not agent.scope:
            raise


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
    ended_by = await _talk(visit, offer, agent, room)
    # At once: who hangs up while we tidy up did not end the talk.
    visit.desk.post(TalkEnded(call=visit.id, agent=offer.agent, by=ended_by))
    await room.remove(visit.leg)


async def _bridge(visit: Visit, agent: Leg, room: Room) -> None:
    """Agent first, then the caller: she never stands in an empty room."""
    try:
        async with agent.scope:
            await room.bring_in(agent)
            await visit.leg.stop_music()
            await room.bring_in(visit.leg)
    except (HungUp, LegGone, TimeoutError) as problem:
        if isinstance(problem, HungUp) and problem.scope is not agent.scope:
            raise
        visit.exchange.forget_rooms(visit.leg)
        slipped = isinstance(problem, HungUp)
        raise NotAnswered(Missed.HUNG_UP_AT_ANSWER if slipped else Missed.FAILED) from problem
    visit.exchange.forget_rooms(visit.leg)


async def _talk(visit: Visit, offer: Offer, agent: Leg, room: Room) -> EndedBy:
    """Until the agent leaves. The caller's hang-up leaves from here by itself.

    If both hang up before we can act, Asterisk's clock decides. At the same millisecond it was the
    agent: he is to let the customer hang up first (制度 1-8.6).
    """
    try:
        async with agent.scope, asyncio.TaskGroup() as group:
            greeting = group.create_task(greet(visit, offer, room), name="greeting")
            await _until_sent_away(visit, agent, offer.agent)
            visit.desk.post(TalkStarted(offer=offer.id))  # no slip of the hand, however early
            greeting.cancel()
    except asyncio.CancelledError:
        if agent.left_before(visit.leg) and not _was_a_slip(visit, offer):
            visit.desk.post(TalkEnded(call=visit.id, agent=offer.agent, by=EndedBy.AGENT))
        raise
    except HungUp as gone:
        if gone.scope is not agent.scope:
            raise
        if _was_a_slip(visit, offer):
            raise NotAnswered(Missed.HUNG_UP_AT_ANSWER) from None
    return EndedBy.AGENT


def _was_a_slip(visit: Visit, offer: Offer) -> bool:
    """Whether the agent hung up as soon as he answered; the floor knows.

    Told at once and not after the tidying up: a talk might have come of it meanwhile.
    """
    visit.desk.unwatch_offer(offer.id)
    return visit.desk.post(OfferMissed(offer=offer.id, reason=Missed.HUNG_UP_AT_ANSWER))


async def _until_sent_away(visit: Visit, agent: Leg, number: AgentId) -> None:
    """``*7``: the agent hands the customer over to the survey (转评价).

    ``*8`` pauses the recording, ``*9`` flags the call.
    """
    agent.keys.clear()
    while True:
        while await agent.keys.wait() != "*":
            pass
        match await agent.keys.next(within_s=KEY_PAUSE_S_MAX):
            case "7":
                return
            case "8":
                await pause_or_resume(visit, agent, number)
            case "9":
                await flag_complaint(visit, agent, number)
            case _:
                pass
