"""Hold and transfers by the API: the facts that the agent's keys would post, audited."""

import pytest

from ccbot.core.facts import CallHeld, HoldBy, OfferAccepted, TransferAsked, UserActed
from ccbot.core.facts import ConsultStarted as Started
from ccbot.core.ids import AgentId, CallId
from ccbot.web.api.talks import ROUTES
from tests.web.api_house import SERVICE, TECH, WANG, ZHAO, House

CALL = "/calls/call-1"


@pytest.fixture
async def talking(alone: House) -> House:
    """Wang of the service talks with a customer; Zhao of the technicians is free."""
    alone.agent(WANG, SERVICE)
    alone.talk(alone.caller("call-1"))
    alone.agent(ZHAO, TECH)
    return alone


def answer(house: House) -> None:
    """Who is rung for the transfer answers, and talks with the sender."""
    call = house.desk.call(CallId("call-1"))
    assert call is not None
    (offer,) = call.offers
    assert house.desk.post(OfferAccepted(offer=offer))
    house.desk.post(Started(call=call.id, offer=offer))


async def test_a_hold_is_the_agents_own_and_audited(talking: House) -> None:
    status, told = await talking.post("supervisor", f"{CALL}/hold", why="查资料")
    assert (status, told["stage"]) == (200, "hold")
    assert talking.facts[-2:] == [
        CallHeld(call=CallId("call-1"), agent=WANG, by=HoldBy.API),
        UserActed(
            user="supervisor", what="call.hold", call=CallId("call-1"), agent=WANG, why="查资料"
        ),
    ]
    again = await talking.post("supervisor", f"{CALL}/hold", why="x")
    assert (again.status, again.json["error"]) == (409, "not_now")
    assert (await talking.post("manager", f"{CALL}/resume", why="x")).json["stage"] == "talk"


async def test_a_consultation_is_completed(talking: House) -> None:
    told = await talking.post("supervisor", f"{CALL}/consult", why="x", to_agent="2001")
    assert told.json["stage"] == "consult"
    answer(talking)
    assert (await talking.get("supervisor", CALL)).json["live"]["transfer"] == {
        "by": "1001",
        "kind": "consult",
        "to_agent": "2001",
        "to_group": None,
        "target": "2001",
        "three": False,
        "reason": None,
    }
    swapped = await talking.post("supervisor", f"{CALL}/swap", why="x")
    assert swapped.json["stage"] == "talk"
    assert (await talking.post("supervisor", f"{CALL}/swap", why="x")).json["stage"] == "consult"
    three = await talking.post("supervisor", f"{CALL}/conference", why="x")
    assert three.json["transfer"]["three"]
    done = (await talking.post("supervisor", f"{CALL}/complete", why="x")).json
    assert (done["agent"], done["stage"], done["transfer"]) == ("2001", "talk", None)


async def test_a_consultation_whose_phone_still_rings_goes_on_without_the_sender(
    talking: House,
) -> None:
    await talking.post("supervisor", f"{CALL}/consult", why="x", to_agent="2001")
    told = await talking.post("supervisor", f"{CALL}/complete", why="x")
    assert (told.status, told.json["stage"]) == (200, "consult")
    known = talking.desk.call(CallId("call-1"))
    assert known is not None
    assert known.transfer is not None
    assert known.transfer.sender_left


async def test_an_agent_steers_his_own_talk_without_a_reason(talking: House) -> None:
    assert (await talking.post("1001", f"{CALL}/hold")).json["stage"] == "hold"
    assert (await talking.post("1001", f"{CALL}/resume")).json["stage"] == "talk"
    assert (await talking.post("1001", f"{CALL}/consult", to_agent="2001")).status == 200
    assert not any(isinstance(fact, UserActed) for fact in talking.facts)


async def test_a_transfer_to_a_group_says_why_and_with_which_note(talking: House) -> None:
    body = {"to_group": "tech", "reason": "complaint", "note": "急", "why": "投诉"}
    status, told = await talking.ask("supervisor", "POST", f"{CALL}/transfer", body)
    assert (status, told["group"]) == (200, "tech")
    (asked,) = [one for one in talking.facts if isinstance(one, TransferAsked)]
    assert (asked.to_group, asked.reason, asked.note) == ("tech", "complaint", "急")
    assert (await talking.get("supervisor", CALL)).status == 403


async def test_a_transfer_is_given_up(talking: House) -> None:
    await talking.post("supervisor", f"{CALL}/consult", why="x", to_group="tech")
    told = (await talking.post("supervisor", f"{CALL}/back", why="x")).json
    assert (told["stage"], told["agent"], told["transfer"]) == ("talk", "1001", None)


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ({}, "unknown_target"),
        ({"to_agent": "2001", "to_group": "tech"}, "unknown_target"),
        ({"to_agent": "1001"}, "unknown_target"),
        ({"to_group": "sales"}, "unknown_target"),
        ({"to_group": "marketing"}, "nobody_there"),
        ({"to_agent": "2001", "note": "x" * 501}, "bad_request"),
    ],
)
async def test_a_target_that_cannot_have_her_is_refused_with_the_reason(
    talking: House, target: dict[str, str], error: str
) -> None:
    told = await talking.post("supervisor", f"{CALL}/transfer", why="x", **target)
    assert told.json["error"] == error
    assert not any(isinstance(fact, UserActed) for fact in talking.facts)


@pytest.mark.parametrize("verb", ["complete", "conference", "swap", "back"])
async def test_without_a_transfer_there_is_nothing_to_end(talking: House, verb: str) -> None:
    told = await talking.post("supervisor", f"{CALL}/{verb}", why="x")
    assert (told.status, told.json["error"]) == (409, "no_transfer")


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: one.path)
async def test_talks_of_other_groups_and_calls_without_a_talk_are_left_alone(
    talking: House, route: object
) -> None:
    path = route.path.replace("{call}", "call-1")  # type: ignore[attr-defined]
    before = len(talking.facts)
    assert (await talking.post("leader", path, why="x")).status == 403
    assert (await talking.post("admin", path, why="x")).status == 403
    gone = path.replace("call-1", "call-9")
    assert (await talking.post("manager", gone, why="x")).status == 404
    assert (await talking.post("supervisor", path)).status == 422
    assert len(talking.facts) == before
    waits = talking.caller("call-2")
    told = await talking.post("manager", path.replace("call-1", waits), why="x")
    assert (told.status, told.json["error"]) == (409, "not_now")


async def test_an_agent_of_the_floor_is_never_made_the_owner_by_a_stranger(talking: House) -> None:
    """Of the three in a transfer the owner's group says who may steer it."""
    await talking.post("supervisor", f"{CALL}/consult", why="x", to_agent="2001")
    answer(talking)
    assert (await talking.post("leader", f"{CALL}/complete", why="x")).status == 403
    known = talking.desk.call(CallId("call-1"))
    assert known is not None
    assert known.agent == AgentId("1001")
