"""Whoever lost her line while she waited has her place back if she calls again soon."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from ccbot.core import facts as f
from ccbot.core import places
from ccbot.core.calls import Stage
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId, GroupKey
from ccbot.recovery.checkpoints import Checkpoints
from tests.core.story import Story, replace_group, routing
from tests.sim.memory import SimKeeper

ANNE, BEA = "13800000001", "13800000002"


def busy() -> Story:
    """Everybody is resting: callers wait."""
    story = Story()
    for number, group in (("1001", "service"), ("2001", "tech")):
        agent = story.agent(number, group)
        story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    return story


def hangs_up(story: Story, call: CallId) -> None:
    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))


def since(story: Story, call: CallId) -> datetime:
    return story.floor.calls[call].in_line_since


def test_she_stands_where_she_stood() -> None:
    story = busy()
    first = story.caller("first", number=ANNE)
    began = story.now
    story.wait(10)
    second = story.caller("second", number=BEA)
    hangs_up(story, first)
    story.wait(60)
    again = story.caller("again", number=ANNE)

    call = story.floor.calls[again]
    assert (call.in_line_since, call.waiting_since) == (began, story.now)
    assert story.floor.ahead_of(call, story.now) == 0
    assert story.floor.ahead_of(story.floor.calls[second], story.now) == 1


@pytest.mark.parametrize(("away_s", "has_it_back"), [(120, True), (121, False)])
def test_it_is_kept_for_a_while(away_s: float, has_it_back: bool) -> None:
    story = busy()
    first, began = story.caller("first", number=ANNE), story.now
    hangs_up(story, first)
    story.wait(away_s)
    again = story.caller("again", number=ANNE)

    assert since(story, again) == (began if has_it_back else story.now)


@pytest.mark.parametrize("number", ["", "anonymous", "12"])
def test_a_withheld_number_keeps_nothing(number: str) -> None:
    story = busy()
    hangs_up(story, story.caller("first", number=number))
    story.wait(1)
    again = story.caller("again", number=number)

    assert since(story, again) == story.now


def test_it_is_given_back_once_and_to_nobody_else() -> None:
    story = busy()
    first, began = story.caller("first", number=ANNE), story.now
    hangs_up(story, first)
    story.wait(1)

    assert since(story, story.caller("other", number=BEA)) == story.now
    assert since(story, story.caller("elsewhere", "tech", number=ANNE)) == story.now
    assert since(story, story.caller("again", number=ANNE)) == began
    assert since(story, story.caller("twice", number=ANNE)) == story.now


def test_with_the_code_of_the_country_it_is_the_same_customer() -> None:
    story = busy()
    first, began = story.caller("first", number=f"+86{ANNE}"), story.now
    hangs_up(story, first)
    story.wait(1)

    assert since(story, story.caller("again", number=ANNE)) == began


def test_a_line_that_drops_twice_keeps_the_first_place() -> None:
    story = busy()
    first, began = story.caller("first", number=ANNE), story.now
    hangs_up(story, first)
    story.wait(100)
    hangs_up(story, story.caller("again", number=ANNE))
    story.wait(100)

    assert since(story, story.caller("once more", number=ANNE)) == began


def test_whoever_was_served_or_given_up_keeps_no_place() -> None:
    story = Story()
    story.agent("1001")
    hangs_up(story, story.caller("rung", number=ANNE))
    assert len(story.floor.places.kept) == 1  # an agent's phone rang: she had waited in vain

    talked = story.caller("talked", number=BEA)
    story.connect()
    hangs_up(story, talked)
    given_up = story.caller("given up", "tech", number=BEA)
    assert story.floor.calls[given_up].stage is Stage.LEAVING
    hangs_up(story, given_up)

    assert list(story.floor.places.kept) == [(GroupKey("service"), ANNE)]


def test_nothing_is_kept_where_the_group_keeps_no_places() -> None:
    story = Story(replace_group(routing(), "service", place_kept_s=0))
    story.post(f.AgentPaused(agent=story.agent("1001"), reason=f.Pause.REST))
    hangs_up(story, story.caller("first", number=ANNE))

    assert not story.floor.places.kept


def test_the_oldest_place_is_forgotten_here_and_on_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PLACES_MAX", 2)
    story, keeper = busy(), SimKeeper()
    checkpoints = Checkpoints(story.floor, keeper)
    for number in ("13800000001", "13800000002", "13800000003"):
        hangs_up(story, story.caller(number, number=number))
        ended = f.CallEnded(call=CallId(number), by=f.EndedBy.CALLER)
        checkpoints.listen(f.Stamped(story.now, ended))

    again = Floor(routing())
    Checkpoints(again, keeper).restore()

    assert [number for _, number in story.floor.places.kept] == ["13800000002", "13800000003"]
    assert again.places == story.floor.places
    assert list(again.places.kept) == list(story.floor.places.kept)


def test_the_place_outlives_an_overflow_on_the_way() -> None:
    """She is in the other group's queue when the line drops, with the time of both."""
    found = replace_group(routing(), "service", wait_s_max=60)
    story = Story(replace(found))
    for number, group in (("1001", "service"), ("2001", "tech")):
        story.post(f.AgentPaused(agent=story.agent(number, group), reason=f.Pause.REST))
    first, began = story.caller("first", number=ANNE), story.now
    story.wait(60)
    tech = GroupKey("tech")
    story.post(f.CallQueued(call=first, group=tech, by=f.GroupChosenBy.OVERFLOW))
    hangs_up(story, first)

    assert since(story, story.caller("again", "tech", number=ANNE)) == began
