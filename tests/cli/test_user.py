"""Users are added with a token that is shown once, and with a phone; bad input is one line."""

import asyncio
import re

import pytest

from ccbot.core.kinds import Role
from ccbot.store.people import Agent, People, digest_secret
from ccbot.store.pool import open_pool
from ccbot.store.tokens import token_digest
from ccbot.store.users import User, Users
from tests.cli.conftest import Run

LI = ("user", "add", "李娜", "--role", "supervisor", "--groups", "service,tech")


def stored(url: str) -> tuple[tuple[User, ...], tuple[Agent, ...]]:
    async def fetch() -> tuple[tuple[User, ...], tuple[Agent, ...]]:
        async with open_pool(url) as pool:
            return await Users(pool).list(), await People(pool).list()

    return asyncio.run(fetch())


def test_the_token_is_shown_once_and_its_digest_alone_is_stored(
    run: Run, database_url: str
) -> None:
    done = run(*LI)
    assert (done.status, done.err) == (0, "")
    token = re.search(r"token +(\S+) ", done.out)
    assert token is not None
    ((user,), agents) = stored(database_url)
    assert (user.role, user.groups, user.phone) == (Role.SUPERVISOR, ("service", "tech"), None)
    assert user.token_sha256 == token_digest(token[1])
    assert agents == ()
    assert token[1] not in run("user", "list").out


def test_a_phone_is_an_agent_of_that_role_without_groups_of_its_own(
    run: Run, database_url: str
) -> None:
    given = run(*LI, "--phone", "8001", "--json").json
    assert isinstance(given, dict)
    assert given["phone"]["user"] == "p-8001"
    ((user,), (agent,)) = stored(database_url)
    assert user.phone == agent.number == "8001"
    assert agent.ha1 == digest_secret("8001", given["phone"]["password"])
    assert (agent.groups, agent.role, agent.leads) == ((), Role.SUPERVISOR, ("service", "tech"))
    assert "supervisor of service tech" in run("agent", "list").out


def test_whoever_leads_is_told_how_to_be_beside_a_talk(run: Run) -> None:
    assert "*75" in run(*LI, "--phone", "8001").out
    assert "*75" not in run("user", "add", "管理", "--role", "admin", "--phone", "8002").out
    assert "8001 (李娜): desk phone" in run("agent", "password", "8001").out


def test_a_leader_may_serve_a_group_with_his_own_phone(run: Run, database_url: str) -> None:
    words = ("--role", "leader", "--groups", "tech", "--phone", "8001", "--group", "tech")
    assert run("user", "add", "张伟", *words).status == 0
    (_, (agent,)) = stored(database_url)
    assert (agent.groups, agent.leads) == (("tech",), ("tech",))


def test_a_managers_role_holds_in_all_groups(run: Run) -> None:
    assert run("user", "add", "陈静", "--role", "manager", "--groups", "tech").status == 0
    listed = run("user", "list", "--json").json
    assert isinstance(listed, list)
    assert listed[0].pop("created_at")
    assert listed == [{"name": "陈静", "role": "manager", "groups": [], "phone": None}]
    assert re.search(r"陈静 +manager +all", run("user", "list").out)


def test_a_new_token_replaces_the_old_one(run: Run, database_url: str) -> None:
    run(*LI)
    given = run("user", "token", "李娜", "--json").json
    assert isinstance(given, dict)
    ((user,), _) = stored(database_url)
    assert user.token_sha256 == token_digest(given["token"])


def test_a_removed_user_takes_his_phone_away(run: Run, database_url: str) -> None:
    run(*LI, "--phone", "8001")
    assert "user remove" in run("agent", "remove", "8001").refused(2)
    assert run("user", "remove", "李娜").status == 0
    assert stored(database_url) == ((), ())
    assert "user list" in run("user", "remove", "李娜").refused(1)
    assert "user list" in run("user", "token", "李娜").refused(1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("李娜", "--role", "supervisor"), "--groups"),
        (("李娜", "--role", "leader", "--groups", " , "), "--groups"),
        (("李娜", "--role", "leader", "--groups", "sales"), "service, tech, marketing"),
        (("李娜", "--role", "leader", "--groups", "tech", "--group", "tech"), "--phone"),
        (("李娜", "--role", "leader", "--groups", "tech", "--phone", "80"), "3 to 6 digits"),
        (("李\n娜", "--role", "leader", "--groups", "tech"), "control character"),
        (("1001", "--role", "leader", "--groups", "tech"), "is a number"),
        (("李" * 65, "--role", "leader", "--groups", "tech"), "64 characters"),
    ],
)
def test_bad_user_is_refused_with_one_line(
    run: Run, database_url: str, words: tuple[str, ...], says: str
) -> None:
    assert says in run("user", "add", *words).refused(2)
    assert stored(database_url) == ((), ())


def test_taken_name_and_taken_number_are_refused(run: Run, database_url: str) -> None:
    run(*LI, "--phone", "8001")
    before = stored(database_url)
    assert "exists already" in run(*LI).refused(2)
    words = ("--role", "leader", "--groups", "tech", "--phone", "8001")
    assert "8001 exists already" in run("user", "add", "张伟", *words).refused(2)
    assert stored(database_url) == before


def test_list_of_nobody_says_how_to_add_one(run: Run) -> None:
    assert "user add" in run("user", "list").out
