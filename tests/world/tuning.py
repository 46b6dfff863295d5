"""The scenarios' groups that say who gets whom in ways of their own."""

from ccbot.core.ids import AgentId
from ccbot.core.routing_document import AgentSkills, Entry, Group, Member, Relax, Skills
from tests.world.world import KNOWN_ENTRY, LADDER_ENTRY, SINGLE_ENTRY, SKILLED_ENTRY

ABLE, UNABLE = "1911", "1912"
"""The one speaks English, the other does not."""

FIRST, SECOND = "1913", "1914"
"""The order of the ladder; the second one is asked for callers who have waited ``LADDER_S``."""

RELAXED_S = 5.0
LADDER_S = 5.0
HOLD_S = 8.0
KNOWN_WRAP_UP_S = 4.0

NUMBERS = {
    SKILLED_ENTRY: "skilled",
    LADDER_ENTRY: "ladder",
    KNOWN_ENTRY: "known",
    SINGLE_ENTRY: "single",
}
ENTRIES = {key: Entry(prompts=("welcome.main",), group=key) for key in NUMBERS.values()}
AGENTS = {AgentId(ABLE): AgentSkills(skills={"english": 3})}


def _group(name: str, wrap_up_s: float = 1.0, **changes: object) -> Group:
    values = {"survey": None, "wrap_up_s": wrap_up_s, "announce_position": False, **changes}
    return Group(name=name, **values)  # type: ignore[arg-type]


GROUPS = {
    "skilled": _group(
        "skilled", skills=Skills(requires={"english": 2}, relax=(Relax(after_s=RELAXED_S),))
    ),
    "ladder": _group(
        "ladder",
        strategy="ordered",
        members={AgentId(FIRST): Member(), AgentId(SECOND): Member(delay_s=LADDER_S)},
    ),
    "known": _group("known", KNOWN_WRAP_UP_S, preferred_hold_s=HOLD_S),
    "single": _group("single", talks_max=1),
}
