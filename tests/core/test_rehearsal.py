"""A day rehearsed: with its own document as it was, with another one as that one would have it."""

from datetime import datetime, timedelta

import pytest

from ccbot.core import facts as f
from ccbot.core.ids import CallId
from ccbot.core.rehearsal import Day, End, Fate, Recorder, differences, figures, rehearse
from ccbot.core.routing_document import Member, Overflow, RoutingDocument
from ccbot.core.routing_document.entries import Destination
from tests.core.story import NOON, Story, replace_group, routing, without_groups
from tests.core.test_why import Written


def midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0)


def recorded(story: Written) -> Day:
    begins_at = midnight(NOON)
    recorder = Recorder(begins_at, begins_at + timedelta(days=1))
    for stamped in story.journal:
        recorder.take(stamped)
    day = recorder.day()
    assert day is not None
    return day


def talks(story: Story, after_s: float, talk_s: float) -> None:
    """Whoever is offered a call answers, and talks with her."""
    story.wait(after_s)
    made = story.offers[-1]
    story.connect()
    story.wait(talk_s)
    story.post(f.TalkEnded(call=made.call, agent=made.agent, by=f.EndedBy.CALLER))
    story.post(f.CallEnded(call=made.call, by=f.EndedBy.CALLER))


@pytest.fixture
def story() -> Written:
    """Two agents, the first idle for longer; four callers, of whom one leaves."""
    story = Written(routing())
    document = f.RoutingPublished(version=1, document=routing())
    story.journal = [f.Stamped(midnight(NOON) - timedelta(hours=1), document)]
    for number in ("1001", "1002"):
        story.agent(number)
        story.wait(60)
    story.caller("a", number="13800000001")
    talks(story, 4, 120)
    story.caller("b", number="13800000002")
    story.wait(4)
    story.connect()
    story.caller("c", number="13800000003")
    story.wait(20)
    story.post(f.CallEnded(call=CallId("c"), by=f.EndedBy.CALLER))
    story.wait(5)
    story.caller("d", number="13800000004")
    talks(story, 4, 50)
    made = next(one for one in story.offers if one.call == "b")
    story.post(f.TalkEnded(call=made.call, agent=made.agent, by=f.EndedBy.AGENT))
    story.post(f.CallEnded(call=made.call, by=f.EndedBy.SYSTEM))
    return story


def rounded(fates: dict[CallId, Fate]) -> dict[str, tuple[str, str | None, int]]:
    return {call: (one.end.value, one.agent, round(one.wait_s)) for call, one in fates.items()}


AS_IT_WAS = {
    "a": ("answered", "1001", 4),
    "b": ("answered", "1002", 4),
    "c": ("left", None, 20),
    "d": ("answered", "1001", 4),
}


def test_with_the_document_of_the_day_it_is_as_it_was(story: Written) -> None:
    day = recorded(story)
    assert rounded({one.entered.call: one.was for one in day.arrivals}) == AS_IT_WAS
    assert rounded(rehearse(day, day.document)) == AS_IT_WAS
    assert list(differences(day, rehearse(day, routing()), rehearse(day, routing()))) == []


def test_another_strategy_gives_callers_to_other_agents(story: Written) -> None:
    day = recorded(story)
    members = {"1002": Member(), "1001": Member()}
    ordered = replace_group(routing(), "service", strategy="ordered", members=members)
    live, proposed = rehearse(day, day.document), rehearse(day, ordered)
    assert rounded(proposed)["a"] == ("answered", "1002", 4)
    assert next(one.call for one in differences(day, live, proposed)) == "a"


def hurried(then: str, group: str | None = None) -> RoutingDocument:
    way = Destination(then=then, group=group)  # type: ignore[arg-type]
    overflow = Overflow(waited_too_long=way)
    return replace_group(routing(), "service", wait_s_max=10, overflow=overflow)


def test_whoever_left_after_a_while_is_not_served_where_the_limit_comes_before(
    story: Written,
) -> None:
    day = recorded(story)
    assert rounded(rehearse(day, hurried("hang_up")))["c"] == ("not_served", None, 10)
    assert rounded(rehearse(day, hurried("voicemail")))["c"] == ("not_served", None, 10)


def test_an_overflow_leads_to_the_agents_of_the_other_group(story: Written) -> None:
    story.journal[1:1] = [
        f.Stamped(NOON - timedelta(hours=1), one)
        for one in (
            f.AgentConfigured(agent="2001", name="x", groups=("tech",)),  # type: ignore[arg-type]
            f.PhoneChanged(agent="2001", phone=f.Phone.IDLE),  # type: ignore[arg-type]
            f.AgentSignedIn(agent="2001"),  # type: ignore[arg-type]
        )
    ]
    fate = rehearse(recorded(story), hurried("group", "tech"))[CallId("c")]
    assert (fate.end, fate.agent, round(fate.wait_s)) == (End.ANSWERED, "2001", 15)


def test_whose_group_is_gone_asks_for_that_of_last_resort(story: Written) -> None:
    story.journal[1:1] = []
    document = without_groups(routing(), {"service"})
    fates = rehearse(recorded(story), document)
    assert {one.end for one in fates.values()} <= {End.NOT_SERVED, End.LEFT}


def test_who_was_there_when_the_day_began_is_there() -> None:
    story = Written(routing())
    story.journal[0] = f.Stamped(midnight(NOON) - timedelta(hours=2), story.journal[0].fact)
    story.now = midnight(NOON) - timedelta(hours=1)
    story.agent("1001")
    paused = story.agent("1002")
    story.post(f.AgentPaused(agent=paused, reason=f.Pause.MEAL))
    story.wait(7200)
    story.caller("a", number="13800000001")
    talks(story, 4, 10)
    day = recorded(story)
    assert rounded(rehearse(day, day.document)) == {"a": ("answered", "1001", 4)}


def test_figures_are_those_of_the_callers() -> None:
    some = [
        Fate(end=End.ANSWERED, wait_s=10, agent=None),
        Fate(end=End.ANSWERED, wait_s=30, agent=None),
        Fate(end=End.LEFT, wait_s=50),
        Fate(end=End.NOT_SERVED, wait_s=0),
    ]
    told = figures(some, in_time_s=20)
    assert (told.calls, told.answered, told.in_time, told.left, told.not_served) == (4, 2, 1, 1, 1)
    assert (told.mean_wait_s, told.longest_wait_s) == (20, 50)


def test_a_journal_without_a_document_tells_no_day() -> None:
    assert Recorder(NOON, NOON + timedelta(days=1)).day() is None
