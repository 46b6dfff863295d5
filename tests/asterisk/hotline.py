"""A whole centre of its own for the tests: ``ccbot up`` on free ports, real phones around it."""

import asyncio
import hashlib
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import aiohttp
import asyncpg
import msgspec
from yarl import URL

from ccbot.clock import SystemClock
from ccbot.core.routing_document import RoutingDocument
from ccbot.phone import Call, CallFailedError, Credentials, OverdueError, Phone, SoundBook
from ccbot.settings import PROJECT
from ccbot.store.pool import open_pool
from ccbot.store.routing_versions import Draft, RoutingVersions
from tests.world.greetings import GREETINGS
from tests.world.routing import routing

READY_S_MAX = 90.0
_dialled = itertools.count(10_000)
ROW_S_MAX = 2.0
"""The public contract: a call's row is visible so soon after the hang-up."""
NOISE_S = 10.0
"""So long others may have the machine's attention: no limit of a real wait is below."""
FACT_S_MAX = 35.0
"""A phone that says nothing is given up after its ringing time."""
GREETING_BYTES = 4 * 8_000
"""A greeting is four seconds of noise that sounds like nothing else."""
TRUNK = "127.0.0.2"
PROVIDER = "127.0.0.3"
"""Who carries calls to customers."""
PASSWORD = "of-a-test-phone"
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

    async def tasks(self) -> int:
        """How many tasks ``ccbot serve`` runs, by its own account."""
        url = self.web_url + "/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as reply:
            lines = (await reply.text()).splitlines()
        told = next(line for line in lines if line.startswith("ccbot_tasks "))
        return int(float(told.split()[1]))

    def log(self) -> str:
        return (self.home / "log" / "ccbot.log").read_text(encoding="utf-8")

    @asynccontextmanager
    async def guests(self) -> AsyncIterator["Guests"]:
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


