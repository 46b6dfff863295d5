"""Bugs to plant in a simulated day: flags on calls."""

from collections.abc import Sequence
from dataclasses import replace

from ccbot.core import facts as f
from ccbot.core.records import CallRecord
from tests.sim.planted import Result, afterwards
from tests.sim.sim_world import SimWorld


def calls_are_flagged_again_and_again(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.CallFlagged)
        if call := world.centre.desk.floor.calls.get(fact.call):
            call.flags.clear()
        return decisions

    afterwards(world, f.CallFlagged, bug)


def rows_lose_their_flags(world: SimWorld) -> None:
    right = world.journal.row_of

    def wrong(facts: Sequence[f.Stamped]) -> CallRecord:
        return replace(right(facts), flags=())

    world.journal.row_of = wrong
