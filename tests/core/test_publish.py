"""Another document goes live: nobody waiting loses the place, nobody talking is touched."""

from datetime import timedelta

from msgspec.structs import replace

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.records import record
from ccbot.core.routing_document import Entry, RoutingDocument
from tests.core.story import NOON, Story, replace_group, routing, without_groups


def publish(story: Story, document: RoutingDocument) -> bool:
    version = (story.floor.routing_version or 0) + 1
    return story.post(f.RoutingPublished(version=version, document=document))


def busy_story(document: RoutingDocument | None = None) -> Story:
    """1001 of service talks to ``first``."""
    story = Story(document)
    story.agent("1001", "service", "tech")
    story.caller("first")
    story.connect()
    return story


def test_the_same_version_again_changes_nothing() -> None:
    story = Story()
    assert publish(story, replace_group(routing(), "service", ring_s=20.0))
    again = f.RoutingPublished(version=1, document=story.floor.routing)
    assert not story.post(again)


def test_a_waiting_caller_keeps_her_place_and_has_the_new_limit() -> None:
    story = busy_story()
    story.caller("second")
    story.wait(100)
    publish(story, replace_group(routing(), "service", wait_s_max=120.0))
    assert story.floor.calls[CallId("second")].waiting_since == NOON
    story.wait(19.9)
    assert story.told[1:] == []
    story.wait(0.2)
    assert story.told[1:] == [f.GaveUp.WAITED_TOO_LONG]


def test_a_caller_whose_new_limit_is_over_is_told_at_once() -> None:
    story = busy_story()
    story.caller("second")
    story.wait(100)
    publish(story, replace_group(routing(), "service", wait_s_max=60.0))
    story.wait(0)
    assert story.told[1:] == [f.GaveUp.WAITED_TOO_LONG]


def test_a_longer_limit_holds_for_a_caller_for_whom_a_phone_rings() -> None:
    document = replace_group(routing(), "service", wait_s_max=20.0, offer_again_s=3_000.0)
    story = Story(document)
    story.agent("1001")
    story.caller("first")
    publish(story, replace_group(document, "service", wait_s_max=100.0))
    story.wait(30)
    [made] = story.offers
    assert story.floor.calls[made.call].stage is Stage.WAITING
    assert f.GaveUp.WAITED_TOO_LONG not in story.told


def test_patience_has_the_new_length_and_the_old_beginning() -> None:
    story = busy_story()
    story.caller("second")
    story.post(f.PhoneChanged(agent=AgentId("1001"), phone=f.Phone.UNREACHABLE))
    story.wait(30)
    publish(story, replace_group(routing(), "service", empty_s_max=40.0))
    story.wait(9.9)
    assert story.told[1:] == []
    story.wait(0.2)
    assert story.told[1:] == [f.GaveUp.NO_AGENTS]


def test_a_caller_whose_group_is_gone_waits_on_in_the_group_of_last_resort() -> None:
    story = busy_story()
    story.agent("1002", "service")
    story.caller("earlier", "service")
    story.connect()
    story.caller("second", "tech")
    story.wait(10)
    story.caller("third", "service")
    publish(story, without_groups(routing(), {"tech"}))
    second = story.floor.calls[CallId("second")]
    assert (second.group, second.waiting_since) == ("service", NOON)
    assert story.floor.ahead_of(second, story.now) == 0
    story.post(f.TalkEnded(call=CallId("earlier"), agent=AgentId("1002"), by=f.EndedBy.AGENT))
    story.post(f.WrapUpEnded(agent=AgentId("1002")))
    assert story.offered()[-1] == ("second", "1002")


def test_nobody_of_the_group_that_is_gone_is_rung_for_her_any_more() -> None:
    story = Story()
    story.agent("1002", "service")
    story.caller("first", "service")
    story.connect()
    only_tech = story.agent("1003", "tech")
    story.post(f.AgentPaused(agent=only_tech, reason=f.Pause.MEAL))
    story.caller("second", "tech")
    publish(story, without_groups(routing(), {"tech"}))
    story.post(f.AgentSignedIn(agent=only_tech))
    assert story.state(only_tech) is AgentState.READY
    assert len(story.offers) == 1


