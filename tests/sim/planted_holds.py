"""Bugs to plant in a simulated day: the hold button of agents' phones."""

from ccbot.ari.events import Event, Unknown
from ccbot.ari.generated.events import ChannelHold, ChannelUnhold
from tests.sim.sim_world import SimWorld


def phones_that_hold_are_not_heeded(world: SimWorld) -> None:
    _deaf_to(world, ChannelHold)


def phones_that_come_back_are_not_heeded(world: SimWorld) -> None:
    _deaf_to(world, ChannelUnhold)


def _deaf_to(world: SimWorld, kind: type[ChannelHold | ChannelUnhold]) -> None:
    exchange = world.centre.exchange
    right = exchange.deliver

    def wrong(event: Event | Unknown) -> None:
        if not isinstance(event, kind):
            right(event)

    exchange.deliver = wrong  # type: ignore[method-assign]
