"""A phone's transfer button: who may take it, and what comes of it in the simulation."""

import pytest

from ccbot.pbx.refer import ReferFault, refuse
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world

FIT = "22.11.0"


@pytest.mark.parametrize("version", ["22.11.0", "22.11.0-rc1", "Asterisk 22.12.1+dfsg", "22.20.0"])
def test_from_22_11_on_asterisk_is_fit_for_refer(version: str) -> None:
    refuse(version)


@pytest.mark.parametrize(
    "version",
    ["22.10.1", "Asterisk 22.10.1+dfsg+~cs6.17", "22.9.0", "21.12.0", "23.0.0", "GIT", ""],
)
def test_any_other_is_refused_and_the_line_says_why(version: str) -> None:
    with pytest.raises(ReferFault, match=r"CCBOT_REFER=on needs Asterisk 22\.11 .*asterisk#2021"):
        refuse(version)


@pytest.mark.parametrize(("version", "taken"), [("22.10.1", False), ("22.11.0", True)])
def test_phones_may_ask_for_transfers_only_where_asterisk_is_fit_for_it(
    version: str, taken: bool
) -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim, refer_on=version) as world:
            await world.agent("1901")
            assert _may_transfer(world) is taken

    simulate(1, told)


def test_after_another_asterisk_is_there_it_is_asked_again() -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim, refer_on=FIT) as world:
            await world.agent("1901")
            world.asterisk.version = "22.10.1"
            async with world.ccbot_away():
                pass
            assert not _may_transfer(world)

    simulate(1, told)


def _may_transfer(world: SimWorld) -> bool:
    account = world.asterisk.accounts["endpoint", "p-1901"]
    if account["allow_transfer"] == "no":
        return False
    assert account["set_var"] == "PJSIP_TRANSFER_HANDLING()=ari-only"
    return True
