"""Handing a customer on: who has her, who is free, and where she goes if it comes to nothing."""

import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Call, Stage
from ccbot.core.handing_on import NotHandedOn, handed_on, why_not_handed_on
from ccbot.core.ids import AgentId, CallId, GroupKey
from tests.core.story import Story, without_groups

ANN, BEN, CAT = (AgentId(number) for number in ("1001", "1002", "1003"))
CONSULT, BLIND = f.TransferKind.CONSULT, f.TransferKind.BLIND
READY, TALKING, WRAP_UP, OFFERED = (
    AgentState.READY,
    AgentState.TALKING,
    AgentState.WRAP_UP,
    AgentState.OFFERED,
)


def talk() -> tuple[Story, CallId]:
    """Ann talks; Ben and Cat of another group are free."""
    story = Story()
    story.agent(ANN, "service")
    call = story.talk()
    for other in (BEN, CAT):
        story.agent(other, "tech")
    return story, call


def asks(
    story: Story,
    call: CallId,
    kind: f.TransferKind,
    *,
    to_agent: AgentId | None = None,
    to_group: str | None = None,
) -> bool:
    return story.post(asked(call, kind, to_agent=to_agent, to_group=to_group))


def asked(
    call: CallId,
    kind: f.TransferKind,
    *,
    to_agent: AgentId | None = None,
    to_group: str | None = None,
    by: AgentId = ANN,
) -> f.TransferAsked:
    group = GroupKey(to_group) if to_group else None
    return f.TransferAsked(call=call, agent=by, kind=kind, to_agent=to_agent, to_group=group)


def answers(story: Story) -> None:
    assert story.post(f.OfferAccepted(offer=story.offers[-1].offer, leg="target"))


def misses(story: Story, reason: f.Missed = f.Missed.DECLINED) -> None:
    assert story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=reason))


def consult() -> tuple[Story, CallId]:
    """Ann consults Ben about her customer."""
    story, call = talk()
    assert asks(story, call, CONSULT, to_agent=BEN)
    answers(story)
    assert story.post(f.ConsultStarted(call=call, offer=story.offers[-1].offer))
    return story, call


def states(story: Story) -> tuple[AgentState, ...]:
    return tuple(story.state(one) for one in (ANN, BEN, CAT))


def of(story: Story, call: CallId) -> Call:
    return story.floor.calls[call]


def test_a_customer_is_held_and_brought_back_by_her_agent_alone() -> None:
    story, call = talk()
    assert not story.post(f.CallHeld(call=call, agent=BEN))
    assert story.post(f.CallHeld(call=call, agent=ANN))
    assert of(story, call).stage is Stage.HOLD
    assert not story.post(f.CallHeld(call=call, agent=ANN))
    assert story.post(f.CallResumed(call=call, agent=ANN))
    assert of(story, call).stage is Stage.TALK


def test_who_hangs_up_in_a_hold_ends_the_talk() -> None:
    story, call = talk()
    story.post(f.CallHeld(call=call, agent=ANN))
    assert story.post(f.TalkEnded(call=call, agent=ANN, by=f.EndedBy.AGENT))
    assert (of(story, call).stage, story.state(ANN)) == (Stage.SURVEY, WRAP_UP)


