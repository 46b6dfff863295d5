"""Whatever dies is started again, and the centre works on."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from ccbot.embedded.process import Server, StartFault, running
from ccbot.embedded.supervisor import kept_running
from tests.asterisk.hotline import Hotline, running_hotline
from tests.asterisk.real_world import RealAgent, RealWorld
from tests.world.world import QUICK_ENTRY

BACK_S_MAX = 30.0
SERVERS = {"Postgres": "postgres", "ccbot": "serve", "Asterisk": "asterisk.conf"}
"""As ``up`` calls them, and a word of their command lines."""


@pytest.fixture
def own_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """A centre that nobody else uses: this test breaks it."""
    with running_hotline(tmp_path_factory.mktemp("broken")) as centre:
        yield centre


async def until_back(hotline: Hotline, name: str) -> None:
    """Until ``up`` says that it is back, and calls are taken."""
    async with asyncio.timeout(BACK_S_MAX):
        while f"{name} is back" not in (hotline.home / "up.log").read_text():
            await asyncio.sleep(0.05)
        while not await hotline.is_ready():
            await asyncio.sleep(0.05)


async def test_a_call_goes_through_after_each_server_was_killed(own_hotline: Hotline) -> None:
    hotline = own_hotline
    async with hotline.guests() as guests:
        world = RealWorld(guests, guests.stack)
        agent = await world.agent("1901", ("quick",))
        for name in SERVERS:
            before = {one: hotline.pid_of(word) for one, word in SERVERS.items()}
            killed = before[name]
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            await until_back(hotline, name)

            restarted = {
                one for one, word in SERVERS.items() if hotline.pid_of(word) != before[one]
            }
            assert restarted == {name}
            await guests.registered(agent.phone)  # Asterisk forgets who is where
            await _a_call_goes_through(world, agent)


async def _a_call_goes_through(world: RealWorld, agent: RealAgent) -> None:
    """The agent signed in once, at the very beginning."""
    caller = await world.caller(QUICK_ENTRY)
    await caller.hears("menu.main", world.patience(10))
    caller.press("1")
    await agent.rings(world.patience(1))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    assert (await world.row(caller)).outcome == "answered"


async def test_a_fault_at_the_very_first_start_is_final() -> None:
    def broken() -> NoReturn:
        raise StartFault("cannot be")

    with pytest.raises(StartFault, match="cannot be"):
        async with kept_running("broken", broken):
            raise AssertionError("it never ran")


async def test_it_is_tried_again_and_again_and_ended_with_the_block(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    starts: list[Server] = []
    argv = [sys.executable, "-c", "import signal; signal.pause()"]

    @asynccontextmanager
    async def pausing() -> AsyncIterator[Server]:
        if len(starts) == 1 and "did not start" not in capsys.readouterr().out:
            raise StartFault("not now")
        async with running(argv, log=tmp_path / "log") as process:
            starts.append(Server(url=f"number {len(starts)}", process=process))
            yield starts[-1]

    async with kept_running("pausing", pausing) as address:
        assert address == "number 0"
        starts[0].process.kill()
        async with asyncio.timeout(10):
            while len(starts) < 2:
                await asyncio.sleep(0.05)
        assert starts[1].process.returncode is None
    assert starts[1].process.returncode == -signal.SIGTERM
