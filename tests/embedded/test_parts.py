"""The parts of a centre, each started by somebody else, as containers and units do it."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from ccbot.embedded import centre_file, parts
from ccbot.embedded.parts import own_ari_port
from ccbot.embedded.process import StartFault, running
from ccbot.settings import PROJECT, read
from tests.asterisk.hotline import free_port
from tests.store.server import running_server

READY_S_MAX = 60.0
NOBODY = "postgresql://ccbot@127.0.0.1:1/ccbot"
"""A Postgres where none listens."""
PARTS = ("ccbot", "asterisk", "postgres")


class Centre:
    """A home, and the settings that its parts share."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: one for name, one in os.environ.items() if not name.startswith("CCBOT_")}
        self.environment = {
            **kept,
            "PYTHONPATH": str(PROJECT),
            "CCBOT_HOME": str(home),
            "CCBOT_SIP_BIND": f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}",
            "CCBOT_WEB_BIND": f"127.0.0.1:{free_port(socket.SOCK_STREAM)}",
            "CCBOT_ARI_URL": f"http://127.0.0.1:{free_port(socket.SOCK_STREAM)}",
            "CCBOT_RTP_PORTS": "18200-18399",
            "CCBOT_SPEECH": "off",
        }

    @asynccontextmanager
    async def part(self, name: str, **changed: str) -> AsyncIterator[asyncio.subprocess.Process]:
        argv = [sys.executable, "-m", "ccbot", "part", name]
        environment = {**self.environment, **changed}
        async with running(argv, log=self.log(name), environment=environment) as process:
            yield process

    @property
    def notify(self) -> str:
        return str(self.home / "notify")

    def log(self, name: str) -> Path:
        return self.home / f"{name}.log"

    async def run(self, *words: str) -> int:
        async with running(
            [sys.executable, "-m", "ccbot", *words],
            log=self.home / "commands.log",
            environment=self.environment,
        ) as process:
            return await process.wait()

    async def until_all_answer(self) -> None:
        async with asyncio.timeout(READY_S_MAX):
            for name in PARTS:
                while await self.run("part", name, "--check") != 0:
                    await asyncio.sleep(0.1)


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


@pytest.fixture
async def told(centre: Centre) -> AsyncIterator[list[str]]:
    """What ccbot tells systemd, whose socket this test has."""
    said: list[str] = []
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(centre.notify)
        loop.add_reader(line, lambda: said.append(line.recv(1000).decode()))
        yield said
        loop.remove_reader(line)


async def test_parts_started_in_any_order_find_each_other(centre: Centre, told: list[str]) -> None:
    async with AsyncExitStack() as stack:
        telling = {"NOTIFY_SOCKET": centre.notify, "WATCHDOG_USEC": "300000"}
        ccbot = await stack.enter_async_context(centre.part("ccbot", **telling))
        await stack.enter_async_context(centre.part("asterisk"))
        await stack.enter_async_context(centre.part("postgres"))
        await centre.until_all_answer()

        assert await centre.run("agent", "list") == 0
        written = centre_file.read(centre.home)
        assert written is not None
        assert written.pid == ccbot.pid
        ccbot.send_signal(signal.SIGTERM)
        assert await ccbot.wait() == 0
    assert set(told) == {"READY=1", "WATCHDOG=1", "STOPPING=1"}


async def until_ready(told: list[str]) -> None:
    async with asyncio.timeout(READY_S_MAX):
        while "READY=1" not in told:
            await asyncio.sleep(0.05)


async def until_migrated(centre: Centre) -> None:
    async with asyncio.timeout(READY_S_MAX):
        while await centre.run("agent", "list") != 0:
            await asyncio.sleep(0.2)


async def test_later_ccbot_starts_without_its_postgres_and_the_schema_follows(
    centre: Centre, told: list[str]
) -> None:
    (centre.home / "outbox.sqlite").touch()
    async with centre.part("ccbot", NOTIFY_SOCKET=centre.notify):
        await until_ready(told)
        said = centre.log("ccbot").read_text()
        assert said.count("ccbot: starting without Postgres") == 1
        async with centre.part("postgres"):
            await until_migrated(centre)


async def test_later_ccbot_starts_without_somebody_elses_postgres_and_the_schema_follows(
    centre: Centre, told: list[str]
) -> None:
    (centre.home / "outbox.sqlite").touch()
    with running_server() as server:
        server.psql("create database fresh")
        centre.environment["CCBOT_DATABASE_URL"] = server.url("fresh")
        server.stop()
        async with centre.part("ccbot", NOTIFY_SOCKET=centre.notify) as ccbot:
            await until_ready(told)
            assert "ccbot: starting without Postgres" in centre.log("ccbot").read_text()
            server.start()
            await until_migrated(centre)
            assert ccbot.returncode is None


async def test_first_ccbot_does_not_start_without_postgres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has said who the agents are."""
    monkeypatch.setattr(parts, "POSTGRES_S_MAX", 0.3)
    settings = read({"CCBOT_HOME": str(tmp_path), "CCBOT_DATABASE_URL": NOBODY})

    with pytest.raises(StartFault, match="Postgres was not ready in 0 s"):
        await asyncio.to_thread(parts.prepare_serving, settings)


async def test_no_part_answers_where_nothing_was_ever_started(centre: Centre) -> None:
    for name in PARTS:
        assert await centre.run("part", name, "--check") == 1


@pytest.mark.parametrize(
    ("name", "variable", "value"),
    [
        ("postgres", "CCBOT_DATABASE_URL", "postgresql:///mine"),
        ("asterisk", "CCBOT_ARI_URL", "http://me:mine@127.0.0.1:8088"),
    ],
)
async def test_a_part_that_the_settings_name_elsewhere_is_not_started(
    centre: Centre, name: str, variable: str, value: str
) -> None:
    async with centre.part(name, **{variable: value}) as process:
        assert await process.wait() == 2
    assert variable in centre.log(name).read_text()


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("", 8088),
        ("http://127.0.0.1:9000", 9000),
        ("http://ccbot:secret@127.0.0.1:9000", None),
        ("http://192.0.2.1:9000", None),
    ],
)
def test_an_address_without_a_login_is_that_of_the_centres_own_asterisk(
    url: str, port: int | None
) -> None:
    assert own_ari_port(read({"CCBOT_ARI_URL": url})) == port
