"""Whoever was known before a start is known after it, also while Postgres is away."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from ccbot.app import _watch_users
from ccbot.core.kinds import Role
from ccbot.settings import read
from ccbot.store.outbox import open_outbox
from ccbot.store.pool import Pool
from ccbot.store.tokens import token_digest
from ccbot.store.users import User, Users, dump_users, load_users
from ccbot.web.api.door import Tokens
from ccbot.web.api.faults import ApiFault
from tests.store.fixtures import database_url, pool, server
from tests.store.stories import CountedIds, until

__all__ = ["database_url", "pool", "server"]

LI = User(
    name="李娜",
    role=Role.ADMIN,
    groups=(),
    phone=None,
    token_sha256=token_digest("secret"),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def known(tokens: Tokens, token: str) -> bool:
    try:
        return tokens.user_of(f"Bearer {token}").name == "李娜"
    except ApiFault:
        return False


async def test_saved_users_are_known_without_postgres(tmp_path: Path) -> None:
    nobody = read({"CCBOT_DATABASE_URL": "postgresql://ccbot@127.0.0.1:1/ccbot"})
    tokens = Tokens()
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as outbox:
        outbox.save("users", dump_users([LI]))
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(_watch_users(nobody, outbox, tokens))

            async def is_known() -> bool:
                return known(tokens, "secret")

            await until(is_known)
            task.cancel()


async def test_a_change_is_known_at_once_and_saved(
    pool: Pool, database_url: str, tmp_path: Path
) -> None:
    settings, tokens = read({"CCBOT_DATABASE_URL": database_url}), Tokens()
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as outbox:
        outbox.save("users", dump_users([LI]))
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(_watch_users(settings, outbox, tokens))
            await Users(pool).add(
                name="李娜", role=Role.ADMIN, groups=[], token="another", phone=None
            )

            async def is_known() -> bool:
                return known(tokens, "another") and not known(tokens, "secret")

            await until(is_known)
            task.cancel()
        (saved,) = load_users(outbox.load("users") or b"")
        assert saved.token_sha256 == token_digest("another")
