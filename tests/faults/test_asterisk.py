"""Asterisk is killed under ``ccbot up``: calls are taken again soon, and rows are true."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from tests.asterisk.hotline import Hotline, running_hotline
from tests.asterisk.real_world import RealWorld
from tests.faults.centre import tell
from tests.faults.routing import MENU_ENTRY, faulty_routing
from tests.faults.steps import callers_in_the_menu, resting_agent, talking_pairs, waiting_callers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

AGAIN_S_MAX = 15.0
INVITE_S_MAX = 1.0


@pytest.fixture
def own_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """A centre that nobody else uses: its Asterisk dies."""
    with running_hotline(tmp_path_factory.mktemp("dying"), faulty_routing()) as centre:
        yield centre


async def served_again_s(world: RealWorld) -> float:
    """Dial in until somebody hears the menu; how long that took."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    async with asyncio.timeout(2 * AGAIN_S_MAX):
        while True:
            caller = await world.caller(MENU_ENTRY)
            try:
                await caller.hears("menu.main", INVITE_S_MAX)
            except Exception:  # noqa: BLE001 - not yet
                caller.hang_up()
                continue
            took_s = loop.time() - began_s
            caller.hang_up()
            return took_s


async def test_calls_are_taken_again_and_the_lost_ones_were_not_the_customers_doing(
    own_hotline: Hotline,
) -> None:
    async with own_hotline.guests() as guests:
        world = RealWorld(guests, guests.stack)
        await resting_agent(world)
        pairs = await talking_pairs(world, 1)
        lost = [
            pairs[0].caller,
            *await waiting_callers(world, 1),
            *await callers_in_the_menu(world, 1),
        ]
        pid = own_hotline.pid_of("asterisk.conf")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        took_s = await served_again_s(world)
        tell(f"the menu speaks again {took_s:.2f} s after Asterisk was killed")
        rows = [await world.row(caller) for caller in lost]
        assert [row.hung_up_by for row in rows] == ["system"] * 3
        assert [row.outcome for row in rows] == ["answered", "system_error", "system_error"]
        assert took_s <= AGAIN_S_MAX
        for pair in pairs:
            pair.agent.phone.vanish()
