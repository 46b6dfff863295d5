"""The phones that ring for one caller, side by side if several do; the first answer wins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

from ccbot.core.calls import Offer
from ccbot.core.facts import Missed, OfferAccepted, OfferMissed
from ccbot.core.ids import OfferId
from ccbot.core.masking import mask
from ccbot.flows.visitor import Visit
from ccbot.pbx.accounts import endpoint_of
from ccbot.pbx.hangup import HangupScope, HungUp
from ccbot.pbx.leg import Leg
from ccbot.pbx.ring import NotAnswered, ring
from ccbot.pbx.room import Room


class Answered(NamedTuple):
    """Who was first."""

    offer: Offer
    leg: Leg
    over: HangupScope
    """Ends when the offer does without a talk."""


class Phones:
    """Rings whoever is offered the call, until one of them answers."""

    def __init__(self, visit: Visit, room: Room, tasks: asyncio.TaskGroup) -> None:
        self._visit = visit
        self._room = room
        self._tasks = tasks
        self._begun: set[OfferId] = set()
        self._ringing: set[OfferId] = set()
        self._answered: Answered | None = None
        self.legs = AsyncExitStack()
        """Holds the leg of who answered."""

    async def first_answer(self) -> Answered | None:
        """Who answered first, those included who are offered the call meanwhile.

        None as soon as no phone rings any more.
        """
        ticket = self._visit.desk.ticket(self._visit.id)
        while self._answered is None:
            self._ring_the_others()
            if not self._ringing:
                return None
            await ticket.news()
        return self._answered

    def _ring_the_others(self) -> None:
        for offer_id in self._visit.call.offers:
            if offer_id not in self._begun:
                self._begun.add(offer_id)
                self._ringing.add(offer_id)
                offer = self._visit.desk.floor.offers[offer_id]
                self._tasks.create_task(self._ring(offer), name=f"ring {offer.agent}")

    async def _ring(self, offer: Offer) -> None:
        desk, over = self._visit.desk, HangupScope()
        desk.watch_offer(offer.id, over.hang_up)
        try:
            async with over:
                await self._until_answered(offer, over)
        except NotAnswered as missed:
            desk.post(OfferMissed(offer=offer.id, reason=missed.reason))
        except HungUp as gone:
            if gone.scope is not over:
                raise
        finally:
            self._ringing.discard(offer.id)
            if self._answered is None or self._answered.offer is not offer:
                desk.unwatch_offer(offer.id)
            desk.ticket(self._visit.id).ring()

    async def _until_answered(self, offer: Offer, over: HangupScope) -> None:
        async with AsyncExitStack() as stack:
            phone = ring(
                self._visit.exchange,
                f"PJSIP/{endpoint_of(offer.agent)}",
                shown_as=mask(self._visit.call.caller),
                within_s=offer.ring_s,
            )
            leg = await stack.enter_async_context(phone)
            accepted = OfferAccepted(offer=offer.id, leg=leg.id, room=self._room.id)
            if not self._visit.desk.post(accepted):
                raise NotAnswered(Missed.EXPIRED)
            self._answered = Answered(offer, leg, over)
            self.legs = stack.pop_all()


@asynccontextmanager
async def phones(visit: Visit, room: Room) -> AsyncIterator[Phones]:
    """Phones for the length of the block; each has ended, or was told to, when it is left."""
    problem: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        ringing = Phones(visit, room, tasks)
        try:
            yield ringing
        except Exception as error:  # noqa: BLE001 - the group would hide it in a group of errors
            problem = error
        finally:
            await ringing.legs.aclose()
    if problem is not None:
        raise problem
