"""The phone that rings for a transfer, and what its agent hears before he meets anybody."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import NamedTuple

from ccbot.core.calls import Offer
from ccbot.core.facts import (
    ConsultStarted,
    Missed,
    OfferAccepted,
    OfferMissed,
    TransferCompleted,
)
from ccbot.core.masking import mask
from ccbot.flows.visitor import Visit
from ccbot.pbx.accounts import endpoint_of
from ccbot.pbx.hangup import HangupScope, HungUp
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.ring import NotAnswered, ring
from ccbot.pbx.room import Room

WHISPER = "whisper.transfer"

WHISPER_S_MAX = 3.0
"""Whoever waits for him waits so long at most while he hears what it is about."""


class Arrived(NamedTuple):
    """The target is there, and everybody knows."""

    offer: Offer
    leg: Leg
    held_by: AsyncExitStack
    """Ends the leg."""


async def rung_target(visit: Visit, offer: Offer, room: Room) -> Arrived | None:
    """Ring the target's phone until he is there; None: it came to nothing, and that is told."""
    over = HangupScope()
    visit.desk.watch_offer(offer.id, over.hang_up)
    try:
        async with over:
            return await _rung(visit, offer, room)
    except NotAnswered as missed:
        visit.desk.post(OfferMissed(offer=offer.id, reason=missed.reason))
    except HungUp as gone:
        if gone.scope is not over:
            raise
    finally:
        visit.desk.unwatch_offer(offer.id)
    return None


async def _rung(visit: Visit, offer: Offer, room: Room) -> Arrived:
    async with AsyncExitStack() as stack:
        phone = ring(
            visit.exchange,
            f"PJSIP/{endpoint_of(offer.agent)}",
            shown_as=mask(visit.call.caller),
            within_s=offer.ring_s,
        )
        leg = await stack.enter_async_context(phone)
        if not visit.desk.post(OfferAccepted(offer=offer.id, leg=leg.id, room=room.id)):
            raise NotAnswered(Missed.EXPIRED)
        await _hears_what_it_is_about(visit, leg)
        consults = ConsultStarted(call=visit.id, offer=offer.id)
        completes = TransferCompleted(call=visit.id, agent=offer.agent)
        if not visit.desk.post(consults) and not visit.desk.post(completes):
            raise NotAnswered(Missed.EXPIRED)
        return Arrived(offer, leg, stack.pop_all())


async def _hears_what_it_is_about(visit: Visit, leg: Leg) -> None:
    group = visit.call.transfer.to_group if visit.call.transfer is not None else None
    prompts = [WHISPER]
    if group is not None and visit.desk.floor.group(group).whisper:
        which = (f"whisper.group.{group}", "whisper.group")
        prompts.append(visit.exchange.choose(which, leg.language))
    try:
        async with leg.scope:
            with suppress(TimeoutError):
                async with asyncio.timeout(WHISPER_S_MAX):
                    await leg.play(*prompts)
    except LegGone as problem:
        raise NotAnswered(Missed.FAILED) from problem
    except HungUp as gone:
        if gone.scope is not leg.scope:
            raise
        raise NotAnswered(Missed.DECLINED) from gone
