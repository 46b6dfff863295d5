"""What calls may leave behind: in Asterisk, in ccbot's process, in the spool, in the books."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from http import HTTPStatus

import aiohttp
import asyncpg

from ccbot.core.facts import RecordingBegun, Stamped
from ccbot.core.tapes import file_names
from ccbot.recordings.shelf import Shelf
from tests.asterisk.hotline import Hotline
from tests.faults.centre import until

AT_REST_S_MAX = 30.0
"""Clean-up after the last call, an audit, and the sealing of its recording take no longer."""
SPARE_TASKS = 4
"""Whatever a process does besides: a connection to its web server more, or less."""

EMPTY = (
    "ccbot_calls_now",
    'ccbot_agents_now{state="offered"}',
    'ccbot_agents_now{state="talking"}',
    'ccbot_agents_now{state="wrap_up"}',
    "ccbot_offers_now",
    "ccbot_supervisions_now",
    "ccbot_flows_now",
    "ccbot_outbox_facts ",
    "ccbot_facts_refused ",
    "ccbot_facts_lost ",
)
"""How the names begin of what is 0 when the last call is over."""


async def tasks_at_rest(hotline: Hotline) -> int:
    """How many tasks there are while nobody is served; the codes that were dialled must be over."""

    async def rests() -> bool:
        return not any(map(_is_left, await hotline.metrics()))

    await until(rests, within_s=AT_REST_S_MAX, what="at rest")
    return await hotline.tasks()


async def left_behind(hotline: Hotline, tasks_before: int) -> list[str]:
    """Soon after the last call all is as before the first; else say what is not."""
    left: list[str] = []

    async def is_empty() -> bool:
        left[:] = await _left(hotline, tasks_before)
        return not left

    with suppress(AssertionError):
        await until(is_empty, within_s=AT_REST_S_MAX, what="nothing is left")
    return [f"left behind: {one}" for one in left]


async def _left(hotline: Hotline, tasks_before: int) -> list[str]:
    found = await _in_asterisk(hotline)
    found += [one for one in await hotline.metrics() if _is_left(one)]
    tasks = await hotline.tasks()
    if tasks > tasks_before + SPARE_TASKS:
        found.append(f"{tasks} tasks, {tasks_before} before")
    return found + [f"in the spool: {one}" for one in Shelf(hotline.home).tapes()]


def _is_left(line: str) -> bool:
    return line.startswith(EMPTY) and float(line.rsplit(" ", 1)[1]) > 0


async def _in_asterisk(hotline: Hotline) -> list[str]:
    """Every channel, snoops included, and every bridge but the lobby."""
    async with aiohttp.ClientSession(hotline.ari_url) as session:
        async with session.get("/ari/channels") as reply:
            channels = [f"channel {one['name']} {one['id']}" for one in await reply.json()]
        async with session.get("/ari/bridges") as reply:
            bridges = [one["id"] for one in await reply.json()]
    return channels + [f"bridge {one}" for one in bridges if one != "ccbot-lobby"]


async def live_recordings(hotline: Hotline, facts: Iterable[Stamped]) -> list[str]:
    """Those that were ever begun, and that Asterisk writes still; it has no list of them."""
    begun = [one.fact for one in facts if isinstance(one.fact, RecordingBegun)]
    found = []
    async with aiohttp.ClientSession(hotline.ari_url) as session:
        for name in (name for one in begun for name in file_names(one.name, one.sides)):
            async with session.get(f"/ari/recordings/live/{name}") as reply:
                if reply.status != HTTPStatus.NOT_FOUND:
                    found.append(f"live recording {name}: {reply.status}")
    return found


async def unsealed(hotline: Hotline, calls: Sequence[str]) -> list[str]:
    """Calls that say that they were recorded, and have nothing sealed; or the other way round."""
    query = (
        "select call_id, recording_status, recordings.call_id is not null as is_sealed"
        " from calls left join recordings using (call_id) where call_id = any($1)"
    )
    connected = await asyncpg.connect(hotline.database_url)
    try:
        rows = await connected.fetch(query, calls)
    finally:
        await connected.close()
    return list(_unsealed(rows))


def _unsealed(rows: Iterable[asyncpg.Record]) -> Iterator[str]:
    for row in rows:
        recorded = row["recording_status"] in {"complete", "partial"}
        if recorded != row["is_sealed"]:
            yield f"{row['call_id']}: {row['recording_status']}, sealed: {row['is_sealed']}"
