"""Who comes through the API's door, and what he is told if he does not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from ccbot.core.kinds import Role
from ccbot.core.rights import RIGHTS, Scope
from ccbot.store.users import User
from ccbot.web.api import door
from ccbot.web.api.door import Tokens
from ccbot.web.api.faults import ApiFault
from ccbot.web.api.routes import TABLE
from ccbot.web.api.table import Route
from tests.web.api_house import AGENT, SERVICE, USERS, WANG, ZHAO, House


def address(route: Route) -> str:
    return route.path.replace("{call}", "call-1").replace("{agent}", "1001")


@pytest.mark.parametrize("route", TABLE, ids=lambda one: f"{one.method} {one.path}")
async def test_each_route_opens_to_those_roles_alone_that_have_its_right(
    alone: House, route: Route
) -> None:
    """The service's supervisor and the manager find the service's call and agent."""
    alone.agent(WANG, SERVICE)
    alone.talk(alone.caller("call-1"))
    for role, user in USERS.items():
        body: dict[str, str] | None = {} if route.body else None
        status, told = await alone.ask(user.name, route.method, address(route), body)
        scope = RIGHTS[route.right].get(role)
        if scope is None:
            assert (status, told["error"]) == (403, "forbidden"), role
            assert route.right in told["message"]
        elif scope is Scope.ALL or role is Role.SUPERVISOR:
            assert status in {200, 409, 422, 503}, role


@pytest.mark.parametrize("route", TABLE, ids=lambda one: f"{one.method} {one.path}")
async def test_without_a_token_nothing_opens(alone: House, route: Route) -> None:
    for who in (None, "nobody"):
        status, told = await alone.ask(who, route.method, address(route))
        assert (status, told["error"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic manager-token", "manager-token", "Bearer \xff"]
)
async def test_a_header_that_names_no_token_opens_nothing(alone: House, header: str) -> None:
    headers = {"Authorization": header}
    async with alone.client.get("/api/v1/me", headers=headers) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.headers["Cache-Control"] == "no-store"


async def test_addresses_that_are_no_route_are_told_to_users_alone(alone: House) -> None:
    assert (await alone.get(None, "/nowhere")).status == 401
    status, told = await alone.get("admin", "/nowhere")
    assert (status, told["error"]) == (404, "not_found")
    status, told = await alone.ask("admin", "DELETE", "/me")
    assert (status, told["error"]) == (405, "wrong_method")
    assert "GET" in told["message"]


async def test_users_who_are_not_known_yet_are_told_to_try_again() -> None:
    with pytest.raises(ApiFault) as fault:
        Tokens().user_of("Bearer x")
    assert fault.value.status == 503


def test_a_user_who_is_known_no_more_has_no_way_in() -> None:
    tokens, li = Tokens(), USERS[Role.ADMIN]
    tokens.know([li])
    assert tokens.user_of("Bearer admin-token") == li
    tokens.know(list[User]())
    with pytest.raises(ApiFault):
        tokens.user_of("Bearer admin-token")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/calls?limit=0", "limit: must lie within 1 and"),
        ("/calls?limit=-1", "limit: must be a whole number"),
        ("/calls?limit=99999999999999999999", "limit: must be a whole number"),
        ("/calls?Limit=1", "'Limit' is unknown here: parameters are group, limit"),
        ("/calls?group=%27", "group: "),
    ],
)
async def test_a_query_that_makes_no_sense_is_told_in_one_line(
    alone: House, path: str, says: str
) -> None:
    status, told = await alone.get("manager", path)
    assert (status, told["error"]) == (422, "bad_request")
    assert says in told["message"]
    assert "\n" not in told["message"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[]", "Expected `object`"),
        (b"{}", "why: is empty"),
        (b'{"why": 1}', "Expected `str`, got `int` - at `$.why`"),
        (b'{"why": "x", "more": 1}', "unknown field `more`"),
        (b'{"why": " "}', "why: is empty"),
        (b'{"why": "\\u0000"}', "why: has characters that cannot be printed"),
        (b'{"why": "' + b"x" * 501 + b'"}', "why: is longer than 500 characters"),
    ],
)
async def test_a_body_that_makes_no_sense_is_told_in_one_line(
    alone: House, body: bytes, says: str
) -> None:
    alone.agent(WANG, SERVICE)
    status, told = await alone.ask("manager", "POST", "/agents/1001/ready", data=body)
    assert (status, told["error"]) == (422, "bad_request")
    assert says in told["message"]


async def test_a_body_that_is_too_large_is_not_read_to_its_end(alone: House) -> None:
    body: dict[str, Any] = {"why": "x" * 20_000}
    status, told = await alone.post("manager", "/agents/1001/ready", **body)
    assert (status, told["error"]) == (413, "too_large")


READY = "/api/v1/agents/1001/ready"


async def test_a_body_that_cannot_be_decoded_is_the_askers_fault(alone: House) -> None:
    headers = {"Authorization": "Bearer manager-token", "Content-Encoding": "gzip"}
    async with alone.client.post(READY, headers=headers, data=b"none") as response:
        told = await response.json()
    assert (response.status, told["error"]) == (422, "bad_request")
    assert "cannot be read" in told["message"]
    assert "\n" not in told["message"]


async def test_a_body_that_does_not_come_is_not_waited_for(
    alone: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "BODY_S_MAX", 0.05)

    async def half() -> AsyncIterator[bytes]:
        yield b'{"why":'
        await asyncio.Event().wait()

    headers = {"Authorization": "Bearer manager-token"}
    async with alone.client.post(READY, headers=headers, data=half()) as response:
        told = await response.json()
    assert (response.status, told["error"]) == (408, "too_slow")


async def test_more_requests_than_may_be_under_way_are_turned_away(
    alone: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "UNDER_WAY_MAX", 0)
    status, told = await alone.get("manager", "/me")
    assert (status, told["error"]) == (503, "busy")
    monkeypatch.setattr(door, "UNDER_WAY_MAX", 1)
    for _ in range(3):
        assert (await alone.get("manager", "/me")).status == 200
        assert (await alone.get(None, "/me")).status == 401


async def test_while_postgres_is_away_what_needs_it_says_so_and_the_rest_works(
    alone: House,
) -> None:
    alone.caller("call-1")
    status, told = await alone.get("manager", "/audit")
    assert (status, told["error"]) == (503, "database_away")
    assert (await alone.get("manager", "/calls")).status == 200


async def test_a_fault_of_ours_is_answered_without_its_details(
    alone: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("13800001234")

    monkeypatch.setattr(alone.desk, "call", breaks)
    with capture_logs() as logs:
        status, told = await alone.get("manager", "/calls/call-1")
    assert (status, told["error"]) == (500, "failed")
    assert "1380" not in str(told)
    assert [one["log_level"] for one in logs] == ["error"]


async def test_who_asks_for_what_he_may_not_is_logged(alone: House) -> None:
    with capture_logs() as logs:
        assert (await alone.get("leader", "/audit")).status == 403
    assert [(one["event"], one["user"], one["route"]) for one in logs] == [
        ("api: refused", "leader", "/audit")
    ]


async def test_no_token_is_ever_logged(alone: House) -> None:
    with capture_logs() as logs:
        await alone.post("manager", "/agents/1001/ready", why="试")
        await alone.get("nobody", "/me")
        await alone.get("manager", "/audit")
    assert logs
    assert "token" not in str(logs)


async def test_who_waits_too_long_is_told(alone: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(door, "ANSWER_S_MAX", 0.01)
    monkeypatch.setattr(door, "_body", never)
    assert (await alone.get("manager", "/me")).status == 503


async def test_an_agent_has_rights_for_himself_alone(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    alone.agent(ZHAO, SERVICE)
    alone.talk(alone.caller("call-1"))
    alone.caller("call-2")
    me = (await alone.get("1001", "/me")).json
    assert (me["role"], me["phone"]) == ("agent", "1001")
    assert set(me["rights"].values()) == {"own", "all"}
    assert {one["number"] for one in (await alone.get("1001", "/agents")).json["agents"]} == {
        "1001"
    }
    assert [one["call_id"] for one in (await alone.get("1001", "/calls")).json["calls"]] == [
        "call-1"
    ]
    assert (await alone.get("1001", "/calls/call-2")).status == 403
    assert (await alone.get("1001", "/routing")).status == 403
    assert (await alone.post("1001", "/calls/call-1/number", why="x")).status == 403
    assert (await alone.post("1001", "/agents/2001/sign-out", why="x")).status == 403


def test_a_phone_of_a_user_opens_nothing_beside_his_own_token() -> None:
    tokens = Tokens()
    tokens.know(list[User]())
    tokens.know_agents([msgspec.structs.replace(AGENT, role=Role.LEADER)])
    with pytest.raises(ApiFault):
        tokens.user_of("Bearer 1001-token")
    tokens.know_agents([AGENT])
    assert tokens.user_of("Bearer 1001-token").role is Role.AGENT


async def test_me_says_what_i_may_do(alone: House) -> None:
    status, told = await alone.get("supervisor", "/me")
    assert status == 200
    assert (told["name"], told["role"], told["groups"], told["phone"]) == (
        "supervisor",
        "supervisor",
        ["service"],
        "8001",
    )
    assert told["rights"]["supervise.listen"] == "groups"
    assert "routing.publish" not in told["rights"]
