"""Postgres or the line to it fails among many calls: none is refused, no row lost or doubled."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.asterisk import foreign
from tests.faults.centre import Apart, tell, until
from tests.faults.proxy import Proxy
from tests.faults.routing import FULL_ENTRY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("faults"),
    pytest.mark.skipif(foreign.SIPP is None, reason="SIPp is not installed"),
]

ROWS_BACK_S_MAX = 8.0
"""After Postgres is back: the writer asks every five seconds at least."""

HARMS = (0.7, 0.3, 0.3, 0.1)
"""How long a stall, a line that ends in the middle (either way), and a reset last."""
WHOLE_S = 0.3
CUT_BYTES_MIN, CUT_BYTES_SPAN, CUT_STEP_BYTES = 1, 6_000, 389
"""Where a connection ends: from the first byte to amid a batch, in steps that repeat late."""

SHORT, FULL, BAD_LINE = (8, 2), (120, 5), (60, 5)
"""For how many seconds it fails, and how many customers call in a second."""


async def harm_for_ever(line: Proxy) -> None:
    """Stalls, resets, and ends in the middle of what either side says, one after the other."""
    for n in itertools.count():
        kind = n % len(HARMS)
        if kind == 0:
            line.stall()
        elif kind == 1:
            line.cut_up_after_bytes = CUT_BYTES_MIN + n * CUT_STEP_BYTES % CUT_BYTES_SPAN
        elif kind == 2:
            line.cut_down_after_bytes = CUT_BYTES_MIN + n * CUT_STEP_BYTES % CUT_BYTES_SPAN
        line.reset()
        await asyncio.sleep(HARMS[kind])
        line.heal()
        await asyncio.sleep(WHOLE_S)


@asynccontextmanager
async def nothing_is_lost(apart: Apart, calls: int) -> AsyncIterator[None]:
    """So many calls come in the block; soon after it each has its row, and just one."""
    connected = await asyncpg.connect(apart.hotline.database_url)
    before: int = await connected.fetchval("select count(*) from call_log")
    await connected.close()
    yield
    connected = await asyncpg.connect(apart.hotline.database_url)

    async def are_there() -> bool:
        counted: int = await connected.fetchval("select count(*) from call_log")
        return counted - before >= calls

    took_s = await until(are_there, within_s=ROWS_BACK_S_MAX, what="rows")
    rows = await connected.fetch(
        "select outcome, count(*) from call_log where dialled_number = $1 group by 1", FULL_ENTRY
    )
    total = await connected.fetchval("select count(*) from call_log")
    await connected.close()
    tell(f"{calls} calls, rows {took_s:.2f} s after Postgres was back: {[tuple(r) for r in rows]}")
    assert total - before == calls
    assert {row["outcome"] for row in rows} <= {"no_agents", "queue_full"}


async def customers_call(apart: Apart, form: tuple[int, int], folder: Path) -> None:
    """So many seconds of so many customers each; every one of them is answered."""
    lasts_s, rate = form
    status = await foreign.customers(
        apart.hotline.sip_port,
        calls=lasts_s * rate,
        rate=rate,
        dialled=FULL_ENTRY,
        folder=folder,
    )
    assert status == 0


@pytest.mark.parametrize("form", [SHORT, pytest.param(FULL, marks=pytest.mark.slow)])
async def test_no_call_is_refused_and_no_row_lost(
    apart: Apart, form: tuple[int, int], tmp_path: Path
) -> None:
    async with nothing_is_lost(apart, form[0] * form[1]):
        apart.postgres.stop(signal.SIGQUIT)
        try:
            await customers_call(apart, form, tmp_path)
        finally:
            await asyncio.to_thread(apart.postgres.start)


@pytest.mark.parametrize("form", [SHORT, pytest.param(BAD_LINE, marks=pytest.mark.slow)])
async def test_a_bad_line_to_postgres_costs_no_row_and_doubles_none(
    apart: Apart, form: tuple[int, int], tmp_path: Path
) -> None:
    async with nothing_is_lost(apart, form[0] * form[1]):
        try:
            async with asyncio.TaskGroup() as tasks:
                harm = tasks.create_task(harm_for_ever(apart.to_postgres))
                await customers_call(apart, form, tmp_path)
                harm.cancel()
        finally:
            apart.to_postgres.heal()
        tell(f"the line was cut {apart.to_postgres.cut} times in the middle")
