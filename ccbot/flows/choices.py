"""The keys of a waiting caller: what she chooses instead of waiting."""

from collections.abc import Callable

from ccbot.core.facts import WaitingKeyPressed
from ccbot.flows.visitor import Visit


async def listen(visit: Visit, moved: Callable[[], None]) -> None:
    """Tell the desk of each key, for ever; one that means nothing changes nothing.

    ``moved`` is called when she waits for another group from now on. Whoever rings for her is told
    by the desk that he need not any more.
    """
    visit.leg.keys.clear()
    while True:
        key = await visit.leg.keys.wait()
        group, out = visit.call.group, visit.exchange.may_call_out
        pressed = WaitingKeyPressed(call=visit.id, key=key, may_call_out=out)
        if visit.desk.post(pressed) and visit.call.group != group:
            moved()
