"""Tasks after calls, on the command line."""

import asyncio

import pytest

from ccbot.core.ids import CallId
from ccbot.core.records import record
from ccbot.store.outbox import Batch, EndedCall
from ccbot.store.pool import connection, open_pool
from ccbot.store.writer import ship
from tests.cli.conftest import Done, Run
from tests.store.stories import rated_call


@pytest.fixture
def unhappy(database_url: str) -> None:
    """A call with a low score."""

    async def put() -> None:
        facts = rated_call("call-1", 1)
        batch = Batch(rows=(), ended=(EndedCall(call=CallId("call-1"), facts=tuple(facts)),))
        async with open_pool(database_url) as pool, connection(pool) as connected:
            await ship(connected, "outbox-1", batch, [record(facts)])

    asyncio.run(put())


def only(listed: Done) -> dict[str, object]:
    """The one task of a list."""
    assert isinstance(listed.json, list)
    (task,) = listed.json
    assert isinstance(task, dict)
    return task


@pytest.mark.usefixtures("unhappy")
def test_open_tasks_are_listed_with_the_number_masked(run: Run) -> None:
    task = only(run("followups", "list", "--json"))
    assert (task["id"], task["call_id"], task["kind"]) == (1, "call-1", "low_score")
    assert task["due_at"] == "2026-03-03T09:01:16Z"
    table = run("followups", "list").out
    assert "138****1234" in table
    assert "13800001234" not in table
    assert "overdue" in table


@pytest.mark.usefixtures("unhappy")
def test_a_task_is_done_once_with_a_note(run: Run) -> None:
    assert run("followups", "done", "1", "--note", "已回电,\n客户满意").out == "task 1 is done\n"
    assert run("followups", "list").out == "no open tasks\n"
    task = only(run("followups", "list", "--all", "--json"))
    assert task["note"] == "已回电, 客户满意"
    assert task["done_at"] is not None
    assert "task 1 was done before" in run("followups", "done", "1").refused(1)


def test_without_tasks_the_list_says_so(run: Run) -> None:
    assert run("followups", "list").out == "no open tasks\n"
    assert run("followups", "list", "--all").out == "no tasks\n"
    assert run("followups", "list", "--json").json == []


def test_unknown_task_is_refused(run: Run) -> None:
    assert "there is no task 7" in run("followups", "done", "7").refused(1)


@pytest.mark.parametrize("number", ["0", "-1", "one", "9" * 19, "1.0", "１"])
def test_what_is_no_number_is_bad_input(run: Run, number: str) -> None:
    assert run("followups", "done", number).status == 2


def test_note_that_is_too_long_is_bad_input(run: Run) -> None:
    assert "--note" in run("followups", "done", "1", "--note", "长" * 1_001).refused(2)
