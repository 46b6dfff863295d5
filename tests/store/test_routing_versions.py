"""Published documents: numbered without gaps, final, and handed to whoever watches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec
import pytest

from ccbot.store.audit import AuditTrail
from ccbot.store.pool import Pool
from ccbot.store.routing_versions import (
    Draft,
    NoSuchVersionError,
    OvertakenError,
    RoutingVersions,
    Version,
    watch,
)
from tests.core.story import replace_group, routing
from tests.store.stories import EvenRng, until

TEXT = "# 注释\ncompany: 远山\n"
DRAFT = Draft(yaml=TEXT, document=routing(), who="王芳", why="开业")


@asynccontextmanager
async def watching(url: str, first: Draft = DRAFT) -> AsyncIterator[list[Version]]:
    """A watch at work, and what it has handed over."""
    heard: list[Version] = []

    async def take(version: Version) -> None:
        heard.append(version)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watch(url, first, take, EvenRng()))
        yield heard
        task.cancel()


async def numbers_are(heard: list[Version], *numbers: int) -> None:
    async def so() -> bool:
        return list(dict.fromkeys(one.version for one in heard)) == [*numbers]

    await until(so)


async def test_text_comes_back_as_it_was_and_the_document_with_it(pool: Pool) -> None:
    versions = RoutingVersions(pool)
    assert await versions.live() is None
    document = replace_group(routing(), "tech", ring_s=21.0)
    made = await versions.publish(msgspec.structs.replace(DRAFT, document=document), after=0)
    assert (made.version, made.who, made.why, made.yaml) == (1, "王芳", "开业", TEXT)
    assert made.document() == document
    assert await versions.live() == await versions.get(1) == made
    [line] = await versions.history()
    assert (line.version, line.who, line.why, line.at) == (1, "王芳", "开业", made.at)


async def test_each_publication_is_on_the_audit_trail_though_no_centre_runs(pool: Pool) -> None:
    versions = RoutingVersions(pool)
    await versions.publish(DRAFT, after=0)
    louder = msgspec.structs.replace(DRAFT, yaml=f"{TEXT}\n", who="陈静", why="新组")
    await versions.publish(louder, after=1)
    back = msgspec.structs.replace(DRAFT, why="不好", rollback_to=1)
    await versions.publish(back, after=2)
    with pytest.raises(OvertakenError):
        await versions.publish(louder, after=2)

    trail = await AuditTrail(pool).list(10)

    assert [(row.what, row.who, row.why, row.detail) for row in reversed(trail)] == [
        ("routing.publish", "王芳", "开业", {"version": 1}),
        ("routing.publish", "陈静", "新组", {"version": 2}),
        ("routing.publish", "王芳", "不好", {"version": 3, "rollback_to": 1}),
    ]
    assert (await AuditTrail(pool).verify()).bad_row is None


async def test_whoever_did_not_see_the_last_version_does_not_publish_over_it(pool: Pool) -> None:
    versions = RoutingVersions(pool)
    await versions.publish(DRAFT, after=0)
    with pytest.raises(OvertakenError, match="version 1 was published meanwhile"):
        await versions.publish(DRAFT, after=0)
    assert (await versions.publish(DRAFT, after=1)).version == 2
    assert [one.version for one in await versions.history()] == [2, 1]


async def test_of_two_who_publish_at_once_one_is_told_so(pool: Pool) -> None:
    versions = RoutingVersions(pool)
    outcomes: list[object] = []

    async def publish() -> None:
        try:
            outcomes.append((await versions.publish(DRAFT, after=0)).version)
        except OvertakenError:
            outcomes.append("overtaken")

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(publish())
    assert sorted(map(str, outcomes)) == ["1", "overtaken", "overtaken", "overtaken"]


async def test_version_that_is_not_there(pool: Pool) -> None:
    with pytest.raises(NoSuchVersionError, match="no version 7"):
        await RoutingVersions(pool).get(7)


async def test_versions_are_final(pool: Pool) -> None:
    await RoutingVersions(pool).publish(DRAFT, after=0)
    with pytest.raises(asyncpg.RestrictViolationError):
        await pool.execute("update routing_versions set yaml = ''")


async def test_watch_publishes_the_first_version_and_hears_each_other(
    pool: Pool, database_url: str
) -> None:
    async with watching(database_url) as heard:
        await numbers_are(heard, 1)
        assert (heard[0].yaml, heard[0].who) == (TEXT, "王芳")
        await RoutingVersions(pool).publish(DRAFT, after=1)
        await numbers_are(heard, 1, 2)


async def test_watch_begins_with_what_is_live(pool: Pool, database_url: str) -> None:
    versions = RoutingVersions(pool)
    await versions.publish(DRAFT, after=0)
    await versions.publish(DRAFT, after=1)
    async with watching(database_url) as heard:
        await numbers_are(heard, 2)
