"""The routing document of the faults: straight to the point, and nobody rests."""

from msgspec.structs import replace

from ccbot.core.routing_document import Entry, Group, RoutingDocument
from tests.world.routing import routing

LANES = 10
USED_AT_ONCE = 5
"""Lanes whose phones keep dialling: more, and the phones wait for this machine, not for ccbot.
No multiple of the kinds of cases that are dealt out to them in turn."""
RING_S = 3.0
"""In a lane a phone rings so long: the least that a document may say."""

TALK_ENTRY = "10201"
"""Straight into the group ``talk``: a phone rings for a long time."""

QUEUE_ENTRY = "10202"
"""Straight into the group ``queue``."""

MENU_ENTRY = "10203"
"""A menu, and nothing before it."""

FULL_ENTRY = "10204"
"""A group that takes one caller and keeps her for a moment only."""


def lane(number: int) -> str:
    """The group of a lane."""
    return f"lane{number}"


def lane_entry(number: int) -> str:
    """A dialled number that leads straight into a lane."""
    return str(10_300 + number)


def faulty_routing() -> RoutingDocument:
    """Groups without greeting, wrap-up, survey or comfort, so that each case is short."""
    plain = Group(
        name="plain",
        ring_s=60.0,
        wrap_up_s=0,
        answer_guard_s=0,
        misses_until_not_ready=10,
        no_answer_rest_s=0,
        decline_rest_s=0,
        offer_again_s=0,
        comfort_s=600.0,
        announce_position=False,
        greeting="live",
        whisper=False,
        survey=None,
    )
    groups = {"talk": plain, "queue": plain, "full": replace(plain, empty_s_max=3.0)}
    groups |= {lane(n): replace(plain, ring_s=RING_S) for n in range(LANES)}
    straight = {key: Entry(prompts=(), group=key) for key in groups}
    numbers = {TALK_ENTRY: "talk", QUEUE_ENTRY: "queue", FULL_ENTRY: "full", MENU_ENTRY: "brief"}
    numbers |= {lane_entry(n): lane(n) for n in range(LANES)}
    document = routing()
    return replace(
        document,
        numbers={**document.numbers, **numbers},
        entries={**document.entries, **straight, "brief": Entry(prompts=(), menu="main")},
        groups={**document.groups, **groups},
    )
