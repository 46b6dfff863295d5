"""Postgres is stopped among many calls: none is refused, no row is lost or doubled."""

import asyncio
import signal
from pathlib import Path

import asyncpg
import pytest

from tests.asterisk import foreign
from tests.faults.centre import Apart, tell, until
from tests.faults.routing import FULL_ENTRY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("faults"),
    pytest.mark.skipif(foreign.SIPP is None, reason="SIPp is not installed"),
]

ROWS_BACK_S_MAX = 8.0
"""After Postgres is back: the writer asks every five seconds at least."""

SHORT, FULL = (8, 2), (120, 5)
"""For how many seconds Postgres is stopped, and how many customers call in a second."""


@pytest.mark.parametrize("form", [SHORT, pytest.param(FULL, marks=pytest.mark.slow)])
async def test_no_call_is_refused_and_no_row_lost(
    apart: Apart, form: tuple[int, int], tmp_path: Path
) -> None:
    lasts_s, rate = form
    calls = lasts_s * rate
    connected = await asyncpg.connect(apart.hotline.database_url)
    before: int = await connected.fetchval("select count(*) from call_log")
    await connected.close()
    apart.postgres.stop(signal.SIGQUIT)
    try:
        status = await foreign.customers(
            apart.hotline.sip_port, calls=calls, rate=rate, dialled=FULL_ENTRY, folder=tmp_path
        )
    finally:
        await asyncio.to_thread(apart.postgres.start)
    assert status == 0
    connected = await asyncpg.connect(apart.hotline.database_url)

    async def are_there() -> bool:
        counted: int = await connected.fetchval("select count(*) from call_log")
        return counted - before >= calls

    took_s = await until(are_there, within_s=ROWS_BACK_S_MAX, what="rows")
    query = (
        "select outcome, count(*), count(distinct call_id), max(ended_at - entered_at)"
        " from call_log where dialled_number = $1 group by 1"
    )
    rows = await connected.fetch(query, FULL_ENTRY)
    total = await connected.fetchval("select count(*) from call_log")
    await connected.close()
    tell(f"{calls} calls, rows {took_s:.2f} s after Postgres was back: {[tuple(r) for r in rows]}")
    assert total - before == calls
    assert {row["outcome"] for row in rows} <= {"no_agents", "queue_full"}