class Guests:
    """The people of one test."""

    def __init__(
        self, hotline: Hotline, database: "asyncpg.Pool[Any]", stack: AsyncExitStack
    ) -> None:
        self.hotline = hotline
        self._database = database
        self.stack = stack
        self._agents: list[str] = []
        self._numbers: dict[int, str] = {}
        self._began = SystemClock().now()

    async def account(self, number: str, *groups: str) -> None:
        """An agent's record."""
        secret = hashlib.md5(f"p-{number}:ccbot:{PASSWORD}".encode()).hexdigest()
        await self._database.execute(
            "insert into agents (number, name, groups, ha1, created_at)"
            " values ($1, $1, $2, $3, now())"
            " on conflict (number) do update set groups = $2, ha1 = $3, removed_at = null",
            number,
            list(groups or ("service",)),
            secret,
        )
        await self._database.execute("select pg_notify('ccbot_agents', '')")
        self._agents.append(number)

    async def agent(self, number: str, *groups: str, signed_in: bool = True) -> Phone:
        """An agent with a registered phone."""
        await self.account(number, *groups)
        user = f"p-{number}"
        phone = await self.stack.enter_async_context(
            Phone(
                user=user,
                credentials=Credentials(user=user, password=PASSWORD),
                sounds=self.hotline.book,
            )
        )
        await self.registered(phone)
        if signed_in:
            await self.signs_in(phone)
        return phone

    async def signs_in(self, phone: Phone) -> None:
        """Asterisk may know an account of an earlier test before ccbot knows the agent: try on."""
        async with asyncio.timeout(NOISE_S):
            while True:
                with suppress(CallFailedError, OverdueError):
                    return await self.dials(phone, "*71", "agent.signed_in")

    async def registered(self, phone: Phone) -> None:
        """The account reaches Asterisk within a second: try until then."""
        async with asyncio.timeout(NOISE_S):
            while True:
                try:
                    await phone.register(self.hotline.server)
                except Exception:  # noqa: BLE001 - not pushed yet: 401 until it is
                    await asyncio.sleep(0.05)
                else:
                    return

    async def dials(self, phone: Phone, code: str, answer: str) -> None:
        """Dial a feature code and hear its confirmation to the end."""
        call = await phone.dial(f"sip:{code}@127.0.0.1:{self.hotline.sip_port}")
        await call.hears(answer, within_s=NOISE_S)
        await call.ended(within_s=NOISE_S)

    async def caller(self, number: str = "13812345678") -> Call:
        """A customer who dials in from the trunk; each dials a number of her own."""
        dialled = str(next(_dialled))
        phone = await self.stack.enter_async_context(
            Phone(local=TRUNK, user=number, sounds=self.hotline.book)
        )
        call = await phone.dial(f"sip:{dialled}@127.0.0.1:{self.hotline.sip_port}", caller=number)
        self._numbers[id(call)] = dialled
        await call.answered(within_s=NOISE_S)
        return call

    async def row(self, call: Call) -> dict[str, Any]:
        """The call's row of the log, which must be there in time, and once."""
        query = "select * from call_log where dialled_number = $1"
        async with asyncio.timeout(ROW_S_MAX):
            while not (rows := await self._database.fetch(query, self._numbers[id(call)])):
                await asyncio.sleep(0.02)
        assert len(rows) == 1
        return dict(rows[0])

    async def row_of_caller(
        self, caller: str, calls_before: int = 0
    ) -> tuple[dict[str, Any], list[str]]:
        """The row of this number's latest call, and the kinds of its segments in order."""
        query = (
            "select log.* from call_log log join calls using (call_id)"
            " where calls.caller = $1 and log.entered_at >= $2 and log.callback_of is null"
            " order by log.entered_at"
        )
        async with asyncio.timeout(NOISE_S):
            while True:
                rows = await self._database.fetch(query, caller, self._began)
                if len(rows) > calls_before:
                    break
                await asyncio.sleep(0.02)
        assert len(rows) == calls_before + 1
        segments = await self.segments(rows[-1]["call_id"])
        return dict(rows[-1]), [one["kind"] for one in segments]

    async def row_of_callback(self, caller: str) -> tuple[dict[str, Any], list[str]]:
        """The row of the call by which this number was called back, and its segments' kinds."""
        query = (
            "select log.* from call_log log join calls using (call_id) join calls first"
            " on first.call_id = log.callback_of where first.caller = $1 and log.entered_at >= $2"
        )
        async with asyncio.timeout(NOISE_S):
            while not (rows := await self._database.fetch(query, caller, self._began)):
                await asyncio.sleep(0.02)
        [row] = rows
        segments = await self.segments(row["call_id"])
        return dict(row), [one["kind"] for one in segments]

    async def follow_up_of_caller(self, caller: str) -> dict[str, Any] | None:
        """The task that the one call of this number left behind; its row must be there."""
        query = (
            "select follow_ups.* from follow_ups join calls using (call_id)"
            " where caller = $1 and entered_at >= $2"
        )
        row = await self._database.fetchrow(query, caller, self._began)
        return None if row is None else dict(row)

    async def until_fact(self, name: str) -> None:
        """Wait until such a fact was shipped that happened since this test began."""
        query = "select count(*) from facts where fact ->> 'fact' = $1 and at >= $2"
        async with asyncio.timeout(FACT_S_MAX):
            while not await self._database.fetchval(query, name, self._began):
                await asyncio.sleep(0.05)

    async def publishes(
        self, change: Callable[[RoutingDocument], RoutingDocument]
    ) -> RoutingDocument:
        """The live routing, changed so, goes live; the one before. Returns when ccbot has it."""
        async with open_pool(self.hotline.database_url) as pool:
            versions = RoutingVersions(pool)
            live = await versions.live()
            assert live is not None
            before = live.document()
            draft = Draft(yaml="test: true", document=change(before), who="test", why="test")
            version = await versions.publish(draft, after=live.version)
        query = "select count(*) from facts where fact ->> 'fact' = $1 and fact -> 'version' = $2"
        async with asyncio.timeout(FACT_S_MAX):
            while not await self._database.fetchval(
                query, "routing_published", str(version.version)
            ):
                await asyncio.sleep(0.02)
        return before

    async def missed(self) -> list[str]:
        """Why offers were missed since this test began, in order, as soon as there is one."""
        await self.until_fact("offer_missed")
        query = (
            "select fact ->> 'reason' from facts"
            " where fact ->> 'fact' = 'offer_missed' and at >= $1 order by at"
        )
        return [row[0] for row in await self._database.fetch(query, self._began)]

    async def rows(self, dialled: str, *, expected: int) -> list[dict[str, Any]]:
        """The rows of all calls to a number, when they should all be there."""
        query = "select * from call_log where dialled_number = $1"
        until = time.monotonic() + NOISE_S
        while len(rows := await self._database.fetch(query, dialled)) < expected:
            if time.monotonic() > until:
                break
            await asyncio.sleep(0.05)
        return [dict(row) for row in rows]

    async def all_rows(self) -> list[dict[str, Any]]:
        """The rows of all calls that the centre ever had."""
        return [dict(row) for row in await self._database.fetch("select * from call_log")]

    async def story(self) -> str:
        """What ccbot took down since this test began, a fact a line: told when a test fails."""
        facts = await self._database.fetch(
            "select at, fact from facts where at >= $1 and fact ->> 'fact' <> 'routing_published'"
            " order by at, seq",
            self._began,
        )
        return "\n".join(f"{one['at']:%T.%f} {one['fact']}" for one in facts)

    async def segments(self, call_id: str) -> list[dict[str, Any]]:
        """The call's segments, in order."""
        rows = await self._database.fetch(
            "select * from call_segments where call_id = $1 order by seq", call_id
        )
        return [dict(row) for row in rows]

    async def settled(self) -> None:
        """Nothing is left in Asterisk: no channel, and no bridge but the lobby."""
        async with asyncio.timeout(NOISE_S):
            while (left := await self._left()) != ([], ["ccbot-lobby"]):
                assert left is not None
                await asyncio.sleep(0.05)

    async def _left(self) -> tuple[list[str], list[str]]:
        async with aiohttp.ClientSession() as session:
            base = self.hotline.ari_url + "/ari"
            async with session.get(base + "/channels") as reply:
                channels = [one["id"] for one in await reply.json()]
            async with session.get(base + "/bridges") as reply:
                bridges = [one["id"] for one in await reply.json()]
        return channels, bridges

    async def leave(self) -> None:
        """Remove this test's agents, so that the next test begins with an empty floor."""
        await self._database.execute(
            "update agents set removed_at = now() where number = any($1)", self._agents
        )
        await self._database.execute("select pg_notify('ccbot_agents', '')")
        await self._accounts_gone()
        await self.settled()

    async def _accounts_gone(self) -> None:
        """Asterisk knows these agents no more.

        A phone of the next test that registered before that would be forgotten with the account,
        and could not be rung until it registers again.
        """
        ours = {f"p-{number}" for number in self._agents}
        url = self.hotline.ari_url + "/ari/endpoints/PJSIP"
        async with asyncio.timeout(NOISE_S), aiohttp.ClientSession() as session:
            while True:
                async with session.get(url) as reply:
                    left = {one["resource"] for one in await reply.json()}
                if not ours & left:
                    return
                await asyncio.sleep(0.02)


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
