"""The audit trail at the command line."""

import asyncio
import re

import asyncpg
import pytest

from tests.cli.conftest import Run


def tamper(url: str) -> None:
    async def change() -> None:
        connected = await asyncpg.connect(url)
        await connected.execute("alter table audit disable trigger user")
        await connected.execute("update audit set who = 'nobody' where id = 2")
        await connected.close()

    asyncio.run(change())


def add(run: Run, *names: str) -> None:
    for name in names:
        assert run("user", "add", name, "--role", "manager").status == 0


def test_what_was_done_to_users_is_listed_with_who_did_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "nothing" in run("audit", "list").out
    monkeypatch.setenv("SUDO_USER", "root2")
    add(run, "李娜", "张伟")
    assert re.search(r"2 .* root2 +user\.add .*user=张伟", run("audit", "list").out)
    listed = run("audit", "list", "--json", "--limit", "1").json
    assert isinstance(listed, list)
    assert [(row["id"], row["who"], row["detail"]["user"]) for row in listed] == [
        (2, "root2", "张伟")
    ]


def test_a_changed_row_is_named_with_status_1(run: Run, database_url: str) -> None:
    add(run, "李娜", "张伟", "陈静")
    done = run("audit", "verify")
    assert done.status == 0
    noted = done.out.split()[-1]
    assert run("audit", "verify", "--includes", noted).status == 0
    tamper(database_url)
    done = run("audit", "verify")
    assert done.status == 1
    assert "row 2 does not fit" in done.out
    told = run("audit", "verify", "--json")
    assert told.status == 1
    assert isinstance(told.json, dict)
    assert told.json["bad_row"] == 2


def test_a_hash_that_is_not_there_is_a_fault(run: Run) -> None:
    add(run, "李娜")
    done = run("audit", "verify", "--includes", "0" * 64)
    assert done.status == 1
    assert "later rows are missing" in done.out


@pytest.mark.parametrize(
    "words", [("list", "--limit", "0"), ("list", "--limit", "x"), ("verify", "--includes", "x")]
)
def test_bad_input_is_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run("audit", *words).status == 2
