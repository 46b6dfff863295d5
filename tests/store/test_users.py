"""Users are added with their phones or not at all; whoever watches them hears of each change."""

import asyncio

import asyncpg
import pytest

from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import Role
from ccbot.store.people import NumberTakenError, People, digest_secret
from ccbot.store.pool import Pool
from ccbot.store.tokens import new_token, token_digest
from ccbot.store.users import BadUserError, NoSuchUserError, OwnPhone, User, Users, watch
from tests.store.stories import EvenRng, until

PHONE = OwnPhone(number="8001", ha1=digest_secret("8001", "secret"))
SERVICE = [GroupKey("service")]


async def add(pool: Pool, name: str = "李娜", phone: OwnPhone | None = None) -> User:
    return await Users(pool).add(
        name=name, role=Role.SUPERVISOR, groups=SERVICE, token=f"token of {name}", phone=phone
    )


async def test_a_phone_of_a_user_serves_no_group_and_bears_role_and_groups(pool: Pool) -> None:
    user = await add(pool, phone=PHONE)
    agent = await People(pool).get("8001")
    assert (user.phone, user.token_sha256) == ("8001", token_digest("token of 李娜"))
    assert (agent.name, agent.groups, agent.role, agent.leads) == (
        "李娜",
        (),
        Role.SUPERVISOR,
        ("service",),
    )


async def test_a_number_that_is_taken_makes_neither_user_nor_phone(pool: Pool) -> None:
    await People(pool).add(number="8001", name="王芳", groups=["service"], ha1=PHONE.ha1)
    with pytest.raises(NumberTakenError):
        await add(pool, phone=PHONE)
    assert await Users(pool).list() == ()


async def test_a_name_that_is_taken_makes_no_phone(pool: Pool) -> None:
    await add(pool)
    with pytest.raises(BadUserError):
        await add(pool, phone=PHONE)
    assert await People(pool).list() == ()


async def test_a_removed_user_has_neither_token_nor_phone_and_may_come_back(pool: Pool) -> None:
    await add(pool, phone=PHONE)
    removed = await Users(pool).remove("李娜")
    assert removed.token_sha256 == b""
    assert (await Users(pool).list(), await People(pool).list()) == ((), ())
    with pytest.raises(NoSuchUserError):
        await Users(pool).remove("李娜")
    with pytest.raises(NoSuchUserError):
        await Users(pool).set_token("李娜", "x")
    assert (await add(pool, phone=PHONE)).phone == AgentId("8001")


async def test_two_tokens_are_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43


async def test_watch_hears_all_users_at_once_and_each_change(pool: Pool, database_url: str) -> None:
    heard: list[tuple[User, ...]] = []

    async def on_users(users: tuple[User, ...]) -> None:
        heard.append(users)

    async def digest_is(token: str) -> bool:
        return bool(heard) and [one.token_sha256 for one in heard[-1]] == [token_digest(token)]

    await add(pool)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watch(database_url, on_users, EvenRng()))
        await until(lambda: digest_is("token of 李娜"))
        await Users(pool).set_token("李娜", "another")
        await until(lambda: digest_is("another"))
        task.cancel()


@pytest.mark.parametrize(
    ("role", "groups"), [("agent", "{service}"), ("boss", "{service}"), ("supervisor", "{}")]
)
async def test_users_that_cannot_be_are_refused(pool: Pool, role: str, groups: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(
            "insert into users (name, role, groups, token_sha256) values ('x', $1, $2, $3)",
            role,
            groups.strip("{}").split() if groups != "{}" else [],
            token_digest("x"),
        )
