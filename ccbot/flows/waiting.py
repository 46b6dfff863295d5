"""Waiting for an agent: music, and a kind word now and then."""

from ccbot.core.calls import Stage
from ccbot.flows.company import company
from ccbot.flows.talk import connect
from ccbot.flows.visitor import Visit


async def wait_and_talk(visit: Visit) -> None:
    """Music and kind words until a talk is over, or until ccbot gives up.

    The caller stays in the lobby while phones ring, so a missed offer changes nothing for her.
    """
    ticket = visit.desk.ticket(visit.id)
    async with company(visit) as voice:
        while visit.call.stage in {Stage.WAITING, Stage.RINGING}:
            await visit.exchange.enter_lobby(visit.leg)
            voice.begins()
            if not visit.call.offers:
                await ticket.news()
            await connect(visit, voice)
