"""A snapshot has everything of the floor that a decision may depend on."""

from ccbot.core.floor import Floor
from ccbot.core.snapshot import Snapshot
from tests.core.story import routing

TAKEN = {
    "routing": "routing",
    "routing_version": "version",
    "gone_groups": "gone_groups",
    "agents": "agents",
    "calls": "calls",
    "offers": "offers",
    "acquaintance": "known",
    "places": "places",
}
"""What the floor calls it → what the snapshot calls it."""

LEFT_OUT = {"handling", "_latest", "_rules"}
"""Estimates of the wait, and what is no state: they decide nothing of who gets whom."""


def test_nothing_of_the_floor_is_forgotten() -> None:
    assert set(vars(Floor(routing()))) == TAKEN.keys() | LEFT_OUT
    assert set(Snapshot.__struct_fields__) == set(TAKEN.values())
