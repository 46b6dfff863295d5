"""Requirements of the policy that only ears and a real Asterisk can judge, named by their rows."""

import asyncio

import pytest

from tests.asterisk.guests import Guests
from tests.asterisk.real_world import RealWorld
from tests.world.steps import at_the_menu, ringing
from tests.world.world import FORMAL_ENTRY

pytestmark = pytest.mark.xdist_group("centre 2")

BARGE_IN_S_MAX = 0.3


async def test_r06_a_key_stops_the_menu_within_300_ms(guests: Guests) -> None:
    call = await guests.caller()
    await call.hears("menu.main", within_s=15)
    await asyncio.sleep(1.5)
    loop = asyncio.get_running_loop()
    pressed_at_s = loop.time()
    call.press("9")
    await call.hears("menu.invalid", within_s=10)

    menu = next(one for one in call.ears.heard() if one.name == "menu.main")

    assert not menu.is_complete
    assert menu.until_s - pressed_at_s < BARGE_IN_S_MAX
    call.hang_up()


async def test_r06_a_number_with_the_menu_off_goes_straight_to_its_group(guests: Guests) -> None:
    world = RealWorld(guests, guests.stack)
    agent = await world.agent("1001", ("formal",))
    caller = await world.caller(FORMAL_ENTRY)
    await agent.rings(world.patience(4))
    assert not caller.heard("menu.main")
    caller.hang_up()

    row = await world.row(caller)

    assert (row.entry_group, row.kinds) == ("formal", ("greeting", "waiting", "ringing"))


@pytest.mark.parametrize(("key", "group"), [("1", "service"), ("2", "tech"), ("3", "marketing")])
async def test_r15_keys_land_in_the_three_groups(guests: Guests, key: str, group: str) -> None:
    world = RealWorld(guests, guests.stack)
    agents = {
        own: await world.agent(number, (own,))
        for number, own in (("1001", "service"), ("2001", "tech"), ("3001", "marketing"))
    }
    caller = await at_the_menu(world)
    caller.press(key)
    await agents[group].rings(world.patience(1))
    await caller.hears(f"queue.enter.{group}", world.patience(1))
    caller.hang_up()

    assert (await world.row(caller)).entry_group == group


async def test_r21_two_agents_have_two_greetings_and_their_rows_say_which(guests: Guests) -> None:
    world = RealWorld(guests, guests.stack)
    for number, greeting, variant in (
        ("1001", "greeting.1001.name", "name"),
        ("1004", "greeting.1004.id", "announce_id"),
    ):
        agent = await world.agent(number)
        caller = await ringing(world, agent)
        await agent.answers()
        await caller.hears(greeting, world.patience(1))
        await agent.hears(greeting, world.patience(1))
        await world.passes(4.5)
        caller.hang_up()
        row = await world.row(caller)
        assert (row.agents, row.greeting_variant) == ((number,), variant)
        assert row.greeting_completed
        await agent.is_let_go(world.patience(1))
