"""The menu: keys to groups. Wrong keys and silence lead to a person too."""

from ccbot.core.facts import CallQueued, GroupChosenBy
from ccbot.core.routing_document import Menu
from ccbot.core.script import Chosen, menu_step
from ccbot.flows.visitor import Visit


async def choose_group(visit: Visit) -> None:
    """Ask until a group is chosen, ``tries_max`` times at most, then queue the call.

    Keys may come at any time: during the sentence (it stops), or even before the menu began. A key
    means what the sentence said; only if that group is gone since, the menu of now is said.
    """
    leg, tries = visit.leg, 0
    while (menu := _menu(visit)) is not None:
        await leg.play(menu.prompt, barge_in=True)
        key = await leg.keys.next(within_s=menu.wait_s)
        step = menu_step(menu, key, tries)
        if isinstance(step, Chosen):
            if step.by is not GroupChosenBy.KEY:
                await leg.play("menu.default")
            if visit.desk.post(CallQueued(call=visit.id, group=step.group, by=step.by)):
                return
            continue
        tries = step.tries
        if step.first is not None:
            await leg.play(step.first, barge_in=True)


def _menu(visit: Visit) -> Menu | None:
    """The menu of now; none if her entry has none any more."""
    menu = visit.entry.menu
    return None if menu is None else visit.routing.menus[menu]
