"""The floor as a text: where a replay of the journal may begin, instead of at its first fact."""

import msgspec

from ccbot.core.acquaintance import Served, known_as
from ccbot.core.agents import Agent
from ccbot.core.calls import Call, Offer
from ccbot.core.floor import Floor
from ccbot.core.ids import GroupKey
from ccbot.core.places import Place
from ccbot.core.routing_document import Group, RoutingDocument


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that who gets whom may depend on."""

    version: int | None
    routing: RoutingDocument
    gone_groups: dict[GroupKey, Group]
    agents: list[Agent]
    calls: list[Call]
    offers: list[Offer]
    known: list[tuple[GroupKey, str, Served]] = []
    """Who served whom last, in order of time; empty where no group holds a caller for an agent."""
    places: list[tuple[GroupKey, str, Place]] = []


def snapshot(floor: Floor) -> str:
    """The floor as it is, as JSON."""
    held = any(group.preferred_hold_s > 0 for group in floor.routing.groups.values())
    known = floor.acquaintance.last.items() if held else ()
    taken = Snapshot(
        version=floor.routing_version,
        routing=floor.routing,
        gone_groups=floor.gone_groups,
        agents=list(floor.agents.values()),
        calls=list(floor.calls.values()),
        offers=list(floor.offers.values()),
        known=[(group, number, served) for (group, number), served in known],
        places=[(group, number, one) for (group, number), one in floor.places.kept.items()],
    )
    return msgspec.json.encode(taken).decode()


def floor_of(text: str) -> Floor:
    """The floor of a snapshot; ``msgspec.ValidationError`` if it is none of ours."""
    taken = msgspec.json.decode(text, type=Snapshot)
    floor = Floor(taken.routing)
    floor.routing_version, floor.gone_groups = taken.version, taken.gone_groups
    floor.agents = {one.id: one for one in taken.agents}
    floor.calls = {one.id: one for one in taken.calls}
    floor.offers = {one.id: one for one in taken.offers}
    for group, number, served in taken.known:
        floor.acquaintance.remember(known_as(group, number), served)
    for group, number, place in taken.places:
        floor.places.remember(known_as(group, number), place)
    return floor
