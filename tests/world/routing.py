"""The routing document of the scenarios: the default one, and two groups of their own."""

import msgspec

from ccbot.core.routing_document import Entry, Group, RoutingDocument
from ccbot.store.routing_file import DEFAULT, parse
from tests.world.world import QUICK_ENTRY, SHORT_ENTRY


def routing() -> RoutingDocument:
    """``short`` has small limits and no menu; ``quick`` no wrap-up, and a menu of its own."""
    document = parse(DEFAULT.read_text(encoding="utf-8"), "default")
    short = Group(name="short", wait_s_max=20, callers_max=2, ring_s=5, wrap_up_s=2, comfort_s=8)
    short = msgspec.structs.replace(short, announce_position=False)
    quick = Group(name="quick", wrap_up_s=0, survey="quick")
    menu = msgspec.structs.replace(document.menus["main"], keys={"1": "quick"})
    survey = msgspec.structs.replace(document.surveys["satisfaction"], talk_s_min=0)
    return msgspec.structs.replace(
        document,
        numbers={SHORT_ENTRY: "short", QUICK_ENTRY: "quick"},
        entries={
            **document.entries,
            "short": Entry(prompts=("welcome.main",), group="short"),
            "quick": msgspec.structs.replace(document.entries["main"], menu="quick"),
        },
        menus={**document.menus, "quick": menu},
        groups={**document.groups, "short": short, "quick": quick},
        surveys={**document.surveys, "quick": survey},
    )
