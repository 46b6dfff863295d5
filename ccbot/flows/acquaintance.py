"""Who calls: the company's own system is asked while the welcome plays."""

import asyncio
from contextlib import suppress
from typing import Protocol

from ccbot.core.customers import Known
from ccbot.core.facts import CustomerKnown
from ccbot.core.ids import AgentId, CallId
from ccbot.core.numbers import is_number
from ccbot.core.routing_document import Lookup
from ccbot.core.rules.customers import may_be_told
from ccbot.desk import Desk
from ccbot.flows.visitor import Visit


class Customers(Protocol):
    """The company's own system."""

    async def known(self, lookup: Lookup, caller: str, dialled: str, /) -> Known | None:
        """What it knows of a number, within ``timeout_s``; none if it does not answer."""
        ...


class NoCustomers:
    """There is no such system."""

    async def known(self, _lookup: Lookup, _caller: str, _dialled: str) -> Known | None:
        """Nothing is known."""
        return None


async def get_to_know(
    call_id: CallId, desk: Desk, customers: Customers, looked_up: asyncio.Event
) -> None:
    """Ask for the caller, and note the answer; then, or if there is nothing to ask, it is set."""
    try:
        call, lookup = desk.call(call_id), desk.floor.routing.lookup
        if lookup is None or call is None or not is_number(call.caller):
            return
        if call.known or not may_be_told(call):
            return
        answer = await customers.known(lookup, call.caller, call.dialled_number)
        if answer is not None:
            desk.post(_fact(call_id, answer))
    finally:
        looked_up.set()


async def is_known(visit: Visit) -> None:
    """Until the answer is there, or is not to come: no longer than the look-up may take."""
    lookup = visit.routing.lookup
    if lookup is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(lookup.timeout_s):
                await visit.looked_up.wait()


def _fact(call: CallId, answer: Known) -> CustomerKnown:
    agent = answer.preferred_agent
    return CustomerKnown(
        call=call,
        customer=answer.customer,
        vip=answer.vip is True,
        language=answer.language,
        preferred_agent=AgentId(agent) if agent else None,
    )
