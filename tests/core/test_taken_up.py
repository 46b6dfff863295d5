"""After a restart limits run on from where they were; those that passed meanwhile act at once."""

from datetime import timedelta

import msgspec
import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.ids import AgentId, CallId
from ccbot.core.routing_document import Customers, Hours
from ccbot.recovery.checkpoints import Checkpoints
from tests.core.story import NOON, Story, replace_group, routing
from tests.core.test_checkpoints_at_random import keep
from tests.sim.memory import SimKeeper


def after_a_restart(story: Story, away_s: float = 5, phone: f.Phone = f.Phone.IDLE) -> Story:
    """The next process, so much later: everybody is taken up, and then the phones are known."""
    keeper = SimKeeper()
    keep(story, keeper)
    again = Story(story.floor.routing)
    again.now = story.now + timedelta(seconds=away_s)
    Checkpoints(again.floor, keeper).restore()
    for agent in list(again.floor.agents):
        assert again.post(f.AgentTakenUp(agent=agent))
    again.wait(0)
    for call in list(again.floor.calls):
        assert again.post(f.CallTakenUp(call=call))
    again.wait(0)
    for agent in list(again.floor.agents):
        again.post(f.PhoneChanged(agent=agent, phone=phone))
    return again


def nobody_free() -> tuple[Story, AgentId]:
    """One agent, not ready, in a group that waits for 100 seconds at most."""
    document = replace_group(routing(), "service", wait_s_max=100.0)
    story = Story(document)
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    return story, agent


def in_wrap_up() -> tuple[Story, AgentId]:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    story.connect()
    story.post(f.TalkEnded(call=call, agent=agent, by=f.EndedBy.AGENT))
    return story, agent


def test_longest_wait_is_counted_from_the_beginning_of_the_waiting() -> None:
    story, _ = nobody_free()
    story.caller("first")
    story.wait(40)
    again = after_a_restart(story)

    again.wait(54.9)
    assert again.told == []
    again.wait(0.2)

    assert again.told == [f.GaveUp.WAITED_TOO_LONG]


def test_caller_who_waited_too_long_meanwhile_is_told_at_once() -> None:
    story, _ = nobody_free()
    story.caller("first")

    again = after_a_restart(story, away_s=101)

    assert again.told == [f.GaveUp.WAITED_TOO_LONG]


def test_caller_who_had_been_told_is_told_again() -> None:
    story, _ = nobody_free()
    story.caller("first")
    story.wait(101)
    assert story.told == [f.GaveUp.WAITED_TOO_LONG]

    assert after_a_restart(story).told == [f.GaveUp.WAITED_TOO_LONG]


def test_patience_without_a_phone_to_ring_begins_anew() -> None:
    story, _ = nobody_free()
    story.caller("first")
    again = after_a_restart(story, phone=f.Phone.UNREACHABLE)

    again.wait(59.9)
    assert again.told == []
    again.wait(0.2)

    assert again.told == [f.GaveUp.NO_AGENTS]


def test_patience_that_ran_before_the_restart_begins_anew_too() -> None:
    """All phones are out of reach while ccbot is away; that is not the agents' doing."""
    story, agent = nobody_free()
    story.caller("first")
    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.UNREACHABLE))
    story.wait(30)
    again = after_a_restart(story, away_s=5, phone=f.Phone.UNREACHABLE)

    again.wait(59.9)
    assert again.told == []
    again.wait(0.2)

    assert again.told == [f.GaveUp.NO_AGENTS]


def test_patience_ends_when_the_phones_are_there() -> None:
    story, _ = nobody_free()
    story.caller("first")
    again = after_a_restart(story)

    again.wait(70)

    assert again.told == []


def one_who_missed() -> Story:
    """Agent 1001 let ``first`` ring in vain at noon; he may be asked again after 60 seconds."""
    document = replace_group(
        routing(), "service", offer_again_s=60.0, no_answer_rest_s=20.0, misses_until_not_ready=5
    )
    story = Story(document)
    story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[0].offer, reason=f.Missed.NO_ANSWER))
    return story


def test_call_that_was_missed_is_not_offered_to_the_same_agent_too_soon() -> None:
    again = after_a_restart(one_who_missed(), away_s=30)

    again.wait(29.9)
    assert again.offers == []
    again.wait(0.2)

    assert again.offered() == [("first", "1001")]


def test_call_that_was_missed_long_enough_ago_is_offered_at_once() -> None:
    again = after_a_restart(one_who_missed(), away_s=61)

    assert again.offered() == [("first", "1001")]


def test_rest_ends_when_it_was_to_end() -> None:
    again = after_a_restart(one_who_missed(), away_s=5)
    again.caller("second")

    again.wait(14.9)
    assert again.offers == []
    again.wait(0.2)

    assert again.offered() == [("second", "1001")]