def test_blind_to_a_group_is_its_head_of_the_queue_and_the_sender_is_let_go() -> None:
    story, call = talk()
    story.post(f.AgentPaused(agent=BEN, reason=f.Pause.REST))
    story.post(f.AgentPaused(agent=CAT, reason=f.Pause.REST))
    story.caller("earlier", "tech")
    story.wait(60)
    assert asks(story, call, BLIND, to_group="tech")
    assert (of(story, call).stage, of(story, call).group) == (Stage.WAITING, "tech")
    assert (of(story, call).agent, story.state(ANN)) == (None, WRAP_UP)
    story.post(f.AgentSignedIn(agent=BEN))
    assert story.offered()[-1] == (call, BEN)
    story.connect()
    assert (of(story, call).agent, of(story, call).at_head) == (BEN, False)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ({"to_agent": AgentId("9999")}, NotHandedOn.UNKNOWN_TARGET),
        ({"to_agent": ANN}, NotHandedOn.UNKNOWN_TARGET),
        ({"to_agent": CAT}, NotHandedOn.NOT_FREE),
        ({"to_group": "nowhere"}, NotHandedOn.UNKNOWN_TARGET),
        ({"to_group": "marketing"}, NotHandedOn.NOBODY_THERE),
        ({"to_group": "service"}, NotHandedOn.NOBODY_THERE),
        ({}, NotHandedOn.UNKNOWN_TARGET),
    ],
)
def test_a_transfer_that_cannot_be_is_refused_with_its_reason(
    target: dict[str, AgentId], why: NotHandedOn
) -> None:
    story, call = talk()
    story.post(f.AgentPaused(agent=CAT, reason=f.Pause.REST))
    for kind in (CONSULT, BLIND):
        wish = asked(call, kind, **target)
        assert why_not_handed_on(story.floor, wish, story.now) is why
        assert not story.post(wish)
    assert of(story, call).stage is Stage.TALK


def test_a_consulted_agent_talks_and_is_ready_afterwards_without_a_wrap_up() -> None:
    story, call = consult()
    assert (of(story, call).stage, states(story)) == (Stage.CONSULT, (TALKING, TALKING, READY))
    assert story.post(f.ConsultEnded(call=call, agent=ANN))
    assert (of(story, call).stage, states(story)) == (Stage.TALK, (TALKING, READY, READY))
    assert of(story, call).transfer is None


def test_a_completed_transfer_makes_the_target_the_owner() -> None:
    story, call = consult()
    assert story.post(f.TransferCompleted(call=call, agent=BEN))
    assert (of(story, call).stage, states(story)) == (Stage.TALK, (WRAP_UP, TALKING, READY))
    assert (of(story, call).agent, of(story, call).agent_leg) == (BEN, "target")
    assert not story.post(f.TalkEnded(call=call, agent=ANN, by=f.EndedBy.AGENT))
    assert story.post(f.TalkEnded(call=call, agent=BEN, by=f.EndedBy.AGENT))
    assert states(story) == (WRAP_UP, WRAP_UP, READY)


def test_the_sender_swaps_between_both_and_brings_all_together() -> None:
    story, call = consult()
    assert not story.post(f.ConsultSwapped(call=call, with_customer=False))
    assert story.post(f.ConsultSwapped(call=call, with_customer=True))
    assert of(story, call).stage is Stage.TALK
    assert story.post(f.ConsultSwapped(call=call, with_customer=False))
    assert of(story, call).stage is Stage.CONSULT
    assert story.post(f.ConferenceStarted(call=call))
    assert of(story, call).stage is Stage.TALK
    assert not story.post(f.ConsultSwapped(call=call, with_customer=True))
    assert story.post(f.ConsultEnded(call=call, agent=ANN))
    assert states(story) == (TALKING, WRAP_UP, READY)


def test_a_sender_who_leaves_two_who_talk_has_completed_the_transfer() -> None:
    story, call = consult()
    assert story.post(f.SenderLeft(call=call, agent=ANN))
    assert (of(story, call).agent, states(story)) == (BEN, (WRAP_UP, TALKING, READY))
    assert of(story, call).stage is Stage.TALK


def test_a_sender_who_leaves_while_a_phone_rings_has_handed_her_on_blind() -> None:
    story, call = talk()
    assert asks(story, call, CONSULT, to_agent=BEN)
    assert story.post(f.SenderLeft(call=call, agent=ANN))
    assert states(story) == (WRAP_UP, OFFERED, READY)
    answers(story)
    offer = story.offers[-1].offer
    assert not story.post(f.ConsultStarted(call=call, offer=offer))
    assert story.post(f.TransferCompleted(call=call, agent=BEN))
    assert (of(story, call).agent, of(story, call).stage) == (BEN, Stage.TALK)


def test_a_target_who_declines_sends_her_back_to_the_sender() -> None:
    for kind in (CONSULT, BLIND):
        story, call = talk()
        assert asks(story, call, kind, to_agent=BEN)
        misses(story)
        assert (of(story, call).stage, of(story, call).transfers_failed) == (Stage.TALK, 1)
        assert states(story) == (TALKING, READY, READY)


