"""The audit trail: each deed once, and nothing of it can be changed unseen."""

import asyncio

import asyncpg
import pytest

from ccbot.core.facts import Stamped, UserActed
from ccbot.core.ids import AgentId, CallId
from ccbot.core.kinds import Role
from ccbot.core.records.audited import AuditEntry
from ccbot.store import audit
from ccbot.store.audit import AuditTrail, Verdict
from ccbot.store.pool import Pool, connection
from ccbot.store.users import Users
from tests.store.journal import put
from tests.store.stories import T0, whole_call

HELD = UserActed(
    user="李娜", what="call.hold", call=CallId("call-1"), agent=AgentId("1001"), why="查, 询~"
)


async def deeds(pool: Pool, number: int) -> None:
    async with connection(pool) as connected:
        for n in range(number):
            await audit.append(connected, AuditEntry(who="李娜", what="test.deed", why=f"{n}"))


async def test_a_fact_that_is_shipped_twice_is_one_row_with_its_own_moment(pool: Pool) -> None:
    facts = [Stamped(T0, HELD), *whole_call("call-1")]
    await put(pool, facts)
    await put(pool, facts)
    (row,) = await AuditTrail(pool).list(10)
    assert (row.id, row.at, row.who, row.what, row.call, row.agent, row.why) == (
        1,
        T0,
        "李娜",
        "call.hold",
        "call-1",
        "1001",
        "查, 询~",
    )
    await put(pool, facts, "outbox-2")
    assert len(await AuditTrail(pool).list(10)) == 2


async def test_rows_are_counted_without_gaps_though_many_append_at_once(pool: Pool) -> None:
    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(deeds(pool, 8))
    await put(pool, [Stamped(T0, HELD)])
    assert [row.id for row in await AuditTrail(pool).list(100)] == list(range(41, 0, -1))
    verdict = await AuditTrail(pool).verify()
    assert (verdict.rows, verdict.bad_row) == (41, None)


async def test_older_rows_are_read_page_by_page(pool: Pool) -> None:
    await deeds(pool, 5)
    assert [row.id for row in await AuditTrail(pool).list(2, before=4)] == [3, 2]


@pytest.mark.parametrize(
    "statement", ["update audit set who = 'x'", "delete from audit", "truncate audit"]
)
async def test_rows_are_final(pool: Pool, statement: str) -> None:
    await deeds(pool, 2)
    with pytest.raises(asyncpg.RestrictViolationError, match="final"):
        await pool.execute(statement)


@pytest.mark.parametrize(
    ("statement", "bad_row"),
    [
        ("update audit set why = '' where id = 2", 2),
        ("update audit set at = at + interval '1 us' where id = 3", 3),
        ("update audit set call_id = '' where id = 1", 1),
        ("delete from audit where id = 2", 2),
        ("delete from audit where id = 1", 1),
        ("update audit set id = id - 1 where id > 4", 4),
        ("insert into audit (id, who, what, hash) values (0, 'x', 'user.add', '')", 1),
    ],
)
async def test_verification_names_the_first_row_that_does_not_fit(
    pool: Pool, database_url: str, statement: str, bad_row: int
) -> None:
    await deeds(pool, 5)
    await pool.execute("alter table audit disable trigger user")
    if "id - 1" in statement:
        await pool.execute("delete from audit where id = 4")
    await pool.execute(statement)
    verdict = await AuditTrail(pool).verify()
    assert (verdict.rows, verdict.bad_row) == (bad_row - 1, bad_row)


async def test_a_hash_that_was_noted_shows_that_the_end_was_cut_off(pool: Pool) -> None:
    await deeds(pool, 5)
    noted = (await AuditTrail(pool).verify()).last_hash
    await deeds(pool, 1)
    assert (await AuditTrail(pool).verify(noted)).includes
    await pool.execute("alter table audit disable trigger user")
    await pool.execute("delete from audit where id > 3")
    verdict = await AuditTrail(pool).verify(noted)
    assert (verdict.rows, verdict.bad_row, verdict.includes) == (3, None, False)


async def test_an_empty_trail_is_whole(pool: Pool) -> None:
    assert await AuditTrail(pool).verify() == Verdict(rows=0, last_hash="")


async def test_an_insert_cannot_choose_its_place_or_its_hash(pool: Pool) -> None:
    await deeds(pool, 1)
    await pool.execute(
        "insert into audit (id, who, what, hash) values (9, 'x', 'test.deed', '\\x00')"
    )
    assert (await AuditTrail(pool).verify()).rows == 2


async def test_changes_of_users_are_audited_with_them_or_not_at_all(pool: Pool) -> None:
    users = Users(pool, by="root")
    for _ in range(2):
        await users.add(name="李娜", role=Role.ADMIN, groups=[], token="a", phone=None)
        await users.set_token("李娜", "b")
        await users.remove("李娜")
    rows = await AuditTrail(pool).list(10)
    assert [row.what for row in rows[:3]] == ["user.remove", "user.token", "user.add"]
    assert {row.who for row in rows} == {"root"}
    assert rows[0].detail == {"groups": "", "role": "admin", "user": "李娜"}
    assert len(rows) == 6


async def test_a_session_in_another_time_zone_puts_down_the_same(pool: Pool) -> None:
    await deeds(pool, 3)
    async with connection(pool) as connected:
        await connected.execute("set timezone to 'Asia/Shanghai'")
        await connected.execute("insert into audit (who, what) values ('x', 'test.deed')")
    assert (await AuditTrail(pool).verify()).bad_row is None
