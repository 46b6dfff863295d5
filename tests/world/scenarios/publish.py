"""Another routing goes live while customers are there: nobody loses her place or her talk."""

from msgspec.structs import replace

from ccbot.core.routing_document import Entry, Group, RoutingDocument
from tests.core.story import without_groups
from tests.world.steps import GUARD_S, WELCOME_S_MAX, at_the_menu, in_the_queue, waiting
from tests.world.world import World

FRESH_ENTRY = "10120"
"""A number that nobody has before the scenario gives it away."""


def _without_tech(document: RoutingDocument) -> RoutingDocument:
    return without_groups(document, {"tech"})


def _with_a_fresh_group(document: RoutingDocument) -> RoutingDocument:
    return replace(
        document,
        numbers={**document.numbers, FRESH_ENTRY: "fresh"},
        entries={**document.entries, "fresh": Entry(prompts=("welcome.main",), group="fresh")},
        groups={**document.groups, "fresh": Group(name="新组", survey=None, wrap_up_s=0)},
    )


async def whose_group_is_gone_waits_on_for_the_group_of_last_resort(world: World) -> None:
    of_tech = await world.agent("1603", ("tech",))
    await of_tech.dials("*721", "agent.not_ready")
    agent = await world.agent("1601")
    await agent.dials("*721", "agent.not_ready")
    caller = await waiting(world, "2")

    await world.publishes(_without_tech)
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await world.passes(2 * GUARD_S)
    caller.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.entry_group, row.last_group) == ("answered", "tech", "service")
    assert row.kinds == ("greeting", "menu", "waiting", "waiting", "ringing", "talk")


async def a_key_whose_group_is_gone_leads_back_to_the_menu(world: World) -> None:
    agent = await world.agent("1601")
    caller = await at_the_menu(world)
    await world.publishes(_without_tech)
    caller.press("2")
    await caller.hears("menu.main", world.patience(4))
    caller.press("1")
    await agent.rings(world.patience(4))
    caller.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.entry_group) == ("abandoned_ringing", "service")


async def a_talk_goes_on_when_its_group_is_gone(world: World) -> None:
    agent = await world.agent("1601", ("tech",))
    caller = await in_the_queue(world, "2")
    await agent.rings(world.patience(1))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await world.passes(2 * GUARD_S)

    await world.publishes(_without_tech)
    await world.passes(1)
    await agent.hangs_up()
    await caller.is_let_go(world.patience(30))

    row = await world.row(caller)
    assert (row.outcome, row.hung_up_by, row.last_group) == ("answered", "agent", "tech")


async def a_group_that_is_published_takes_calls_at_once(world: World) -> None:
    await world.publishes(_with_a_fresh_group)
    agent = await world.agent("1601", ("fresh",))
    caller = await world.caller(FRESH_ENTRY)
    await agent.rings(world.patience(WELCOME_S_MAX))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await world.passes(2 * GUARD_S)
    caller.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.entry_group) == ("answered", "fresh")
