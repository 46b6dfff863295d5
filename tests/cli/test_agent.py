"""Agents are added, shown, changed and removed; what cannot be is refused in one line."""

import asyncio
import re
from pathlib import Path

import pytest

from ccbot.embedded import centre_file
from ccbot.embedded.centre_file import CentreFile
from ccbot.store.people import Agent, People, digest_secret
from ccbot.store.pool import open_pool
from ccbot.store.tokens import token_digest
from tests.cli.conftest import Run
from tests.speech.engine import Engine


def centre_at(sip_address: str) -> CentreFile:
    return CentreFile(
        ari_url="http://here",
        database_url="postgresql://here/ccbot",
        web_url="http://here",
        sip_address=sip_address,
        pid=1,
    )


WANG = ("agent", "add", "1001", "--name", "王芳", "--group", "service")


def stored(url: str) -> tuple[Agent, ...]:
    async def fetch() -> tuple[Agent, ...]:
        async with open_pool(url) as pool:
            return await People(pool).list()

    return asyncio.run(fetch())


def test_added_agent_gets_an_account_whose_secret_alone_is_stored(
    run: Run, database_url: str
) -> None:
    done = run(*WANG, "--group", "tech")
    assert (done.status, done.err) == (0, "")
    assert re.search(r"user +p-1001\n", done.out)
    assert "127.0.0.1" in done.out
    assert "*71" in done.out
    password = re.search(r"password +(\w{16}) ", done.out)
    assert password is not None
    assert not set(password[1]) & set("0O1lI5S2Z8B")
    (agent,) = stored(database_url)
    assert (agent.number, agent.name, agent.groups) == ("1001", "王芳", ("service", "tech"))
    assert agent.ha1 == digest_secret("1001", password[1])
    assert not agent.test


def test_secret_is_the_digest_of_account_realm_and_password() -> None:
    assert digest_secret("1001", "secret") == "f5ff876aee8ca64075c25cb6ed7d4718"


def test_account_as_json_is_for_scripts(run: Run) -> None:
    account = run(*WANG, "--json").json
    assert isinstance(account, dict)
    assert (account["user"], account["server"]) == ("p-1001", "127.0.0.1")
    assert len(account["password"]) == 16


def test_list_and_show_never_tell_a_secret(run: Run) -> None:
    run(*WANG)
    listed, shown = run("agent", "list", "--json").json, run("agent", "show", "1001", "--json").json
    assert listed == [shown]
    assert isinstance(shown, dict)
    assert shown.pop("created_at")
    assert shown == {
        "number": "1001",
        "name": "王芳",
        "groups": ["service"],
        "account": "p-1001",
        "test": False,
    }
    assert "1001    王芳  service" in run("agent", "list").out
    assert "p-1001" in run("agent", "show", "1001").out


def test_list_of_nobody_says_how_to_add_one(run: Run) -> None:
    assert "agent add" in run("agent", "list").out
    assert run("agent", "list", "--json").json == []


def test_new_password_replaces_the_old_one(run: Run, database_url: str) -> None:
    run(*WANG)
    (before,) = stored(database_url)
    account = run("agent", "password", "1001", "--json").json
    (after,) = stored(database_url)
    assert isinstance(account, dict)
    assert after.ha1 == digest_secret("1001", account["password"]) != before.ha1


def test_removed_agent_is_gone_and_the_number_may_be_given_again(
    run: Run, database_url: str
) -> None:
    run(*WANG)
    assert run("agent", "remove", "1001").status == 0
    assert stored(database_url) == ()
    assert "no agent 1001" in run("agent", "remove", "1001").refused(1)
    assert run("agent", "add", "1001", "--name", "李娜", "--group", "tech").status == 0
    assert [agent.name for agent in stored(database_url)] == ["李娜"]


@pytest.mark.parametrize("command", ["show", "remove", "password", "token"])
def test_unknown_agent_is_refused(run: Run, command: str) -> None:
    assert "agent list" in run("agent", command, "1001").refused(1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("12", "--name", "王芳", "--group", "service"), "3 to 6 digits"),
        (("1234567", "--name", "王芳", "--group", "service"), "3 to 6 digits"),
        (("10a1", "--name", "王芳", "--group", "service"), "3 to 6 digits"),
        (("一二三", "--name", "王芳", "--group", "service"), "3 to 6 digits"),
        (("1001\n", "--name", "王芳", "--group", "service"), "3 to 6 digits"),
        (("1001", "--name", "", "--group", "service"), "the name is empty"),
        (("1001", "--name", "  ", "--group", "service"), "the name is empty"),
        (("1001", "--name", "王\n芳", "--group", "service"), "control character"),
        (("1001", "--name", "王\x1b[31m芳", "--group", "service"), "control character"),
        (("1001", "--name", "王芳", "--group", "sales"), "service, tech, marketing"),
        (("1001", "--name", "王芳", "--group", "tech,sales"), "no group 'sales'"),
        (("1001", "--name", "王芳", "--group", ","), "service,tech,marketing"),
    ],
)
def test_bad_agent_is_refused_with_one_line(
    run: Run, database_url: str, words: tuple[str, ...], says: str
) -> None:
    assert says in run("agent", "add", *words).refused(2)
    assert stored(database_url) == ()


