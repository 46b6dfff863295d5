"""The routing document of the scenarios: the default one, and two groups of their own."""

import msgspec

from ccbot.core.routing_document import Entry, Group, RoutingDocument
from ccbot.store.routing_file import DEFAULT, parse
from tests.world.world import (
    BILINGUAL_ENTRY,
    FORMAL_ENTRY,
    LIVE_ENTRY,
    MAIN_NUMBERS,
    QUICK_ENTRY,
    SHORT_ENTRY,
)


def routing() -> RoutingDocument:
    """``short`` has small limits and no menu; ``quick`` no wrap-up, and a menu of its own."""
    document = parse(DEFAULT.read_text(encoding="utf-8"), "default")
    groups = {
        "short": Group(
            name="short",
            wait_s_max=20,
            callers_max=2,
            ring_s=5,
            wrap_up_s=2,
            comfort_s=8,
            announce_position=False,
        ),
        "quick": Group(name="quick", wrap_up_s=0, survey="quick"),
        "formal": Group(name="formal", greeting="announce_id", survey=None),
        "live": Group(name="live", greeting="live", whisper=False, survey=None),
    }
    straight = {
        group: Entry(prompts=("welcome.main",), group=group)
        for group in ("short", "formal", "live")
    }
    menu = msgspec.structs.replace(document.menus["main"], keys={"1": "quick"})
    survey = msgspec.structs.replace(document.surveys["satisfaction"], talk_s_min=0)
    return msgspec.structs.replace(
        document,
        numbers={
            **dict.fromkeys(MAIN_NUMBERS, "main"),
            BILINGUAL_ENTRY: "bilingual",
            SHORT_ENTRY: "short",
            QUICK_ENTRY: "quick",
            FORMAL_ENTRY: "formal",
            LIVE_ENTRY: "live",
        },
        entries={
            **document.entries,
            **straight,
            "bilingual": msgspec.structs.replace(
                document.entries["main"], language_menu={"2": "en"}
            ),
            "quick": msgspec.structs.replace(document.entries["main"], menu="quick"),
        },
        menus={**document.menus, "quick": menu},
        groups={**document.groups, **groups},
        surveys={**document.surveys, "quick": survey},
    )
