"""A document in which everything that says who gets whom is in use."""

from msgspec.structs import replace

from ccbot.core.ids import AgentId
from ccbot.core.routing_document import (
    AgentSkills,
    Member,
    Relax,
    RoutingDocument,
    Skills,
)
from tests.sim.people import REGULARS, Pace
from tests.world.routing import routing

GROUPS = ("service", "tech", "marketing", "quick", "short", "survey5")
TUNED_PACES = {
    "calm": Pace(lasts_s=900, between_calls_s=8, agents=12, groups=GROUPS[:3]),
    "busy": Pace(lasts_s=900, between_calls_s=5, agents=12, groups=GROUPS),
    "stormy": Pace(lasts_s=240, between_calls_s=0.5, agents=8, groups=GROUPS),
}
"""Days in which several agents of a group have time at once, some, and none."""

ENGLISH = Skills(
    requires={"english": 3},
    relax=(Relax(after_s=6, requires={"english": 1}), Relax(after_s=15, requires={})),
)


def tuned() -> RoutingDocument:
    """Each group of the scenarios has another strategy, and rules of its own."""
    document = routing()
    groups = {**document.groups}
    for key, group in groups.items():
        groups[key] = replace(group, wrap_up_s=5, misses_until_not_ready=3)
    changes: dict[str, dict[str, object]] = {
        "service": {
            "strategy": "round_robin",
            "members": {
                AgentId("1003"): Member(delay_s=4),
                AgentId("1004"): Member(priority=2, delay_s=8),
                **{AgentId(f"{n}"): Member(priority=2) for n in range(1006, 1013, 2)},
            },
            "preferred_hold_s": 12,
        },
        "tech": {"strategy": "fewest_calls", "skills": ENGLISH, "ageing_s": 5, "priority": 1},
        "marketing": {
            "strategy": "ordered",
            "members": {AgentId("1005"): Member(), AgentId("1001"): Member()},
            "weight": 3,
            "talks_max": 1,
        },
        "quick": {
            "strategy": "weighted_random",
            "members": {AgentId("1001"): Member(weight=5)},
            "talks_max": 2,
            "ageing_s": 10,
        },
        "short": {"preferred_hold_s": 3, "preferred_days": 1, "priority": 2},
        "survey5": {"skills": Skills(requires={"english": 2}), "preferred_hold_s": 8},
    }
    for key, change in changes.items():
        groups[key] = replace(groups[key], **change)
    entry = document.entries["main"]
    return replace(
        document,
        groups=groups,
        entries={
            **document.entries,
            "main": replace(entry, requires={"billing": 1}),
            "quick": replace(document.entries["quick"], priority=1),
        },
        customers=replace(document.customers, vip=REGULARS[:3], vip_priority=2),
        agents={
            AgentId(f"{1001 + n}"): AgentSkills(
                skills={"english": n % 5 or 1, "billing": n % 2 + 1} if n % 4 else {"billing": 1}
            )
            for n in range(11)
        },
    )
