"""At the door on days of the calendar: simulated, since no real clock waits for a holiday."""

from datetime import date

import pytest

from ccbot.core import hours
from tests.sim.loop import EPOCH, Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.world import OFFICE_ENTRY, World


def test_on_a_public_holiday_callers_hear_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "HOLIDAYS", {EPOCH.date(): "National Day"})

    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await world.caller(OFFICE_ENTRY)
            await caller.hears("hours.holiday", 1)
            await caller.is_let_go(15)
            assert (await world.row(caller)).outcome == "after_hours"

    simulate(0, story)


def test_on_another_day_they_are_received_until_the_doors_close() -> None:
    """The simulated day begins at 16:00 in Shanghai; the office closes at 18:00."""
    assert EPOCH.date() == date(2026, 11, 23)

    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await _is_received(world)
            await world.passes(2 * 3600)
            caller = await world.caller(OFFICE_ENTRY)
            await caller.hears("hours.closed", 1)
            caller.hang_up()

    simulate(0, story)


async def _is_received(world: World) -> None:
    caller = await world.caller(OFFICE_ENTRY)
    await caller.hears("notice.recording", 1)
    caller.hang_up()