def test_rest_that_ended_meanwhile_is_over() -> None:
    again = after_a_restart(one_who_missed(), away_s=21)
    again.caller("second")

    assert again.offered() == [("second", "1001")]


def test_wrap_up_ends_when_it_was_to_end() -> None:
    story, agent = in_wrap_up()
    again = after_a_restart(story, away_s=10)

    again.wait(19.9)
    assert again.state(agent) is AgentState.WRAP_UP
    again.wait(0.2)

    assert again.state(agent) is AgentState.READY


def test_wrap_up_that_ended_meanwhile_is_over() -> None:
    story, agent = in_wrap_up()

    assert after_a_restart(story, away_s=31).state(agent) is AgentState.READY


def test_wrap_up_that_was_extended_stays_so() -> None:
    story, agent = in_wrap_up()
    assert story.post(f.WrapUpExtended(agent=agent))
    again = after_a_restart(story, away_s=31)

    assert again.state(agent) is AgentState.WRAP_UP
    assert not again.post(f.WrapUpExtended(agent=agent))


def test_offer_that_is_withdrawn_leaves_caller_and_agent_as_they_were_before() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    again = after_a_restart(story)
    assert again.floor.calls[call].stage is Stage.RINGING

    offer = story.offers[0].offer
    again.post(f.OfferWithdrawn(offer=offer, reason=f.Withdrawn.CALL_MOVED_ON))

    assert again.offered() == [("first", agent)]
    assert again.floor.calls[call].waiting_since == NOON


def test_caller_whose_limit_passed_while_it_rang_is_told_when_the_offer_is_withdrawn() -> None:
    story = Story(replace_group(routing(), "service", wait_s_max=100.0))
    story.agent("1001")
    call = story.caller("first")
    again = after_a_restart(story, away_s=101)

    offer = story.offers[0].offer
    again.post(f.OfferWithdrawn(offer=offer, reason=f.Withdrawn.CALL_MOVED_ON))

    assert again.told == [f.GaveUp.WAITED_TOO_LONG]
    assert again.floor.calls[call].stage is Stage.LEAVING


def test_a_talk_and_its_agent_need_no_timers() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.connect()
    again = after_a_restart(story)

    assert again.timers == {}
    assert again.state(agent) is AgentState.TALKING


def test_nobody_unknown_is_taken_up() -> None:
    story = Story()

    assert not story.post(f.AgentTakenUp(agent=AgentId("1001")))


def test_whoever_was_turned_away_as_ccbot_died_is_turned_away() -> None:
    blocked = Customers(blocked=("13800001234",))
    story = Story(msgspec.structs.replace(routing(), customers=blocked))
    entered = f.CallEntered(
        call=CallId("first"), leg="x", dialled_number="1", entry="main", caller="13800001234"
    )
    assert story.floor.apply(entered, story.now) is not None  # what follows was lost
    again = after_a_restart(story)
    call = again.floor.calls[CallId("first")]
    assert (call.stage, call.turned_away) == (Stage.LEAVING, f.TurnedAway.BLOCKED)


def test_whoever_was_received_is_received_still() -> None:
    """It closed while she heard the welcome."""
    hours = {"office": Hours(week={"mon-fri": ("09:00-20:00",)}, calendar="none")}
    main = msgspec.structs.replace(routing().entries["main"], hours="office")
    document = msgspec.structs.replace(routing(), hours=hours, entries={"main": main})
    story = Story(document)
    story.now = NOON - timedelta(seconds=1)  # eight in the evening, in Shanghai
    story.post(
        f.CallEntered(call=CallId("first"), leg="x", dialled_number="1", entry="main", caller="1")
    )
    again = after_a_restart(story)
    assert again.floor.calls[CallId("first")].stage is Stage.GREETING


@pytest.mark.parametrize("swapped", [False, True], ids=["they talk", "he is with the customer"])
def test_whose_sender_left_as_ccbot_died_is_the_colleagues(swapped: bool) -> None:
    story = Story()
    sender, colleague = story.agent("1001"), AgentId("1002")
    call = story.talk()
    story.agent(colleague, "tech")
    consult = f.TransferKind.CONSULT
    story.post(f.TransferAsked(call=call, agent=sender, kind=consult, to_agent=colleague))
    offer = story.offers[-1].offer
    story.post(f.OfferAccepted(offer=offer, leg="his"))
    story.post(f.ConsultStarted(call=call, offer=offer))
    if swapped:
        story.post(f.ConsultSwapped(call=call, with_customer=True))
    left = f.SenderLeft(call=call, agent=sender)
    assert story.floor.apply(left, story.now) is not None  # what follows was lost
    again = after_a_restart(story)
    taken = again.floor.calls[call]
    assert (taken.stage, taken.owner, taken.agent_leg) == (Stage.TALK, colleague, "his")
