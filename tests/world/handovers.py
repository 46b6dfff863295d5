"""The groups among which the matrix of transfers hands customers on."""

from ccbot.core.routing_document import Entry, Group, Menu

HUB_ENTRY = "10180"
"""A dialled number whose menu leads to the groups of the matrix."""

HUB, SECOND, SHUT, VACANT = "hub", "second", "hub_shut", "vacant"

KEYS = {"1": HUB, "2": SECOND, "3": SHUT, "4": VACANT}
"""The menu's keys, which are the groups' short numbers in a transfer as well."""

RING_S = 5


def _group(name: str, **changes: object) -> Group:
    values: dict[str, object] = {
        "ring_s": RING_S,
        "wrap_up_s": 0,
        "survey": None,
        "greeting": "live",
        "whisper": False,
        "announce_position": False,
        **changes,
    }
    return Group(name=name, **values)  # type: ignore[arg-type]


NUMBERS = {HUB_ENTRY: "hub"}
ENTRIES = {"hub": Entry(prompts=(), menu="hub")}
MENUS = {"hub": Menu(keys=KEYS, default_group=HUB)}
GROUPS = {
    HUB: _group("hub"),
    SECOND: _group("second"),
    SHUT: _group("shut", hours="never"),
    VACANT: _group("vacant"),
}
