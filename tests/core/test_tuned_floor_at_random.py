"""Any facts in any order, where the document says in every way who gets whom."""

from hypothesis import settings
from msgspec.structs import replace

from ccbot.core.ids import AgentId
from ccbot.core.routing_document import AgentSkills, Member, Relax, RoutingDocument, Skills
from tests.core.story import replace_group
from tests.core.test_floor_at_random import RandomFloor


class TunedFloor(RandomFloor):
    """Skills that relax, delays, a limit of talks, and callers who wait for whom they know."""

    @staticmethod
    def document() -> RoutingDocument:
        """Time alone makes agents eligible in both groups."""
        document = replace_group(
            RandomFloor.document(),
            "service",
            strategy="round_robin",
            skills=Skills(
                requires={"english": 3},
                relax=(Relax(after_s=10, requires={"english": 1}), Relax(after_s=60)),
            ),
            members={AgentId("1002"): Member(delay_s=15, priority=2)},
            talks_max=1,
            ageing_s=10,
        )
        document = replace_group(document, "tech", preferred_hold_s=15, wrap_up_s=5, weight=2)
        return replace(document, agents={AgentId("1001"): AgentSkills(skills={"english": 2})})


TestTunedFloor = TunedFloor.TestCase
TestTunedFloor.settings = settings(
    max_examples=60, stateful_step_count=50, deadline=None, derandomize=True
)
