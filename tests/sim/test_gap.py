"""Calls that came and went unseen: one row each, whenever the process dies."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from ccbot.clock import Ambient
from ccbot.core.calls import Stage
from ccbot.core.facts import CallEnded, CallEntered, EndedBy, Stamped
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId
from ccbot.core.records import record
from ccbot.core.routing_document import Hours
from ccbot.desk import Desk, Listener
from ccbot.pbx.leg_log import LegEvent
from ccbot.recovery import checkpoints
from ccbot.recovery.checkpoints import Checkpoints
from ccbot.recovery.gap import Gap
from tests.core.story import NOON, routing
from tests.sim.memory import SimKeeper, SimLegLog
from tests.store.stories import EvenRng, StillClock


class Died(BaseException):
    """The process ends here; nobody may catch it."""


class MortalKeeper(SimKeeper):
    """A keeper whose process dies before one of its steps; what was kept stays."""

    def __init__(self) -> None:
        super().__init__()
        self.steps_left: int | None = None

    def _step(self) -> None:
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise Died

    def save(self, key: str, value: bytes) -> None:
        self._step()
        super().save(key, value)

    def drop(self, key: str) -> None:
        self._step()
        super().drop(key)

    def together(self, listener: Listener) -> Listener:
        """The steps of this listener are on file with the fact, or none of them."""

        def in_one_step(stamped: Stamped) -> None:
            self._step()
            steps, self.steps_left = self.steps_left, None
            listener(stamped)
            self.steps_left = steps

        return in_one_step


class IdsOfOne:
    """Ids that no other process makes."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._count = 0

    def new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._process}-{self._count}"


class Process:
    """What one process knows; the keeper, the log and the facts outlive it."""

    def __init__(self, keeper: MortalKeeper, legs: list[LegEvent], facts: list[Stamped]) -> None:
        self.clock = StillClock(NOON)
        log = SimLegLog()
        for event in legs:
            log.write(event)
        self.log = log
        ids = IdsOfOne(len(facts))
        self.desk = Desk(Floor(routing()), clock=self.clock, ids=ids)
        kept = Checkpoints(self.desk.floor, keeper)
        kept.restore()
        self.desk.listen(keeper.together(kept.listen))
        self.desk.listen(facts.append)
        ambient = Ambient(clock=self.clock, ids=ids, rng=EvenRng())
        self.gap = Gap(leg_log=log, keeper=keeper, desk=self.desk, ambient=ambient)


def leg_event(
    leg: str, *, ended: bool, at_s: float, context: str = "from-trunk", caller: str = "13800001234"
) -> LegEvent:
    return LegEvent(
        leg=leg,
        at=NOON + timedelta(seconds=at_s),
        ended=ended,
        context=context,
        dialled="10000",
        caller=caller,
    )


def visit(leg: str, began_s: float, ended_s: float) -> list[LegEvent]:
    return [
        leg_event(leg, ended=False, at_s=began_s),
        leg_event(leg, ended=True, at_s=ended_s),
    ]


def rows(facts: list[Stamped]) -> list[tuple[str, datetime]]:
    """The legs of the calls that ended, in order, and when they did."""
    legs = {one.fact.call: one.fact.leg for one in facts if isinstance(one.fact, CallEntered)}
    return [(legs[one.fact.call], one.at) for one in facts if isinstance(one.fact, CallEnded)]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_call_that_nobody_saw_has_one_row_with_its_own_times() -> None:
    facts: list[Stamped] = []
    process = Process(MortalKeeper(), visit("a", -9, -4), facts)

    process.gap.read()
    process.gap.read()

    assert rows(facts) == [("a", at(-4))]
    entered = facts[0].fact
    assert isinstance(entered, CallEntered)
    assert (entered.arrived_at, entered.degraded, entered.test) == (at(-9), True, False)


def test_whoever_came_and_went_at_a_closed_door_has_the_times_of_her_own_too() -> None:
    facts: list[Stamped] = []
    process = Process(MortalKeeper(), visit("a", -9, -4), facts)
    floor = process.desk.floor
    closed = structs.replace(floor.routing.entries["main"], hours="never")
    floor.routing = structs.replace(
        floor.routing, hours={"never": Hours(week={})}, entries={"main": closed}
    )

    process.gap.read()
    row = record(facts)

    assert (row.outcome, row.entered_at, row.ended_at) == ("after_hours", at(-9), at(-4))


def seen(process: Process, leg: str) -> CallId:
    call = CallId(f"call of {leg}")
    process.desk.post(
        CallEntered(call=call, leg=leg, dialled_number="10000", entry="main", caller="1")
    )
    return call


def test_call_that_was_seen_has_no_second_row() -> None:
    facts: list[Stamped] = []
    keeper = MortalKeeper()
    process = Process(keeper, visit("a", -9, -4), facts)
    process.desk.post(CallEnded(call=seen(process, "a"), by=EndedBy.CALLER))

    process.gap.read()

    assert len(rows(facts)) == 1
    assert process.gap.ended_at("a") == at(-4)
    assert keeper.saved("leg a") == {}


