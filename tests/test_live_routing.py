"""The live document: what ccbot starts with, and what it takes from Postgres afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from ccbot import live_routing
from ccbot.core.facts import RoutingPublished, Stamped
from ccbot.core.floor import Floor
from ccbot.core.routing_document import RoutingDocument
from ccbot.desk import Desk
from ccbot.recovery.checkpoints import Checkpoints
from ccbot.settings import Settings, read
from ccbot.store.pool import Pool
from ccbot.store.routing_file import DEFAULT, RoutingFault
from ccbot.store.routing_versions import Draft, RoutingVersions
from tests.core.story import replace_group, routing
from tests.sim.memory import SimKeeper
from tests.store.fixtures import database_url, pool, server
from tests.store.stories import EvenRng, until

__all__ = ["database_url", "pool", "server"]


class _Noon:
    def now(self) -> datetime:
        return datetime(2026, 11, 24, 12, tzinfo=UTC)


class _Ids:
    def new(self, kind: str) -> str:
        return f"{kind}-1"


def a_desk(document: RoutingDocument | None = None) -> Desk:
    return Desk(Floor(document or routing()), clock=_Noon(), ids=_Ids())


def settings(home: Path, url: str = "", company: str = "") -> Settings:
    return read({"CCBOT_HOME": str(home), "CCBOT_DATABASE_URL": url, "CCBOT_COMPANY": company})


LOUD = replace_group(routing(), "tech", ring_s=33.0)


def test_the_first_start_makes_the_working_copy_with_the_companys_name(tmp_path: Path) -> None:
    document = live_routing.at_start(settings(tmp_path, company="远山"), SimKeeper())
    assert document.company == "远山"
    assert 'company: "远山"' in (tmp_path / "routing.yaml").read_text(encoding="utf-8")


def test_a_working_copy_that_cannot_be_used_keeps_the_first_start_back(tmp_path: Path) -> None:
    (tmp_path / "routing.yaml").write_text("company: [", encoding="utf-8")
    with pytest.raises(RoutingFault, match=r"routing\.yaml:"):
        live_routing.at_start(settings(tmp_path), SimKeeper())


def test_later_starts_go_on_with_what_was_live_whatever_the_working_copy_says(
    tmp_path: Path,
) -> None:
    keeper, desk = SimKeeper(), a_desk()
    desk.listen(Checkpoints(desk.floor, keeper).listen)
    desk.post(RoutingPublished(version=4, document=LOUD))
    (tmp_path / "routing.yaml").write_text("company: [", encoding="utf-8")
    assert live_routing.at_start(settings(tmp_path), keeper) == LOUD
    again = Floor(routing())
    Checkpoints(again, keeper).restore()
    assert (again.routing, again.routing_version) == (LOUD, 4)


@asynccontextmanager
async def watching(home: Path, url: str, desk: Desk) -> AsyncIterator[list[str]]:
    """A watch at work; whenever the company's name has changed, it is in the list."""
    companies: list[str] = []

    async def changed() -> None:
        companies.append(desk.floor.routing.company)

    async with asyncio.TaskGroup() as tasks:
        watch = live_routing.watch(settings(home, url), desk, EvenRng(), changed)
        task = tasks.create_task(watch)
        yield companies
        task.cancel()


async def version_is(desk: Desk, version: int) -> None:
    async def so() -> bool:
        return desk.floor.routing_version == version

    await until(so)


def draft(document: RoutingDocument) -> Draft:
    return Draft(yaml="x: 1", document=document, who="王芳", why="试")


async def test_the_working_copy_becomes_version_1_with_its_comments(
    pool: Pool, database_url: str, tmp_path: Path
) -> None:
    text = "# 我的\n" + DEFAULT.read_text(encoding="utf-8")
    (tmp_path / "routing.yaml").write_text(text, encoding="utf-8")
    desk = a_desk()
    async with watching(tmp_path, database_url, desk):
        await version_is(desk, 1)
    live = await RoutingVersions(pool).live()
    assert live is not None
    assert (live.yaml, live.who, live.document()) == (text, "ccbot", routing())


async def test_where_postgres_lost_them_what_is_live_is_version_1(
    pool: Pool, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "routing.yaml").write_text("company: [", encoding="utf-8")
    desk = a_desk(LOUD)
    async with watching(tmp_path, database_url, desk):
        await version_is(desk, 1)
    live = await RoutingVersions(pool).live()
    assert live is not None
    assert live.document() == LOUD


async def test_a_publication_is_live_at_once_and_says_who_and_why(
    pool: Pool, database_url: str, tmp_path: Path
) -> None:
    desk, facts = a_desk(), list[Stamped]()
    desk.listen(facts.append)
    async with watching(tmp_path, database_url, desk) as companies:
        await version_is(desk, 1)
        named = msgspec.structs.replace(LOUD, company="远山")
        await RoutingVersions(pool).publish(draft(named), after=1)
        await version_is(desk, 2)
        await until(lambda: _is(companies, ["远山"]))
    published = facts[-1].fact
    assert published == RoutingPublished(version=2, document=named, by="王芳", why="试")


async def _is(found: list[str], wanted: list[str]) -> bool:
    return found == wanted


async def test_what_cannot_be_read_or_is_not_valid_does_not_go_live(
    pool: Pool, database_url: str, tmp_path: Path
) -> None:
    desk = a_desk()
    async with watching(tmp_path, database_url, desk):
        await version_is(desk, 1)
        with capture_logs() as logs:
            nowhere = msgspec.structs.replace(LOUD, default_entry="nowhere")
            await RoutingVersions(pool).publish(draft(nowhere), after=1)
            await pool.execute(
                "insert into routing_versions (version, who, why, yaml, document, sha256)"
                " select 3, who, why, yaml, '{}', sha256 from routing_versions where version = 2"
            )

            async def both_were_refused() -> bool:
                return {one.get("version") for one in logs} >= {3}

            await until(both_were_refused)
        assert (desk.floor.routing_version, desk.floor.routing) == (1, routing())
        await RoutingVersions(pool).publish(draft(LOUD), after=3)
        await version_is(desk, 4)
