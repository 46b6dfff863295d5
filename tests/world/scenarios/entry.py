"""At the door: the language, and a number that nobody was given."""

from tests.world.steps import WELCOME_S_MAX
from tests.world.world import BILINGUAL_ENTRY, UNKNOWN_NUMBER, AgentPhone, Caller, World

ENGLISH = "en"
SILENCE_S = 3.0
"""How long the language menu waits for a key."""


async def key_two_leads_into_english(world: World) -> None:
    agent = await world.agent("1901")
    caller = await world.caller(BILINGUAL_ENTRY, "13700001234")
    await caller.hears("menu.language", world.patience(1))
    await world.passes(1)
    caller.press("2")
    await _is_served(world, caller, agent, ENGLISH)

    row = await world.row(caller)

    assert (row.outcome, row.entry_group) == ("answered", "service")
    assert row.kinds[:5] == ("greeting", "menu", "greeting", "menu", "waiting")


async def silence_is_the_language_of_the_entry(world: World) -> None:
    caller = await world.caller(BILINGUAL_ENTRY, "13600001234")
    await caller.hears("menu.language", world.patience(1))
    await caller.hears("notice.recording", world.patience(5 + SILENCE_S))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.kinds) == ("abandoned_menu", ("greeting", "menu", "greeting"))


async def another_key_is_the_language_of_the_entry_too(world: World) -> None:
    caller = await world.caller(BILINGUAL_ENTRY, "13500001234")
    await caller.hears("menu.language", world.patience(1))
    caller.press("1")
    await caller.hears("notice.recording", world.patience(1))
    caller.hang_up()

    assert (await world.row(caller)).outcome == "abandoned_menu"


async def hanging_up_in_the_language_menu(world: World) -> None:
    caller = await world.caller(BILINGUAL_ENTRY, "13300001234")
    await caller.hears("menu.language", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.kinds) == ("abandoned_menu", ("greeting", "menu"))


async def whoever_dials_a_number_of_nobody_is_told_so_and_served(world: World) -> None:
    agent = await world.agent("1901")
    caller = await world.caller(UNKNOWN_NUMBER)
    await caller.hears("error.number", world.patience(1))
    await caller.hears("notice.recording", world.patience(7))
    caller.press("1")
    await agent.rings(world.patience(8))
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))

    row = await world.row(caller)

    assert (row.dialled_number, row.outcome) == (UNKNOWN_NUMBER, "abandoned_ringing")


async def _is_served(world: World, caller: Caller, agent: AgentPhone, language: str) -> None:
    """From the notice to the talk, all in one language."""
    await caller.hears("notice.recording", world.patience(1), language=language)
    await caller.hears("welcome.main", world.patience(7), language=language)
    await caller.hears("menu.main", world.patience(7), language=language)
    caller.press("1")
    await agent.rings(world.patience(1))
    await caller.hears("queue.enter.service", world.patience(1), language=language)
    await caller.hears_music(world.patience(WELCOME_S_MAX))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1), language=language)
    caller.hang_up()
