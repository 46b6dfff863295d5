"""Waiting for an agent: music, and a kind word now and then."""

import asyncio

from ccbot.core.calls import Offer, Stage
from ccbot.core.facts import GaveUp
from ccbot.desk import Ticket
from ccbot.flows.visitor import Visit


async def wait_for_news(visit: Visit) -> Offer | GaveUp:
    """Music until an agent is offered, or until ccbot gives up.

    The caller stays in the lobby while phones ring, so a missed offer changes nothing for her.
    """
    ticket = visit.desk.ticket(visit.id)
    if visit.call.stage is Stage.LEAVING:
        return await ticket.news()
    await visit.exchange.enter_lobby(visit.leg)
    call = visit.call
    assert call.group is not None
    comfort_s = visit.routing.groups[call.group].comfort_s
    while True:
        news = await _news_within(ticket, comfort_s)
        if news is not None:
            return news
        await visit.leg.play("queue.comfort")


async def _news_within(ticket: Ticket, seconds: float) -> Offer | GaveUp | None:
    try:
        async with asyncio.timeout(seconds):
            return await ticket.news()
    except TimeoutError:
        return None