def test_legs_are_not_remembered_for_ever_without_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor over restarts; but never is one forgotten whose call goes on."""
    monkeypatch.setattr(checkpoints, "LEGS_MAX", 3)
    keeper = MortalKeeper()
    for process in range(3):
        here = Process(keeper, [], [])
        if process == 0:
            seen(here, "long")
        for number in range(4):
            leg = f"leg-{process}-{number}"
            here.desk.post(CallEnded(call=seen(here, leg), by=EndedBy.CALLER))

    legs = {"leg long", *[f"leg leg-2-{number}" for number in (1, 2, 3)]}
    assert keeper.saved("leg ").keys() == legs


def test_end_is_left_alone_until_no_event_can_be_on_its_way() -> None:
    facts: list[Stamped] = []
    process = Process(MortalKeeper(), visit("a", -9, -0.5), facts)
    process.gap.read()
    assert facts == []

    process.clock.present = at(0.5)
    process.gap.read()

    assert rows(facts) == [("a", at(-0.5))]


def test_legs_of_agents_and_features_get_no_rows() -> None:
    facts: list[Stamped] = []
    legs = [
        leg_event("p", ended=False, at_s=-9, context="from-agents"),
        leg_event("p", ended=True, at_s=-8, context="from-agents"),
    ]
    process = Process(MortalKeeper(), legs, facts)

    process.gap.read()

    assert facts == []
    assert process.gap.ended_at("p") == at(-8)


def test_calls_that_nobody_saw_end_in_the_order_in_which_they_did() -> None:
    facts: list[Stamped] = []
    legs = sorted([*visit("a", -9, -3), *visit("b", -8, -5)], key=lambda one: one.at)

    Process(MortalKeeper(), legs, facts).gap.read()

    assert rows(facts) == [("b", at(-5)), ("a", at(-3))]


def test_log_that_says_everything_twice_makes_one_row() -> None:
    facts: list[Stamped] = []
    process = Process(MortalKeeper(), visit("a", -9, -4) * 2, facts)

    process.gap.read()
    for event in visit("a", -9, -4):
        process.log.write(event)
    process.gap.read()

    assert len(rows(facts)) == 1


def test_what_was_read_before_a_restart_and_not_settled_is_settled_after_it() -> None:
    facts: list[Stamped] = []
    keeper = MortalKeeper()
    legs = visit("a", -9, -0.5)
    Process(keeper, legs, facts).gap.read()
    again = Process(keeper, legs, facts)
    again.clock.present = at(2)

    again.gap.read()

    assert rows(facts) == [("a", at(-0.5))]


def test_call_that_began_before_a_restart_and_ended_after_it_keeps_its_beginning() -> None:
    facts: list[Stamped] = []
    keeper = MortalKeeper()
    legs = visit("a", -9, -4)
    Process(keeper, legs[:1], facts).gap.read()

    again = Process(keeper, legs, facts)
    assert again.gap.began_at("a") == at(-9)
    again.gap.read()

    assert rows(facts) == [("a", at(-4))]


def _deaths(play: Callable[[MortalKeeper], None]) -> Iterator[MortalKeeper]:
    """The keepers that are left when the process dies before each of its steps."""
    for steps in range(100):
        keeper = MortalKeeper()
        keeper.steps_left = steps
        try:
            play(keeper)
        except Died:
            keeper.steps_left = None
            yield keeper
        else:
            return
    pytest.fail("it never came to its end")


def test_death_at_any_step_of_a_reading_leaves_one_row_for_each_call() -> None:
    """One call was seen, two were not; the reading is repeated by the next process."""
    legs = [*visit("seen", -9, -4), *visit("a", -8, -3), *visit("b", -7, -2)]
    stories: list[list[Stamped]] = []

    def play(keeper: MortalKeeper) -> None:
        facts: list[Stamped] = []
        stories.append(facts)
        steps, keeper.steps_left = keeper.steps_left, None
        process = Process(keeper, legs, facts)
        process.desk.post(CallEnded(call=seen(process, "seen"), by=EndedBy.CALLER))
        keeper.steps_left = steps
        process.gap.read()

    deaths = 0
    for keeper in _deaths(play):
        deaths += 1
        facts = stories[-1]
        again = Process(keeper, legs, facts)
        again.gap.read()
        for call in list(again.desk.floor.calls.values()):  # what reconciling closes
            assert call.stage is Stage.GREETING
            again.desk.post(CallEnded(call=call.id, by=EndedBy.CALLER))

        legs_of_rows = sorted(leg for leg, _ in rows(facts))
        assert legs_of_rows == ["a", "b", "seen"], f"died before step {deaths}"
    assert deaths > 5
