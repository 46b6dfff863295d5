"""A floor that takes no heed of something in its document: bugs to plant."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from msgspec.structs import replace

from ccbot.core.decisions import Propose
from ccbot.core.floor import Floor
from ccbot.core.ids import GroupKey
from ccbot.core.routing import match
from ccbot.core.routing_document import Customers, Group, RoutingDocument, Skills
from tests.sim.sim_world import SimWorld


class Twisted:
    """The floor, seen with another document."""

    def __init__(self, floor: Floor, routing: RoutingDocument) -> None:
        self._floor = floor
        self.routing = routing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._floor, name)

    def group(self, key: GroupKey) -> Group:
        """As the other document has it."""
        return self.routing.groups[key]


def decides_by(world: SimWorld, document: RoutingDocument) -> None:
    """The floor proposes as another document would have it."""
    floor = world.centre.desk.floor
    twisted = cast("Floor", Twisted(floor, document))

    def wrong(now: datetime) -> list[Propose]:
        found = match(twisted, now)
        return [Propose(found.call.id, found.agents[0].id)] if found else []

    floor.proposal = wrong  # type: ignore[method-assign]


def groups_have(**changes: object) -> Callable[[SimWorld], None]:
    """Every group has these settings instead of its own."""

    def plant(world: SimWorld) -> None:
        document = world.routing
        groups = {key: replace(one, **changes) for key, one in document.groups.items()}
        decides_by(world, replace(document, groups=groups))

    plant.__name__ = " ".join(f"{name} is {value}" for name, value in changes.items())
    return plant


def nobody_is_a_vip(world: SimWorld) -> None:
    """The VIP list has no effect."""
    decides_by(world, replace(world.routing, customers=Customers(vip_priority=0)))


def nobody_has_a_tier(world: SimWorld) -> None:
    """Members have delays, but no priorities."""
    groups = {
        key: replace(
            group, members={one: replace(how, priority=1) for one, how in group.members.items()}
        )
        for key, group in world.routing.groups.items()
    }
    decides_by(world, replace(world.routing, groups=groups))


def nobody_is_delayed(world: SimWorld) -> None:
    """Members have priorities, but no delays."""
    groups = {
        key: replace(
            group, members={one: replace(how, delay_s=0.0) for one, how in group.members.items()}
        )
        for key, group in world.routing.groups.items()
    }
    decides_by(world, replace(world.routing, groups=groups))


def skills_never_relax(world: SimWorld) -> None:
    """The steps have no effect."""
    groups = {
        key: replace(group, skills=Skills(requires=group.skills.requires))
        for key, group in world.routing.groups.items()
    }
    decides_by(world, replace(world.routing, groups=groups))
