"""Ended calls and a day's numbers by the API, of one's own groups."""

from datetime import timedelta
from typing import Any

import pytest

from ccbot.core.facts import CallQueued, Stamped
from tests.store.journal import DAY, put
from tests.store.stories import T0, whole_call
from tests.web.api_house import CUSTOMER, SERVICE, WANG, House

MINUTE = timedelta(minutes=1)


def of_tech(facts: list[Stamped]) -> list[Stamped]:
    """The same call in the technicians' group."""

    def moved(fact: Any) -> Any:
        if isinstance(fact, CallQueued):
            return CallQueued(call=fact.call, group="tech", by=fact.by)  # type: ignore[arg-type]
        return fact

    return [Stamped(at, moved(fact)) for at, fact in facts]


@pytest.fixture
async def logged(at_home: House) -> House:
    """Three calls of the service and one of the technicians."""
    for n in range(3):
        await put(at_home.pool, whole_call(f"call-{n}", T0 + n * MINUTE), first=1 + 20 * n)
    await put(at_home.pool, of_tech(whole_call("call-3", T0 + 3 * MINUTE)), first=61)
    return at_home


def ids(answer: Any) -> list[str]:
    return [one["call_id"] for one in answer.json["calls"]]


async def test_the_log_is_of_ones_own_groups_newest_first(logged: House) -> None:
    assert ids(await logged.get("manager", "/log")) == ["call-3", "call-2", "call-1", "call-0"]
    own = await logged.get("supervisor", "/log?limit=2")
    assert ids(own) == ["call-2", "call-1"]
    assert ids(await logged.get("supervisor", "/log?before=call-1")) == ["call-0"]
    assert ids(await logged.get("leader", "/log")) == ["call-3"]
    assert CUSTOMER not in str(own)


async def test_a_days_numbers_are_those_of_the_report(at_home: House) -> None:
    await put(at_home.pool, DAY)
    at_home.agent(WANG, SERVICE)
    status, told = await at_home.get("manager", "/report?day=2026-03-02")
    assert status == 200
    (service,) = told["groups"]
    offered = {one["metric"]: one["value"] for one in service["figures"]}["offered"]
    assert (service["key"], offered, told["closed"]) == ("service", 2, True)
    assert told["centre"]["key"] == "centre"
    assert [one["key"] for one in told["agents"]] == ["1001"]


async def test_a_supervisor_sees_the_numbers_of_his_own_groups_alone(at_home: House) -> None:
    await put(at_home.pool, DAY)
    at_home.agent(WANG, SERVICE)
    own = (await at_home.get("supervisor", "/report?day=2026-03-02")).json
    assert own["centre"] is None
    assert [one["key"] for one in own["groups"]] == ["service"]
    others = (await at_home.get("leader", "/report?day=2026-03-02")).json
    assert (others["centre"], others["groups"], others["agents"]) == (None, [], [])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("day=2026-02-30", 422),
        ("day=1999-01-01", 422),
        ("day=2027-01-01", 422),
        ("day=soon", 422),
        ("day=2026-03-02&revision=9", 404),
    ],
)
async def test_days_that_are_none_are_refused(at_home: House, query: str, status: int) -> None:
    assert (await at_home.get("manager", f"/report?{query}")).status == status
