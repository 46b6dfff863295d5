"""Bugs to plant in a simulated day: holds, consultations and transfers."""

from ccbot.core import facts as f
from ccbot.core.decisions import WakeAt
from tests.sim.planted import Result, afterwards, without
from tests.sim.sim_world import SimWorld


def nobody_is_let_go_after_a_consultation(world: SimWorld) -> None:
    floor = world.centre.desk.floor
    right = floor.apply

    def wrong(fact: f.AnyFact, now: object) -> Result:
        call = floor.calls.get(fact.call) if isinstance(fact, f.ConsultEnded) else None
        target = call.transfer.target if call is not None and call.transfer is not None else None
        decisions = right(fact, now)  # type: ignore[arg-type]
        if target is not None and decisions is not None and (agent := floor.agents.get(target)):
            agent.state = type(agent.state).TALKING
        return decisions

    floor.apply = wrong  # type: ignore[method-assign]


def transfers_are_never_given_up(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return without(decisions, lambda one: isinstance(one, WakeAt) and one.key[0] == "transfer")

    afterwards(world, f.TransferAsked, bug)


def who_gave_advice_wraps_up(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.ConsultStarted)
        call = world.centre.desk.floor.calls.get(fact.call)
        if call is not None and call.transfer is not None:
            call.transfer.met = True
        return decisions

    afterwards(world, f.ConsultStarted, bug)


def who_is_handed_on_stands_at_the_end(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.CallQueued)
        call = world.centre.desk.floor.calls.get(fact.call)
        if call is not None and fact.by is f.GroupChosenBy.TRANSFER:
            call.at_head = False
        return decisions

    afterwards(world, f.CallQueued, bug)


def senders_are_free_at_once(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.SenderLeft)
        agent = world.centre.desk.floor.agents.get(fact.agent)
        if agent is not None and decisions is not None:
            agent.state = type(agent.state).READY
        return decisions

    afterwards(world, f.SenderLeft, bug)
