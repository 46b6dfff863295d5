"""The private Postgres: whatever ends its first start, the next one comes up."""

import asyncio
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from ccbot.embedded.postgres import running_postgres
from ccbot.embedded.process import StartFault

STEP_S_MAX = 60.0


def commands() -> list[str]:
    """The command lines of all processes."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(path.read_text(errors="replace"))
    return found


async def test_a_stop_during_the_first_start_leaves_nothing_and_the_next_start_works(
    tmp_path: Path,
) -> None:
    base = tmp_path / "postgres"

    async def start() -> None:
        async with running_postgres(tmp_path):
            raise AssertionError("it was to be stopped before")

    async with asyncio.timeout(STEP_S_MAX), asyncio.TaskGroup() as tasks:
        starting = tasks.create_task(start())
        while not list(base.glob("data*/PG_VERSION")):
            await asyncio.sleep(0.001)
        starting.cancel()

    assert not (base / "password").exists()
    async with asyncio.timeout(STEP_S_MAX):
        while any(str(tmp_path) in command for command in commands()):
            await asyncio.sleep(0.01)
    async with running_postgres(tmp_path) as server:
        database = await asyncpg.connect(server.url)
        assert await database.fetchval("select 1") == 1
        await database.close()
    assert not list(base.glob("*.new"))


async def test_a_folder_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "postgres" / "data" / "somebody's"
    other.parent.mkdir(parents=True)
    other.write_text("file")

    with pytest.raises(StartFault, match="holds no Postgres data"):
        async with running_postgres(tmp_path):
            raise AssertionError("it must not start")
    assert other.read_text() == "file"
