"""After any facts, a floor that is put back from its checkpoints is the same floor."""

from dataclasses import MISSING, fields, replace
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis.stateful import invariant
from structlog.testing import capture_logs

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import Call, Stage
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId
from ccbot.recovery.checkpoints import AGENT, CALL, LEG, Checkpoints
from tests.core.story import Story
from tests.core.test_floor_at_random import RandomFloor, routing
from tests.sim.memory import SimKeeper


def restored(keeper: SimKeeper) -> Floor:
    """The floor of the next process."""
    floor = Floor(RandomFloor.document())
    Checkpoints(floor, keeper).restore()
    return floor


def agents_without_phones(floor: Floor) -> dict[AgentId, Agent]:
    return {one.id: replace(one, phone=f.Phone.IDLE) for one in floor.agents.values()}


def calls_without_patience(floor: Floor) -> dict[CallId, Call]:
    """The patience of callers whom nobody can reach begins anew, since all phones do."""
    return {
        one.id: replace(one, unreachable_since=None, not_ready_since=None)
        for one in floor.calls.values()
    }


class KeptFloor(RandomFloor):
    """The floor at random, with a keeper."""

    def __init__(self) -> None:
        self.keeper = SimKeeper()
        super().__init__()

    def _keep_what_is_applied(self, floor: Floor) -> None:
        super()._keep_what_is_applied(floor)
        apply = floor.apply
        checkpoints = Checkpoints(floor, self.keeper)

        def kept(fact: f.AnyFact, now: Any) -> object:
            decisions = apply(fact, now)
            if decisions is not None:
                checkpoints.listen(f.Stamped(now, fact))
            return decisions

        floor.apply = kept  # type: ignore[method-assign, assignment]

    @invariant()
    def the_next_process_finds_everybody_where_they_are(self) -> None:
        floor, again = self.story.floor, restored(self.keeper)
        assert agents_without_phones(again) == agents_without_phones(floor)
        assert calls_without_patience(again) == calls_without_patience(floor)
        assert again.offers == floor.offers
        assert again.acquaintance == floor.acquaintance
        assert again.places == floor.places


TestKeptFloor = KeptFloor.TestCase
TestKeptFloor.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, derandomize=True
)


def a_talk() -> tuple[Story, SimKeeper]:
    """Agent 1001 talks to ``first``, ``second`` waits, and all of it is on file."""
    story, keeper = Story(), SimKeeper()
    story.agent("1001")
    story.caller("first")
    story.connect()
    story.caller("second")
    keep(story, keeper)
    return story, keeper


def keep(story: Story, keeper: SimKeeper) -> None:
    """Put everybody on file as they stand."""
    checkpoints = Checkpoints(story.floor, keeper)
    for made in story.offers:
        if made.offer in story.floor.offers:
            checkpoints.listen(f.Stamped(story.now, made))
    for agent in story.floor.agents:
        checkpoints.listen(f.Stamped(story.now, f.AgentTakenUp(agent=agent)))
    for call in story.floor.calls:
        checkpoints.listen(f.Stamped(story.now, f.CallTakenUp(call=call)))


def rewrite(keeper: SimKeeper, key: str, value: object) -> None:
    keeper.save(key, msgspec.json.encode(value))


NEW_FIELDS = [
    (kind, one.name)
    for kind in (Agent, Call)
    for one in fields(kind)
    if one.default is not MISSING or one.default_factory is not MISSING
]


@pytest.mark.parametrize(
    ("kind", "name"), NEW_FIELDS, ids=[f"{kind.__name__}.{name}" for kind, name in NEW_FIELDS]
)
def test_value_of_an_older_version_lacks_fields_and_is_read(
    kind: type[Agent | Call], name: str
) -> None:
    _, keeper = a_talk()
    key = f"{AGENT}1001" if kind is Agent else f"{CALL}second"
    value = msgspec.json.decode(keeper.saved(key)[key])
    del (value if kind is Agent else value["call"])[name]
    rewrite(keeper, key, value)

    floor = Floor(routing())
    with capture_logs():
        Checkpoints(floor, keeper).restore()

    assert floor.agents.keys() == {"1001"}
    assert "second" in floor.calls or (kind, name) == (Call, "stage")


def test_value_of_a_newer_version_has_more_fields_and_is_read() -> None:
    story, keeper = a_talk()
    for key, saved in (keeper.saved(AGENT) | keeper.saved(CALL)).items():
        rewrite(keeper, key, msgspec.json.decode(saved) | {"of_tomorrow": 1})

    assert restored(keeper).calls.keys() == story.floor.calls.keys()


@pytest.mark.parametrize("key", [f"{AGENT}1001", f"{CALL}first"])
def test_value_that_cannot_be_read_costs_that_talk_alone(key: str) -> None:
    """ccbot starts; that call ends with an apology."""
    _, keeper = a_talk()
    keeper.save(key, b'{"id":1}')
    keeper.save(f"{LEG}first", b"first")
    with capture_logs() as logs:
        floor = restored(keeper)

    stages = {one.id: (one.stage, one.leg) for one in floor.calls.values()}
    assert stages == {"first": (Stage.BROKEN, "first"), "second": (Stage.WAITING, "second")}
    assert [one.state for one in floor.agents.values()] in ([], [AgentState.READY])
    assert {one["log_level"] for one in logs} == {"error"}


@pytest.mark.parametrize("lost", [f"{AGENT}1001", f"{CALL}first"])
@pytest.mark.parametrize("stage", ["rings", "talks"])
def test_half_of_a_pair_that_is_on_file_alone_is_free_again(stage: str, lost: str) -> None:
    """A disk that took no more for a while can leave the two at odds."""
    story, keeper = Story(), SimKeeper()
    agent = story.agent("1001")
    story.caller("first")
    if stage == "talks":
        story.connect()
    keep(story, keeper)
    keeper.drop(lost)
    with capture_logs():
        floor = restored(keeper)

    assert [one.stage for one in floor.calls.values()] == [Stage.BROKEN] * (lost[:5] == AGENT[:5])
    assert floor.offers == {}
    if agent in floor.agents:
        one = floor.agents[agent]
        assert (one.state, one.offer, one.call) == (AgentState.READY, None, None)
