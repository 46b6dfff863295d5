"""The keys of a waiting caller: what she chooses instead of waiting."""

from typing import Protocol

from ccbot.core.facts import WaitingKeyPressed
from ccbot.core.rules.choices import is_choice
from ccbot.flows.visitor import Visit


class Answers(Protocol):
    """Who tells her what became of her choice, if she waits on."""

    def is_elsewhere(self) -> None:
        """She waits for another group from now on."""
        ...

    def was_refused(self) -> None:
        """What the key stands for cannot be done now; she keeps her place."""
        ...


async def listen(visit: Visit, answers: Answers) -> None:
    """Tell the desk of each key, for ever; one that means nothing changes nothing.

    Whoever rings for her is told by the desk that he need not any more.
    """
    visit.leg.keys.clear()
    while True:
        key = await visit.leg.keys.wait()
        group, out = visit.call.group, visit.exchange.may_call_out
        pressed = WaitingKeyPressed(call=visit.id, key=key, may_call_out=out)
        if not visit.desk.post(pressed):
            if is_choice(visit.desk.floor, visit.call, key):
                answers.was_refused()
        elif visit.call.group != group:
            answers.is_elsewhere()
