"""Supervisors by the API: beside a talk, and with the queue in their hands."""

import pytest

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId
from ccbot.core.kinds import Role
from ccbot.core.records.audited import audited
from tests.core.story import NOON
from tests.web.api_house import SERVICE, TECH, WANG, ZHAO, House

BOSS = AgentId("8001")


def a_talk(house: House) -> CallId:
    """Wang talks with a customer, and the supervisor's phone is there."""
    house.agent(WANG, SERVICE)
    call = house.caller("call-1")
    house.talk(call)
    house.desk.post(
        f.AgentConfigured(
            agent=BOSS, name="主管", groups=(), role=Role.SUPERVISOR, leads=(SERVICE,)
        )
    )
    house.desk.post(f.PhoneChanged(agent=BOSS, phone=f.Phone.IDLE))
    return call


def beside(house: House, call: CallId) -> None:
    """He hears it."""
    assert house.desk.post(
        f.SupervisionBegan(call=call, supervisor=BOSS, agent=WANG, leg="leg", reason="x")
    )


async def test_a_supervisor_whispers_and_leaves(alone: House) -> None:
    call = a_talk(alone)
    beside(alone, call)
    status, told = await alone.post("supervisor", f"/calls/{call}/supervise/turn", kind="whisper")
    assert (status, told) == (200, {"call_id": call, "phone": BOSS})
    assert alone.facts[-1] == f.SupervisionTurned(
        call=call, supervisor=BOSS, kind=f.SupervisionKind.WHISPER
    )
    again = await alone.post("supervisor", f"/calls/{call}/supervise/turn", kind="whisper")
    assert again.status == 200
    assert (await alone.post("supervisor", f"/calls/{call}/supervise/end")).status == 200
    assert isinstance(alone.facts[-1], f.SupervisionEnded)
    status, told = await alone.post("supervisor", f"/calls/{call}/supervise/end")
    assert (status, told["error"]) == (409, "not_beside")


async def test_who_has_followed_a_call_into_another_group_falls_silent_and_leaves(
    alone: House,
) -> None:
    call = a_talk(alone)
    alone.agent(ZHAO, TECH)
    beside(alone, call)
    path = f"/calls/{call}/supervise"
    assert (await alone.post("supervisor", f"{path}/turn", kind="barge")).status == 200
    blind = f.TransferKind.BLIND
    assert alone.desk.post(f.TransferAsked(call=call, agent=WANG, kind=blind, to_group=TECH))
    alone.talk(call)

    assert (await alone.post("supervisor", f"{path}/turn", kind="whisper")).status == 409
    assert (await alone.post("supervisor", f"{path}/take-over")).status == 403
    assert (await alone.post("supervisor", f"{path}/turn", kind="listen")).status == 200
    assert (await alone.post("supervisor", f"{path}/end")).status == 200
    assert (await alone.post("supervisor", f"{path}/end")).status == 403


async def test_what_cannot_be_is_told_in_one_line(alone: House) -> None:
    call = a_talk(alone)
    path = f"/calls/{call}/supervise"
    assert (await alone.post("supervisor", path, why="x")).json["error"] == "occupied"
    assert (await alone.post("leader", path, why="x")).status == 409  # has no phone
    assert (await alone.post("admin", path, why="x")).status == 403
    assert (await alone.post("supervisor", path)).status == 422
    assert (await alone.post("supervisor", path, why="x", kind="shout")).status == 422
    assert (await alone.post("supervisor", "/calls/nobody/supervise", why="x")).status == 404
    turned = await alone.post("supervisor", f"{path}/turn", kind="barge")
    assert (turned.status, turned.json["error"]) == (409, "not_beside")
    taken = await alone.post("supervisor", f"{path}/take-over")
    assert (taken.status, taken.json["error"]) == (409, "not_beside")


async def test_calls_of_other_groups_are_not_heard(alone: House) -> None:
    alone.agent(ZHAO, TECH)
    call = alone.caller("call-2", TECH)
    alone.talk(call)
    assert (await alone.post("supervisor", f"/calls/{call}/supervise", why="x")).status == 403


async def test_a_waiting_call_is_put_to_the_front(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    alone.desk.post(f.PhoneChanged(agent=WANG, phone=f.Phone.BUSY))
    alone.caller("call-1")
    second = alone.caller("call-2")
    assert (await alone.post("supervisor", f"/calls/{second}/front", why="急症")).status == 200
    moved = alone.facts[-1]
    assert moved == f.QueueReordered(call=second, to=f.QueueMove.FRONT, by="supervisor", why="急症")
    entry = audited(f.Stamped(NOON, moved))
    assert entry is not None
    assert (entry.who, entry.what, entry.call, entry.why) == (
        "supervisor",
        "queue.front",
        second,
        "急症",
    )
    alone.desk.post(f.PhoneChanged(agent=WANG, phone=f.Phone.IDLE))
    (offer,) = alone.desk.floor.offers.values()
    assert offer.call == second


async def test_a_waiting_call_is_given_to_an_agent_who_is_free(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    alone.desk.post(f.PhoneChanged(agent=WANG, phone=f.Phone.BUSY))
    alone.agent(ZHAO, TECH)
    call = alone.caller("call-1")
    path = f"/calls/{call}/give"
    assert (await alone.post("supervisor", path, why="x", agent="2001")).status == 403
    told = await alone.post("manager", path, why="x", agent="1001")
    assert (told.status, told.json["error"]) == (409, "not_free")
    assert (await alone.post("manager", path, why="x", agent="9999")).status == 404
    assert (await alone.post("manager", path, why="x", agent="2001")).status == 200
    (offer,) = alone.desk.floor.offers.values()
    assert (offer.call, offer.agent) == (call, ZHAO)


@pytest.mark.parametrize("command", ["front", "give"])
async def test_who_does_not_wait_is_not_moved(alone: House, command: str) -> None:
    call = a_talk(alone)
    more = {"agent": "1001"} if command == "give" else {}
    told = await alone.post("manager", f"/calls/{call}/{command}", why="x", **more)
    assert (told.status, told.json["error"]) == (409, "not_waiting")
