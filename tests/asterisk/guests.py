"""The people of one test, with real phones, around a hotline."""

import asyncio
import hashlib
import itertools
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any

import aiohttp
import asyncpg

from ccbot.clock import SystemClock
from ccbot.core.kinds import Role
from ccbot.core.routing_document import RoutingDocument
from ccbot.phone import Call, CallFailedError, Credentials, OverdueError, Phone
from ccbot.store.pool import open_pool
from ccbot.store.routing_versions import Draft, RoutingVersions

if TYPE_CHECKING:
    from tests.asterisk.hotline import Hotline

_dialled = itertools.count(10_000)
ROW_S_MAX = 2.0
"""The public contract: a call's row is visible so soon after the hang-up."""
NOISE_S = 10.0
"""So long others may have the machine's attention: no limit of a real wait is below."""
FACT_S_MAX = 35.0
"""A phone that says nothing is given up after its ringing time."""
TRUNK = "127.0.0.2"
PASSWORD = "of-a-test-phone"


class Guests:
    """The people of one test."""

    def __init__(
        self, hotline: "Hotline", database: "asyncpg.Pool[Any]", stack: AsyncExitStack
    ) -> None:
        self.hotline = hotline
        self._database = database
        self.stack = stack
        self._agents: list[str] = []
        self._numbers: dict[int, str] = {}
        self._phones: dict[int, Phone] = {}
        self._began = SystemClock().now()

    async def account(
        self, number: str, *groups: str, role: Role = Role.AGENT, leads: Sequence[str] = ()
    ) -> None:
        """An agent's record; who has a role may serve no group."""
        if role is Role.AGENT:
            groups = groups or ("service",)
        secret = hashlib.md5(f"p-{number}:ccbot:{PASSWORD}".encode()).hexdigest()
        await self._database.execute(
            "insert into agents (number, name, groups, ha1, created_at, role, leads)"
            " values ($1, $1, $2, $3, now(), $4, $5)"
            " on conflict (number) do update set groups = $2, ha1 = $3, role = $4, leads = $5,"
            " removed_at = null",
            number,
            list(groups),
            secret,
            role,
            list(leads),
        )
        await self._database.execute("select pg_notify('ccbot_agents', '')")
        self._agents.append(number)

    async def agent(
        self,
        number: str,
        *groups: str,
        signed_in: bool = True,
        role: Role = Role.AGENT,
        leads: Sequence[str] = (),
    ) -> Phone:
        """An agent with a registered phone."""
        await self.account(number, *groups, role=role, leads=leads)
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

    async def caller(self, number: str = "13812345678", *, dialled: str | None = None) -> Call:
        """A customer who dials in from the trunk; each dials a number of her own, or this one."""
        dialled = dialled or str(next(_dialled))
        phone = await self.stack.enter_async_context(
            Phone(local=TRUNK, user=number, sounds=self.hotline.book)
        )
        call = await phone.dial(f"sip:{dialled}@127.0.0.1:{self.hotline.sip_port}", caller=number)
        self._numbers[id(call)] = dialled
        self._phones[id(call)] = phone
        await call.answered(within_s=NOISE_S)
        return call

    def vanish(self, call: Call) -> None:
        """The customer's line is dead: no word of it to anyone."""
        self._phones[id(call)].vanish()

    async def row(self, call: Call, *, within_s: float = ROW_S_MAX) -> dict[str, Any]:
        """The call's row of the log, which must be there in time, and once."""
        query = "select * from call_log where dialled_number = $1"
        async with asyncio.timeout(within_s):
            while not (rows := await self._database.fetch(query, self._numbers[id(call)])):
                await asyncio.sleep(0.02)
        assert len(rows) == 1
        return dict(rows[0])

    async def quality(
        self, call_id: str, *, legs: int, within_s: float
    ) -> dict[str, dict[str, Any]]:
        """What was measured of so many legs beside the call's talk, by line."""
        query = "select * from leg_quality where call_id = $1"
        async with asyncio.timeout(within_s):
            while len(rows := await self._database.fetch(query, call_id)) < legs:
                await asyncio.sleep(0.05)
        beside = "select line from segment_quality where call_id = $1 and kind = 'talk'"
        assert {row["line"] for row in rows} == {
            row["line"] for row in await self._database.fetch(beside, call_id)
        }
        return {row["line"]: dict(row) for row in rows}

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

    async def fetchrow(self, query: str, *values: object) -> dict[str, Any] | None:
        """A row of the database, if there is one."""
        row = await self._database.fetchrow(query, *values)
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
        """The rows of all calls of this test to a number, when they should all be there."""
        query = "select * from call_log where dialled_number = $1 and entered_at >= $2"
        until = time.monotonic() + NOISE_S
        while len(rows := await self._database.fetch(query, dialled, self._began)) < expected:
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
