"""Bugs to plant in a simulated day with supervisors."""

from collections.abc import Mapping

from ccbot.ari.transport import Reply
from ccbot.core import facts as f
from tests.sim.people import Pace
from tests.sim.planted import Result, afterwards
from tests.sim.sim_world import SimWorld

PACE = Pace(
    lasts_s=300,
    between_calls_s=6,
    agents=6,
    groups=("service", "tech", "quick"),
    hands_on=0.5,
    supervisors=3,
)


def whispers_go_both_ways(world: SimWorld) -> None:
    """As Asterisk would do if it was asked so."""
    right = world.asterisk.request

    async def wrong(method: str, path: str, query: Mapping[str, str], body: bytes | None) -> Reply:
        loud = {"whisper": "both"} if query.get("whisper") == "out" else {}
        return await right(method, path, {**query, **loud}, body)

    world.asterisk.request = wrong  # type: ignore[method-assign]


def supervisors_rooms_are_left(world: SimWorld) -> None:
    """The order to take them down is lost, by ccbot itself and by its audit."""
    right = world.asterisk.request

    async def wrong(method: str, path: str, query: Mapping[str, str], body: bytes | None) -> Reply:
        if method == "DELETE" and path.startswith("/bridges/ccbot-ear-"):
            return Reply(204, b"")
        return await right(method, path, query, body)

    world.asterisk.request = wrong  # type: ignore[method-assign]


def who_takes_over_is_free_at_once(world: SimWorld) -> None:
    """And his customer is nobody's."""

    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.CallTakenOver)
        if decisions is not None:
            world.centre.desk.floor.calls[fact.call].agent = fact.agent
        return decisions

    afterwards(world, f.CallTakenOver, bug)
