"""The menu: keys to groups. Wrong keys and silence lead to a person too."""

from ccbot.core.facts import CallQueued
from ccbot.core.ids import CallId
from ccbot.core.routing_document import Menu
from ccbot.core.script import Chosen, menu_step
from ccbot.desk import Desk
from ccbot.pbx.leg import Leg


async def choose_group(leg: Leg, menu: Menu, call: CallId, desk: Desk) -> None:
    """Ask until a group is chosen, ``tries_max`` times at most, then queue the call.

    Keys may come at any time: during the sentence (it stops), or even before the menu began.
    """
    tries = 0
    while True:
        await leg.play(menu.prompt, barge_in=True)
        key = await leg.keys.next(within_s=menu.wait_s)
        step = menu_step(menu, key, tries)
        if isinstance(step, Chosen):
            break
        tries = step.tries
        if step.first is not None:
            await leg.play(step.first, barge_in=True)
    if step.by is not step.by.KEY:
        await leg.play("menu.default")
    desk.post(CallQueued(call=call, group=step.group, by=step.by))
