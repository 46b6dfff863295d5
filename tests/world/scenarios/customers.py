"""Whom the company's own system knows."""

from tests.world.company import ENGLISH_CUSTOMER
from tests.world.world import BILINGUAL_ENTRY, World


async def a_customer_of_another_language_hears_it_from_the_menu_on(world: World) -> None:
    """At the latest: a company's system that answers at once is ahead of the first sentence."""
    await world.agent("1901")
    caller = await world.caller(number=ENGLISH_CUSTOMER)
    await caller.hears("menu.main", world.patience(12), language="en")
    caller.press("1")
    await caller.hears("queue.enter.service", world.patience(1), language="en")
    caller.hang_up()

    assert (await world.row(caller)).outcome == "abandoned_ringing"


async def what_she_chooses_herself_outweighs_what_the_company_knows(world: World) -> None:
    caller = await world.caller(BILINGUAL_ENTRY, ENGLISH_CUSTOMER)
    await caller.hears("menu.language", world.patience(1))
    await world.passes(1)
    caller.press("1")
    await caller.hears("notice.recording", world.patience(1))
    await caller.hears("menu.main", world.patience(10))
    caller.hang_up()

    assert (await world.row(caller)).outcome == "abandoned_menu"
