"""Agents by the API: how they stand, and what a leader or supervisor asks of them."""

import pytest

from ccbot.core.facts import AgentPaused, AgentSignedOut, Pause, Stamped, UserActed
from ccbot.core.ids import AgentId
from ccbot.core.records.audited import audited
from tests.core.story import NOON
from tests.web.api_house import SERVICE, TECH, WANG, ZHAO, House


async def test_agents_are_those_of_ones_own_groups(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    alone.agent(ZHAO, TECH, signed_in=False)
    (wang,) = (await alone.get("supervisor", "/agents")).json["agents"]
    assert (wang["number"], wang["state"], wang["phone"]) == ("1001", "ready", "idle")
    both = (await alone.get("admin", "/agents")).json["agents"]
    assert [one["number"] for one in both] == ["1001", "2001"]
    of_tech = (await alone.get("manager", "/agents?group=tech")).json["agents"]
    assert [one["number"] for one in of_tech] == ["2001"]


async def test_a_forgotten_agent_is_signed_out_with_a_reason_that_is_audited(
    alone: House,
) -> None:
    alone.agent(WANG, SERVICE)
    status, told = await alone.post("supervisor", "/agents/1001/sign-out", why="下班忘签退")
    assert (status, told["state"]) == (200, "offline")
    assert alone.facts[-1] == AgentSignedOut(agent=WANG, by="supervisor", why="下班忘签退")
    assert audited(Stamped(NOON, alone.facts[-1])) is not None


async def test_not_ready_takes_effect_after_the_talk(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    alone.talk(alone.caller("call-1"))
    told = (
        await alone.post("manager", "/agents/1001/not-ready", why="开会", reason="meeting")
    ).json
    assert (told["state"], told["next_state"], told["call"]) == ("talking", "pause", "call-1")
    assert alone.facts[-1] == AgentPaused(
        agent=WANG, reason=Pause.MEETING, by="manager", why="开会"
    )
    entry = audited(Stamped(NOON, alone.facts[-1]))
    assert entry is not None
    assert (entry.who, entry.what, entry.detail) == (
        "manager",
        "agent.not_ready",
        {"reason": "meeting"},
    )


async def test_an_agent_is_made_ready_again(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    await alone.post("supervisor", "/agents/1001/not-ready", why="x")
    told = await alone.post("supervisor", "/agents/1001/ready", why="y")
    assert told.json["state"] == "ready"
    assert alone.facts[-1] == UserActed(user="supervisor", what="agent.ready", agent=WANG, why="y")


@pytest.mark.parametrize("command", ["ready", "not-ready", "sign-out"])
async def test_agents_of_other_groups_and_nobody_are_left_alone(alone: House, command: str) -> None:
    alone.agent(WANG, SERVICE)
    before = len(alone.facts)
    assert (await alone.post("leader", f"/agents/1001/{command}", why="x")).status == 403
    assert (await alone.post("admin", f"/agents/1001/{command}", why="x")).status == 403
    assert (await alone.post("manager", f"/agents/1009/{command}", why="x")).status == 404
    assert (await alone.post("manager", f"/agents/x/{command}", why="x")).status == 404
    assert len(alone.facts) == before


@pytest.mark.parametrize("command", ["not-ready", "sign-out"])
async def test_who_is_not_signed_in_cannot_be_sent_away(alone: House, command: str) -> None:
    alone.agent(WANG, SERVICE, signed_in=False)
    told = await alone.post("manager", f"/agents/1001/{command}", why="x")
    assert (told.status, told.json["error"]) == (409, "not_signed_in")


async def test_a_pause_that_is_none_is_refused(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    told = await alone.post("manager", "/agents/1001/not-ready", why="x", reason="party")
    assert told.status == 422


async def test_an_agent_needs_no_reason_for_himself_and_nothing_is_audited(alone: House) -> None:
    alone.agent(WANG, SERVICE)
    told = await alone.post("1001", "/agents/1001/not-ready", reason="rest")
    assert (told.status, told.json["state"], told.json["pause"]) == (200, "paused", "rest")
    assert (await alone.post("1001", "/agents/1001/ready")).json["state"] == "ready"
    assert (await alone.post("1001", "/agents/1001/sign-out")).json["state"] == "offline"
    assert not [fact for fact in alone.facts if audited(Stamped(NOON, fact))]


async def test_a_supervisor_steers_himself_though_his_phone_serves_no_group(alone: House) -> None:
    alone.agent(AgentId("8001"), signed_in=False)
    assert (await alone.post("supervisor", "/agents/8001/ready")).json["state"] == "ready"
    told = await alone.post("supervisor", "/agents/8001/sign-out")
    assert (told.status, told.json["state"]) == (200, "offline")
    listed = (await alone.get("supervisor", "/agents")).json["agents"]
    assert [one["number"] for one in listed] == ["8001"]
    assert (await alone.post("leader", "/agents/8001/ready", why="x")).status == 403
