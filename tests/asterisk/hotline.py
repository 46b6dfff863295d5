"""A whole centre of its own for the tests: ``ccbot up`` on free ports, real phones around it."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import aiohttp
import asyncpg
import msgspec
from yarl import URL

from ccbot.core.routing_document import RoutingDocument
from ccbot.phone import SoundBook
from ccbot.settings import PROJECT
from tests.asterisk.guests import Guests
from tests.world.greetings import GREETINGS
from tests.world.routing import routing

READY_S_MAX = 90.0
GREETING_BYTES = 4 * 8_000
"""A greeting is four seconds of noise that sounds like nothing else."""
PROVIDER = "127.0.0.3"
"""Who carries calls to customers."""
OPEN_STATES = {"01", "08"}
"""Of /proc/net/tcp: established, and closed by the other side alone."""


def free_port(kind: socket.SocketKind) -> int:
    """A loopback port that nobody uses now."""
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, kw_only=True)
class Hotline:
    """A running centre, and the phones that a test takes to it."""

    home: Path
    sip_port: int
    out_port: int
    """Where its calls to customers arrive."""
    database_url: str
    ari_url: str
    web_url: str
    up: "subprocess.Popen[bytes]"
    book: SoundBook = field(repr=False)

    @property
    def server(self) -> tuple[str, int]:
        return ("127.0.0.1", self.sip_port)

    def pid_of(self, word: str) -> int | None:
        """The server started by ``up`` that has this word in its command line."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_text()
                parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
            except OSError:
                continue
            if word in words and int(parent) == self.up.pid:
                return int(process.name)
        return None

    def open_files(self) -> int:
        """How many file descriptors ``ccbot serve`` holds."""
        return len(list(Path(f"/proc/{self.pid_of('serve')}/fd").iterdir()))

    async def is_ready(self) -> bool:
        """Whether ccbot takes calls."""
        try:
            url = self.web_url + "/readyz"
            async with aiohttp.ClientSession() as session, session.get(url) as reply:
                return reply.status == 200
        except aiohttp.ClientError:
            return False

    async def is_forgotten_by_asterisk(self) -> bool:
        """Whether Asterisk has closed its side of every ARI connection.

        ``GET applications/ccbot`` does not tell: Asterisk may list an application without a
        socket for as long as the lobby lives.
        """
        port = f":{URL(self.ari_url).port:04X}"
        tables = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
        rows = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
        return not any(row[1].endswith(port) and row[3] in OPEN_STATES for row in rows)

    async def metrics(self) -> list[str]:
        """What ``ccbot serve`` tells Prometheus, line by line."""
        url = self.web_url + "/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as reply:
            return (await reply.text()).splitlines()

    async def tasks(self) -> int:
        """How many tasks ``ccbot serve`` runs, by its own account."""
        told = next(line for line in await self.metrics() if line.startswith("ccbot_tasks "))
        return int(float(told.split()[1]))

    def log(self) -> str:
        return (self.home / "log" / "ccbot.log").read_text(encoding="utf-8")

    @asynccontextmanager
    async def guests(self) -> AsyncIterator[Guests]:
        """Phones for one test; every agent made here is removed at the end."""
        pool = await asyncpg.create_pool(self.database_url, min_size=1, max_size=2)
        async with AsyncExitStack() as stack:
            guests = Guests(self, pool, stack)
            try:
                yield guests
            finally:
                await stack.aclose()
                await guests.leave()
                await pool.close()


@contextmanager
def running_hotline(
    home: Path, document: RoutingDocument | None = None, **settings: str
) -> Iterator[Hotline]:
    """``ccbot up`` as a user starts it, on ports of its own."""
    out = free_port(socket.SOCK_DGRAM)
    sip, web = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    first_rtp = 20_000 + (os.getpid() % 20) * 600
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CCBOT_")},
        "CCBOT_HOME": str(home),
        "CCBOT_SIP_BIND": f"127.0.0.1:{sip}",
        "CCBOT_WEB_BIND": f"127.0.0.1:{web}",
        "CCBOT_RTP_PORTS": f"{first_rtp}-{first_rtp + 599}",
        "CCBOT_SPEECH": "off",
        "CCBOT_TRUNK_OUT": f"{PROVIDER}:{out}",
        "PYTHONPATH": str(PROJECT),
        **settings,
    }
    (home / "routing.yaml").write_bytes(msgspec.yaml.encode(document or routing()))
    (home / "sounds/zh").mkdir(parents=True, exist_ok=True)
    for agent, kinds in GREETINGS.items():
        for kind in kinds:
            noise = random.Random(agent + kind).randbytes(GREETING_BYTES)
            (home / f"sounds/zh/greeting.{agent}.{kind}.alaw").write_bytes(noise)
    output = (home / "up.log").open("wb")
    up = subprocess.Popen(
        [sys.executable, "-m", "ccbot", "up"], env=environment, stdout=output, stderr=output
    )
    try:
        _await_ready(up, home)
        centre = json.loads((home / "run" / "centre.json").read_text())
        yield Hotline(
            home=home,
            sip_port=int(environment["CCBOT_SIP_BIND"].rpartition(":")[2]),
            out_port=out,
            database_url=centre["database_url"],
            ari_url=centre["ari_url"],
            web_url=centre["web_url"],
            up=up,
            book=_book(home),
        )
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(timeout=30)
        output.close()


def _book(home: Path) -> SoundBook:
    """Everything that can be heard; the English sentences bear names such as ``en/bye``."""
    sounds: dict[tuple[str, Literal["prompt", "music"]], bytes] = {}
    folders = [(PROJECT / "dialplan/sounds/zh", ""), (PROJECT / "dialplan/sounds/en", "en/")]
    for folder, prefix in (*folders, (home / "sounds/zh", "")):
        for path in sorted(folder.glob("*.alaw")):
            sounds[prefix + path.stem, "prompt"] = path.read_bytes()
    for path in (PROJECT / "dialplan/music").glob("*.alaw"):
        sounds[path.stem, "music"] = path.read_bytes()
    return SoundBook.of(sounds)


def _await_ready(up: "subprocess.Popen[bytes]", home: Path) -> None:
    until = time.monotonic() + READY_S_MAX
    while "ready." not in (said := (home / "up.log").read_text(encoding="utf-8")):
        assert up.poll() is None, f"ccbot up ended: {said}"
        assert time.monotonic() < until, f"ccbot up is not ready: {said}"
        time.sleep(0.05)
