"""The scenarios' entries that turn callers away, and groups that send them elsewhere."""

from datetime import date

from ccbot.core.routing_document import Destination, Entry, Group, Hours, HoursException, Overflow
from tests.world.world import (
    BY_HAND_ENTRY,
    CLOSED_ENTRY,
    LAZY_ENTRY,
    NARROW_ENTRY,
    NIGHT_ENTRY,
    OFFICE_ENTRY,
    ROUND_ENTRY,
)

HOURS = {
    "office": Hours(week={"mon-fri": ("09:00-18:00",)}),
    "never": Hours(week={}, calendar="none"),
    "by_hand": Hours(
        week={"mon-sun": ("00:00-24:00",)},
        exceptions=(
            HoursException(day=date(2020, 1, 1), until=date(2099, 12, 31), say="hours.holiday"),
        ),
    ),
}

NUMBERS = {
    CLOSED_ENTRY: "closed",
    NIGHT_ENTRY: "night",
    BY_HAND_ENTRY: "by_hand",
    NARROW_ENTRY: "narrow",
    OFFICE_ENTRY: "office",
    LAZY_ENTRY: "lazy",
    ROUND_ENTRY: "round",
}

ENTRIES = {
    "closed": Entry(group="quick", hours="never"),
    "night": Entry(
        group="quick",
        hours="never",
        closed_keys={
            "1": Destination(then="group", group="shut"),
            "2": Destination(then="group", group="quick"),
            "3": Destination(say="hours.holiday"),
            "4": Destination(then="voicemail"),
        },
    ),
    "by_hand": Entry(group="quick", hours="by_hand"),
    "narrow": Entry(prompts=("welcome.main",), group="narrow"),
    "office": Entry(group="quick", hours="office", closed_holiday=Destination(say="hours.holiday")),
    "lazy": Entry(prompts=("welcome.main",), group="lazy"),
    "round": Entry(prompts=("welcome.main",), group="round_one"),
}

CLOSED_ENTRIES = {"closed", "night", "by_hand"}
"""Nobody is received there at any time."""

_TO_QUICK = Destination(then="group", group="quick")

GROUPS = {
    "narrow": Group(
        name="narrow",
        wait_s_max=12,
        callers_max=1,
        ring_s=5,
        announce_position=False,
        overflow=Overflow(
            queue_full=_TO_QUICK,
            waited_too_long=Destination(say="queue.apology", then="group", group="quick"),
            no_agents=_TO_QUICK,
        ),
    ),
    "lazy": Group(name="lazy", not_ready_s_max=5, overflow=Overflow(not_ready=_TO_QUICK)),
    "round_one": Group(
        name="round one", overflow=Overflow(no_agents=Destination(then="group", group="round_two"))
    ),
    "shut": Group(name="shut", hours="never"),
    "round_two": Group(
        name="round two",
        overflow=Overflow(
            no_agents=Destination(say="queue.apology", then="group", group="round_one")
        ),
    ),
}