def test_taken_number_is_refused_and_changes_nothing(run: Run, database_url: str) -> None:
    run(*WANG)
    before = stored(database_url)
    line = run("agent", "add", "1001", "--name", "李娜", "--group", "tech").refused(2)
    assert "1001 exists already" in line
    assert stored(database_url) == before


@pytest.mark.parametrize("command", ["show", "remove", "password", "token"])
def test_number_that_is_none_is_bad_input(run: Run, command: str) -> None:
    assert "3 to 6 digits" in run("agent", command, "x").refused(2)


@pytest.mark.parametrize(
    "words", [WANG, ("agent", "list"), ("calls", "list"), ("calls", "show", "x"), ("database",)]
)
def test_without_a_centre_each_command_says_what_to_start(
    run_anywhere: Run, words: tuple[str, ...]
) -> None:
    line = run_anywhere(*words).refused(1)
    assert "script/up" in line
    assert "CCBOT_DATABASE_URL" in line


def test_server_that_is_not_there_is_one_line(
    run_anywhere: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCBOT_DATABASE_URL", "postgresql://ccbot@127.0.0.1:1/ccbot")
    assert "script/up" in run_anywhere("agent", "list").refused(1)


def test_url_that_is_none_is_bad_input(run_anywhere: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCBOT_DATABASE_URL", "mysql://somewhere")
    assert "CCBOT_DATABASE_URL" in run_anywhere("agent", "list").refused(2)


def test_running_centre_is_found_in_its_home(run_anywhere: Run, home: Path) -> None:
    with centre_file.written(home, centre_at("127.0.0.1:5062")):
        assert run_anywhere("database").out == "postgresql://here/ccbot\n"


def test_torn_centre_file_is_one_line(run_anywhere: Run, home: Path) -> None:
    (home / "run").mkdir()
    (home / "run" / "centre.json").write_text("{")
    assert "script/up" in run_anywhere("database").refused(1)


def test_phone_is_told_the_address_of_the_running_centre(run: Run, home: Path) -> None:
    with centre_file.written(home, centre_at("192.0.2.1:5062")):
        assert "192.0.2.1:5062" in run(*WANG).out


def test_greetings_are_rendered_in_both_languages(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(home)
    monkeypatch.setenv("CCBOT_SPEECH", "on")
    assert run(*WANG).err == ""
    assert engine.said().count("我是王芳") == 1
    assert greetings(home) == [
        f"{language}/greeting.1001.{kind}.alaw"
        for language in ("en", "zh")
        for kind in ("id", "name")
    ]


def test_a_failure_of_the_speech_engine_only_warns(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Engine(home)
    monkeypatch.setenv("CCBOT_SPEECH", "on")
    monkeypatch.setenv("CCBOT_COMPANY", "远山!")
    done = run(*WANG)
    assert done.status == 0
    assert done.err.startswith("warning: ")
    assert done.err.count("\n") == 1


def test_nobody_is_announced_by_the_greeting_of_a_predecessor(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Engine(home)
    monkeypatch.setenv("CCBOT_SPEECH", "on")
    run(*WANG)
    run("agent", "remove", "1001")
    assert greetings(home) == []


def test_a_token_for_the_api_is_shown_once_and_its_digest_is_stored(
    run: Run, database_url: str
) -> None:
    run(*WANG)
    given = run("agent", "token", "1001", "--json").json
    assert isinstance(given, dict)
    (agent,) = stored(database_url)
    assert agent.token_sha256 == token_digest(given["token"])
    assert given["token"] not in run("agent", "show", "1001", "--json").out
    assert "shown once" in run("agent", "token", "1001").out


def test_the_phone_of_a_user_has_no_token_of_its_own(run: Run) -> None:
    run("user", "add", "李娜", "--role", "manager", "--phone", "8001")
    assert "user token" in run("agent", "token", "8001").refused(2)


def greetings(home: Path) -> list[str]:
    """The files of all greetings."""
    sounds = home / "sounds"
    return sorted(str(path.relative_to(sounds)) for path in sounds.glob("*/greeting.*"))
