"""Calling a customer back (回电): an agent is found first, and she is called for him alone.

The call stands in its queue like any other, but has no leg until she was reached; from then on it
is a visit as any other. Agent first: he answers, hears what it is about, and music until she does.
Customer first: she is called while an agent is reserved, and his phone rings when she answered.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import structlog

from ccbot.core.calls import Call, Offer, Stage
from ccbot.core.facts import (
    CallEnded,
    CustomerNotReached,
    CustomerReached,
    EndedBy,
    Missed,
    OfferAccepted,
    OfferMissed,
)
from ccbot.core.ids import CallId, OfferId
from ccbot.core.masking import mask
from ccbot.desk import Desk
from ccbot.flows.ringing import Answered
from ccbot.flows.talk import meet
from ccbot.flows.visit import run_call
from ccbot.flows.visitor import Memory, Visit
from ccbot.pbx.accounts import endpoint_of
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.hangup import HangupScope, HungUp
from ccbot.pbx.insist import NotDone
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.ring import NotAnswered, ring
from ccbot.pbx.room import NoRoom

log = structlog.get_logger()

WAY_OUT = "trunk-out"
"""The endpoint through which customers are called."""

WHISPER = "whisper.callback"

TRYING = {Stage.WAITING, Stage.RINGING, Stage.RESTING}


class NotReached(Exception):  # noqa: N818 - an ordinary result of calling
    """The customer did not answer; ``reason`` says why."""

    def __init__(self, reason: Missed) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A callback that is owed to a customer."""

    id: CallId
    desk: Desk
    exchange: Exchange
    memory: Memory

    @property
    def call(self) -> Call | None:
        """The callback as the floor knows it; None when it is over."""
        return self.desk.call(self.id)

    def visit(self, customer: Leg) -> Visit:
        """The customer was reached: she is a visitor now."""
        looked_up = asyncio.Event()
        looked_up.set()
        return Visit(
            id=self.id, leg=customer, desk=self.desk, exchange=self.exchange,
            memory=self.memory, looked_up=looked_up,
        )  # fmt: skip


async def run_callback(owed: Owed) -> None:
    """Try until the customer was reached and served, or nobody tries any more; one ending."""
    ticket = owed.desk.ticket(owed.id)
    with structlog.contextvars.bound_contextvars(call_id=owed.id):
        tried: set[OfferId] = set()
        while (call := owed.call) is not None and call.stage in TRYING:
            offer = next((one for one in call.offers if one not in tried), None)
            if offer is None:
                await ticket.news()
            else:
                tried.add(offer)
                await _try(owed, owed.desk.floor.offers[offer])
        if owed.call is not None:
            owed.desk.post(CallEnded(call=owed.id, by=EndedBy.SYSTEM))
        owed.desk.forget_call(owed.id)


async def _try(owed: Owed, offer: Offer) -> None:
    """One attempt, for one agent."""
    over = HangupScope()
    owed.desk.watch_offer(offer.id, over.hang_up)
    agent_first = owed.desk.floor.routing.callback.first == "agent"
    try:
        await (_agent_first if agent_first else _customer_first)(owed, offer, over)
    except NotReached as vain:
        log.info("a customer was not reached", reason=vain.reason)
        owed.desk.post(CustomerNotReached(call=owed.id, reason=vain.reason))
    except NotAnswered as missed:
        owed.desk.post(OfferMissed(offer=offer.id, reason=missed.reason))
    except NoRoom as problem:
        log.warning("no room for a talk", problem=str(problem))
        owed.desk.post(OfferMissed(offer=offer.id, reason=Missed.FAILED))
    except HungUp as gone:
        if gone.scope is not over:
            raise
    finally:
        owed.desk.unwatch_offer(offer.id)


async def _agent_first(owed: Owed, offer: Offer, over: HangupScope) -> None:
    call = owed.call
    assert call is not None
    async with owed.exchange.room() as room, AsyncExitStack() as lines:
        both: tuple[Leg, Leg] | None = None
        try:
            async with over:
                agent = await _agent(owed, call, lines, offer)
                if not owed.desk.post(OfferAccepted(offer=offer.id, leg=agent.id, room=room.id)):
                    raise NotAnswered(Missed.EXPIRED)
                both = agent, await _called_for(owed, call, agent, lines)
        except HungUp:
            if both is None:
                raise
        agent, customer = both
        if owed.desk.post(CustomerReached(call=owed.id, leg=customer.id)):
            visit = owed.visit(customer)
            await run_call(visit, first=partial(meet, visit, Answered(offer, agent, over), room))


async def _agent(owed: Owed, call: Call, lines: AsyncExitStack, offer: Offer) -> Leg:
    endpoint, shown_as = f"PJSIP/{endpoint_of(offer.agent)}", mask(call.caller)
    rung = ring(owed.exchange, endpoint, shown_as=shown_as, within_s=offer.ring_s)
    return await lines.enter_async_context(rung)


async def _called_for(owed: Owed, call: Call, agent: Leg, lines: AsyncExitStack) -> Leg:
    """The agent hears what it is about, and music until he meets the customer.

    Who answered is there, even if he hangs up in the same moment: she waits then.
    """
    customer: Leg | None = None
    try:
        async with agent.scope:
            await agent.play(WHISPER)
            await agent.start_music()
            customer = await _called(owed, call, lines)
    except (LegGone, NotDone) as problem:
        raise NotAnswered(Missed.FAILED) from problem
    except HungUp as gone:
        if gone.scope is not agent.scope:
            raise
        if customer is None:
            raise NotAnswered(Missed.DECLINED) from gone
    return customer


async def _customer_first(owed: Owed, offer: Offer, over: HangupScope) -> None:
    call = owed.call
    assert call is not None
    customer: Leg | None = None
    async with AsyncExitStack() as lines:
        try:
            async with over:
                customer = await _called(owed, call, lines)
        except HungUp:
            if customer is None:
                raise
        owed.desk.unwatch_offer(offer.id)
        if owed.desk.post(CustomerReached(call=owed.id, leg=customer.id)):
            await run_call(owed.visit(customer))


async def _called(owed: Owed, call: Call, lines: AsyncExitStack) -> Leg:
    """Call the customer; she sees the number that she dialled."""
    try:
        return await lines.enter_async_context(
            ring(
                owed.exchange,
                f"PJSIP/{call.caller}@{WAY_OUT}",
                shown_as=call.dialled_number,
                shown_number=call.dialled_number,
                within_s=owed.desk.floor.routing.callback.ring_s,
            )
        )
    except NotAnswered as vain:
        raise NotReached(vain.reason) from vain
