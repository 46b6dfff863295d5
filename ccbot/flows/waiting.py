"""Waiting for an agent: music, and a kind word now and then."""

from ccbot.core.calls import Stage
from ccbot.flows.company import company
from ccbot.flows.talk import connect
from ccbot.flows.visitor import Visit

JUST_NOW_S = 2.0


async def wait_and_talk(visit: Visit) -> None:
    """Music and kind words until a talk is over, or until ccbot gives up.

    The caller stays in the lobby while phones ring, so a missed offer changes nothing for her. Who
    is handed on to another queue is welcomed there anew.
    """
    ticket, since = visit.desk.ticket(visit.id), visit.call.waiting_since
    async with company(visit, opening=_opening(visit)) as voice:
        while _waits(visit) and visit.call.waiting_since == since:
            await visit.exchange.enter_lobby(visit.leg)
            voice.begins()
            if not visit.call.offers:
                await ticket.news()
            await connect(visit, voice)


def _waits(visit: Visit) -> bool:
    return visit.call.stage in {Stage.WAITING, Stage.RINGING}


def _opening(visit: Visit) -> str | None:
    """What she hears first if she was handed on, or could not be, just now."""
    call = visit.call
    if not call.at_head or visit.waited_s > JUST_NOW_S:
        return None
    if call.requeued:
        return "transfer.requeued"
    return "transfer.announce" if call.hops else None