def test_if_nobody_can_take_her_she_is_told() -> None:
    story = Story()
    story.agent("1003", "tech")
    story.caller("first", "tech")
    story.connect()
    story.caller("second", "tech")
    publish(story, without_groups(routing(), {"tech"}))
    assert story.told[1:] == [f.GaveUp.GROUP_GONE]
    assert story.floor.calls[CallId("second")].stage is Stage.LEAVING


def test_a_talk_of_a_group_that_is_gone_ends_with_its_wrap_up() -> None:
    story = Story(replace_group(routing(), "tech", wrap_up_s=77.0))
    agent = story.agent("1003", "tech")
    story.caller("first", "tech")
    story.connect()
    publish(story, without_groups(routing(), {"tech"}))
    story.post(f.TalkEnded(call=CallId("first"), agent=agent, by=f.EndedBy.AGENT))
    wrap_up = story.floor.agents[agent].wrap_up
    assert wrap_up is not None
    assert wrap_up.until == NOON + timedelta(seconds=77)


def test_a_phone_that_rings_for_a_group_that_is_gone_rings_on_and_she_moves_if_in_vain() -> None:
    story = Story()
    story.agent("1001", "service")
    story.caller("before", "service")
    story.connect()
    story.agent("1003", "tech")
    story.caller("first", "tech")
    publish(story, without_groups(routing(), {"tech"}))
    assert story.floor.calls[CallId("first")].stage is Stage.RINGING
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.NO_ANSWER))
    first = story.floor.calls[CallId("first")]
    assert (first.stage, first.group, first.waiting_since) == (Stage.WAITING, "service", NOON)


def test_a_caller_whose_entry_is_gone_stands_at_the_default_one() -> None:
    document = routing()
    entries = {**document.entries, "other": Entry(group="tech")}
    story = Story(replace(document, entries=entries))
    call = CallId("first")
    story.post(f.CallEntered(call=call, leg="1", dialled_number="2", entry="other", caller="1"))
    publish(story, document)
    assert story.floor.calls[call].entry == "main"


def test_a_group_that_nobody_knows_queues_no_call() -> None:
    story = Story(without_groups(routing(), {"tech"}))
    story.caller("first", "tech")
    assert story.floor.calls[CallId("first")].stage is Stage.MENU


def test_in_the_row_the_time_in_both_queues_is_one_wait() -> None:
    call, by = CallId("second"), f.GroupChosenBy.PUBLISHED
    facts: list[tuple[int, f.AnyFact]] = [
        (0, f.CallEntered(call=call, leg="2", dialled_number="1", entry="main", caller="1")),
        (1, f.CallQueued(call=call, group=GroupKey("tech"), by=f.GroupChosenBy.ENTRY)),
        (11, f.QueueChanged(call=call, group=GroupKey("service"), by=by)),
        (31, f.CallEnded(call=call, by=f.EndedBy.CALLER)),
    ]
    row = record([f.Stamped(NOON + timedelta(seconds=at), fact) for at, fact in facts])
    assert (row.wait_ms, row.entry_group, row.last_group) == (30_000, "tech", "service")
    assert [(s.kind, s.group_key) for s in row.segments[1:]] == [
        ("waiting", "tech"),
        ("waiting", "service"),
    ]


def test_whoever_wants_no_callback_after_all_waits_where_there_is_a_group() -> None:
    story = busy_story()
    second = story.caller("second", "tech")
    assert story.post(f.CallbackAsked(call=second, by=f.EndedBy.CALLER))
    publish(story, without_groups(routing(), {"tech"}))
    story.wait(10)

    assert story.post(f.CallbackNotWanted(call=second))

    call = story.floor.calls[second]
    assert (call.stage, call.group) == (Stage.WAITING, "service")
    assert call.in_line_since == NOON
