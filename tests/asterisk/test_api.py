"""A supervisor at the API of a running centre: his token, a talk that he steers, and the trail."""

import asyncio
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ccbot.settings import PROJECT
from tests.asterisk.guests import NOISE_S, Guests
from tests.asterisk.hotline import Hotline
from tests.asterisk.real_world import RealWorld
from tests.world.steps import GUARD_S, talking

pytestmark = pytest.mark.xdist_group("centre 0")

LIVE_S_MAX = 1.0 + NOISE_S
"""The public contract says one second; others may have the machine's attention."""
_tries = itertools.count(1)
"""The trail is kept: a second try has a name of its own."""
MOBILE = re.compile(r"1[3-9][0-9]{9}")


class Desk:
    """A user at a program of his own."""

    def __init__(self, hotline: Hotline, session: aiohttp.ClientSession, token: str) -> None:
        self._root = f"{hotline.web_url}/api/v1"
        self._session = session
        self._headers = {"Authorization": f"Bearer {token}"}

    async def asks(self, method: str, path: str, **body: str) -> tuple[int, Any]:
        """One request; no full number is ever in the answer."""
        address = self._root + path
        async with self._session.request(
            method, address, headers=self._headers, json=body or None
        ) as reply:
            text = await reply.text()
            assert not MOBILE.search(text)
            return reply.status, json.loads(text)


async def ccbot(hotline: Hotline, *words: str) -> str:
    """What a command says, as one who runs it sees it."""
    command = await asyncio.create_subprocess_exec(
        str(PROJECT / "script/ccbot"), *words,
        env={**os.environ, "CCBOT_HOME": str(hotline.home), "CCBOT_SPEECH": "off"},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await command.communicate()
    assert command.returncode == 0
    return out.decode()


async def test_a_supervisor_steers_a_talk_of_his_group(guests: Guests, hotline: Hotline) -> None:
    who = f"李娜{next(_tries)}"
    added = await ccbot(
        hotline, "user", "add", who, "--role", "supervisor", "--groups", "service", "--json"
    )
    token = json.loads(added)["token"]
    guests.stack.push_async_callback(ccbot, hotline, "user", "remove", who)
    world = RealWorld(guests, guests.stack)
    async with aiohttp.ClientSession() as session:
        li = Desk(hotline, session, token)
        async with asyncio.timeout(LIVE_S_MAX):
            while (await li.asks("GET", "/me"))[0] != 200:
                await asyncio.sleep(0.05)
        agent = await world.agent("1901")
        caller, _ = await talking(world, agent)
        await world.passes(GUARD_S + 1)
        status, told = await li.asks("GET", "/calls")
        (call,) = told["calls"]
        assert (status, call["stage"], call["agent"]) == (200, "talk", "1901")
        steered = f"/calls/{call['call_id']}"

        assert (await li.asks("POST", f"{steered}/hold", why="查资料"))[0] == 200
        await caller.hears_music(world.patience(1))
        assert (await li.asks("POST", f"{steered}/resume", why="查完"))[0] == 200
        await caller.hears_agent(world.patience(1))
        caller.hang_up()
        await agent.is_let_go(world.patience(1))
        row = await world.row(caller)  # the talk is over for ccbot, too
        status, told = await li.asks("POST", "/agents/1901/sign-out", why="下班")
        assert (status, told["state"]) == (200, "offline")
        status, told = await li.asks("GET", steered)
        assert (status, told["logged"]["outcome"]) == (200, row.outcome)

    trail = await ccbot(hotline, "audit", "list", "--json")
    deeds = [one["what"] for one in json.loads(trail) if one["who"] == who]
    assert deeds == ["agent.sign_out", "call.resume", "call.hold"]
    assert "fit" in await ccbot(hotline, "audit", "verify")
    assert token not in _logs(hotline.home)


def _logs(home: Path) -> str:
    return "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in (home / "log").rglob("*")
        if path.is_file()
    )
