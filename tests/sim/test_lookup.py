"""The company's own system, and how long it may keep a caller waiting."""

import pytest
from msgspec.structs import replace

from ccbot.core.routing_document import RoutingDocument
from tests.sim.company import SimCompany
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.company import ENGLISH_CUSTOMER, LOYAL_CUSTOMER, VIP_CUSTOMER
from tests.world.routing import routing
from tests.world.world import BLOCKED_CUSTOMER, LIVE_ENTRY, SURVEY_ENTRIES

STRAIGHT = SURVEY_ENTRIES[5]
"""A number that leads into a group without a menu."""


def curt() -> RoutingDocument:
    """The routing document with no welcome there: it would last longer than any look-up."""
    document = routing("http://company/")
    entry = replace(document.entries["survey5"], prompts=())
    return replace(document, entries={**document.entries, "survey5": entry})


async def language_of_the_first_words_while_waiting(world: SimWorld) -> str:
    agent = await world.agent("1901", ("survey5",))
    caller = await world.caller(STRAIGHT, ENGLISH_CUSTOMER)
    await agent.rings(world.patience(2))
    await world.passes(1)
    [spoken] = {
        sound.what.split("/")[-2]
        for moment in caller.ears.log
        for sound in moment.sounds
        if sound.prompt.startswith("queue.")
    }
    caller.hang_up()
    return spoken


@pytest.mark.parametrize(("after_s", "language"), [(0, "en"), (1.9, "en"), (None, "zh")])
def test_an_answer_in_time_counts_and_none_delays_nobody(
    after_s: float | None, language: str
) -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim, document=curt()) as world:
            world.customers = SimCompany(after_s)
            world.centre.customers = world.customers
            assert await language_of_the_first_words_while_waiting(world) == language

    simulate(1, story)


def test_after_a_restart_she_is_asked_for_again_unless_the_answer_was_there() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            world.customers = company = SimCompany(0.3)
            world.centre.customers = company
            first = await world.caller(number=VIP_CUSTOMER)
            await world.passes(0.1)
            async with world.ccbot_away():
                await world.passes(0.5)
            await world.passes(1)
            async with world.ccbot_away():
                pass
            await first.hears("menu.main", world.patience(20))

            [call] = world.centre.desk.floor.calls.values()
            assert (call.vip, call.customer) == (True, "王女士")
            assert company.asked == [(VIP_CUSTOMER, "10000")] * 2

    simulate(1, story)


def test_nobody_is_asked_for_who_has_no_number() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            world.customers = company = SimCompany()
            world.centre.customers = company
            for number in ("", "anonymous", "ctest", BLOCKED_CUSTOMER):
                caller = await world.caller(number=number)
                await world.passes(1)
                caller.hang_up()
            await world.settled()

            assert company.asked == []

    simulate(1, story)


def test_a_vip_by_the_companys_word_is_served_before_who_waits_longer() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901", ("live",))
            await agent.dials("*721", "agent.not_ready")
            first = await world.caller(LIVE_ENTRY)
            await first.hears_music(world.patience(12))
            vip = await world.caller(LIVE_ENTRY, VIP_CUSTOMER)
            await vip.hears_music(world.patience(12))
            await agent.dials("*71", "agent.signed_in")
            await agent.rings(world.patience(1))
            await agent.answers()
            await vip.hears_agent(world.patience(1))
            assert not first.ears.voice_s()

    simulate(1, story)


def test_a_caller_waits_a_moment_for_the_agent_whom_the_company_names() -> None:
    document = routing("http://company/")
    live = replace(document.groups["live"], preferred_hold_s=60)
    document = replace(document, groups={**document.groups, "live": live})

    async def story(sim: Sim) -> None:
        async with sim_world(sim, document=document) as world:
            idle_longer = await world.agent("1901", ("live",))
            preferred = await world.agent("1903", ("live",))
            caller = await world.caller(LIVE_ENTRY, LOYAL_CUSTOMER)
            await preferred.rings(world.patience(12))
            assert not idle_longer.phone.offers
            caller.hang_up()

    simulate(1, story)
