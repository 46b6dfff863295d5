"""Whom a customer knows: remembered over a restart, and not without end."""

import pytest

from ccbot.core import acquaintance
from ccbot.core import facts as f
from ccbot.core.acquaintance import Acquaintance
from ccbot.core.floor import Floor
from ccbot.recovery import known
from ccbot.recovery.checkpoints import Checkpoints
from tests.core.story import Story, routing
from tests.sim.memory import SimKeeper


def a_talk(story: Story, kept: Checkpoints, number: str, *, test: bool = False) -> None:
    """A customer is served once."""
    call = story.caller(f"call-{len(story.offers)}", number=number, test=test)
    made = story.offers[-1]
    kept.listen(f.Stamped(story.now, made))
    story.connect()
    kept.listen(f.Stamped(story.now, f.TalkStarted(offer=made.offer)))
    story.post(f.TalkEnded(call=call, agent=made.agent, by=f.EndedBy.AGENT))
    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    story.post(f.WrapUpEnded(agent=made.agent))
    kept.listen(f.Stamped(story.now, f.CallEnded(call=call, by=f.EndedBy.CALLER)))


def restored(keeper: SimKeeper) -> Acquaintance:
    """What a process after this one knows."""
    floor = Floor(routing())
    Checkpoints(floor, keeper).restore()
    return floor.acquaintance


def served(
    monkeypatch: pytest.MonkeyPatch, *numbers: str, known_max: int = 9
) -> tuple[Story, SimKeeper]:
    """Customers who were served, one after the other."""
    for module in (acquaintance, known):
        monkeypatch.setattr(module, "KNOWN_MAX", known_max)
    story, keeper = Story(), SimKeeper()
    kept = Checkpoints(story.floor, keeper)
    story.agent("1001")
    for number in numbers:
        a_talk(story, kept, number)
        story.wait(1)
    return story, keeper


def test_a_restart_forgets_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    story, keeper = served(monkeypatch, "13800000001", "13800000002", "13800000001")
    assert restored(keeper) == story.floor.acquaintance
    assert list(restored(keeper).last) == list(story.floor.acquaintance.last)


def test_the_oldest_acquaintance_is_forgotten_here_and_on_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, keeper = served(monkeypatch, "1", "2", "3", known_max=2)
    known = [number for _, number in story.floor.acquaintance.last]
    assert known == ["2", "3"]
    assert len(keeper.saved("known ")) == 2
    assert restored(keeper) == story.floor.acquaintance


def test_withheld_numbers_and_test_calls_are_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    story, keeper = served(monkeypatch, "")
    a_talk(story, Checkpoints(story.floor, keeper), "13800000001", test=True)
    assert story.floor.acquaintance == Acquaintance()
    assert not keeper.saved("known ")


def test_with_the_code_of_the_country_it_is_the_same_customer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, keeper = served(monkeypatch, "+8613800000001", "13800000001")
    assert [number for _, number in story.floor.acquaintance.last] == ["13800000001"]
    assert restored(keeper) == story.floor.acquaintance


def test_who_is_on_file_with_the_code_of_the_country_is_known_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, keeper = served(monkeypatch, "13800000001")
    [(key, value)] = keeper.saved("known ").items()
    keeper.drop(key)
    keeper.save(key.replace("138", "+86138"), value)
    assert restored(keeper) == story.floor.acquaintance