def test_if_the_sender_has_left_she_is_the_first_in_his_groups_queue() -> None:
    story, call = talk()
    assert asks(story, call, CONSULT, to_agent=BEN)
    story.post(f.SenderLeft(call=call, agent=ANN))
    misses(story)
    assert (of(story, call).stage, of(story, call).group) == (Stage.WAITING, "service")
    assert of(story, call).at_head
    assert of(story, call).transfer is None


def test_if_his_group_is_gone_meanwhile_it_is_the_one_of_last_resort() -> None:
    story, call = talk()
    assert asks(story, call, CONSULT, to_agent=BEN)
    story.post(f.SenderLeft(call=call, agent=ANN))
    document = without_groups(story.floor.routing, {"service"})
    assert story.post(f.RoutingPublished(version=2, document=document))
    misses(story)
    assert of(story, call).group == "tech"


def test_the_members_of_a_group_are_rung_one_after_the_other() -> None:
    story, call = talk()
    assert asks(story, call, CONSULT, to_group="tech")
    assert story.offered()[-1] == (call, BEN)
    misses(story)
    assert story.offered()[-1] == (call, CAT)
    misses(story)
    assert (of(story, call).stage, of(story, call).transfers_failed) == (Stage.TALK, 1)


def test_a_group_is_looked_through_for_thirty_seconds_and_no_longer() -> None:
    story, call = talk()
    for one in (BEN, CAT):
        story.caller(f"of {one}", "tech")
        story.connect()
    assert asks(story, call, CONSULT, to_group="tech")
    assert of(story, call).offers == []
    story.wait(29)
    assert of(story, call).stage is Stage.CONSULT
    story.wait(1)
    assert (of(story, call).stage, of(story, call).transfer) == (Stage.TALK, None)


def test_whoever_becomes_free_meanwhile_is_rung_for_the_time_that_is_left() -> None:
    story, call = talk()
    story.post(f.AgentPaused(agent=CAT, reason=f.Pause.REST))
    other = story.caller("other", "tech")
    story.connect()
    assert asks(story, call, CONSULT, to_group="tech")
    story.wait(20)
    story.post(f.CallEnded(call=other, by=f.EndedBy.CALLER))
    story.post(f.WrapUpEnded(agent=BEN))
    assert story.offered()[-1] == (call, BEN)
    assert story.floor.offers[story.offers[-1].offer].ring_s == pytest.approx(10)
    story.wait(10)
    assert (of(story, call).stage, story.state(BEN)) == (Stage.TALK, READY)


@pytest.mark.parametrize("step", ["rings", "consult", "three", "swapped"])
def test_a_customer_who_leaves_frees_everybody(step: str) -> None:
    if step == "rings":
        story, call = talk()
        assert asks(story, call, CONSULT, to_agent=BEN)
    else:
        story, call = consult()
    if step == "three":
        story.post(f.ConferenceStarted(call=call))
    if step == "swapped":
        story.post(f.ConsultSwapped(call=call, with_customer=True))
    assert story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    assert states(story) == (WRAP_UP, WRAP_UP if step == "three" else READY, READY)
    assert not story.floor.offers
    assert not {kind for kind, _ in story.timers} & {"offer", "transfer"}


def test_who_was_handed_on_three_times_is_offered_to_a_team_leader_alone() -> None:
    story, call = talk()
    of(story, call).hops = 3
    wish = asked(call, CONSULT, to_agent=BEN)
    assert handed_on(story.floor, wish, story.now) == wish
    assert why_not_handed_on(story.floor, wish, story.now) is NotHandedOn.TOO_OFTEN
    assert not story.post(wish)
    leader = f.AgentConfigured(
        agent=CAT,
        name="Cat",
        groups=(GroupKey("tech"),),
        role=f.Role.LEADER,
        leads=(GroupKey("service"),),
    )
    story.post(leader)
    to_leader = handed_on(story.floor, wish, story.now)
    assert (to_leader.to_agent, to_leader.reason) == (CAT, f.TransferReason.LEADER)
    assert story.post(to_leader)
    assert story.offered()[-1] == (call, CAT)
