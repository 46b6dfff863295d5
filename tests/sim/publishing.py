"""Other routing documents, made by chance of one: they are valid, whatever is left out."""

from collections.abc import Set as AbstractSet
from random import Random
from typing import Any

import msgspec

from ccbot.core.routing_document import RoutingDocument, read_document

LIMITS: dict[str, tuple[Any, ...]] = {
    "wait_s_max": (15.0, 60.0, 600.0),
    "callers_max": (1, 3, 100),
    "ring_s": (5.0, 10.0, 15.0),
    "wrap_up_s": (0.0, 2.0, 30.0),
    "empty_s_max": (5.0, 60.0),
    "offer_again_s": (5.0, 60.0),
    "misses_until_not_ready": (1, 2),
    "strategy": ("longest_idle", "ordered", "ring_all"),
    "announce_position": (True, False),
}
GONE_MAX = 4


def another_routing(document: RoutingDocument, rng: Random) -> RoutingDocument:
    """Some groups are gone, and others have other limits."""
    gone = set(rng.sample(sorted(document.groups), rng.randint(0, GONE_MAX)))
    values = msgspec.to_builtins(document)
    for key in sorted(values["groups"]):
        for name in sorted(LIMITS):
            if rng.random() < 0.1:
                values["groups"][key][name] = rng.choice(LIMITS[name])
    return without_groups(values, gone)


def without_groups(values: dict[str, Any], gone: AbstractSet[str]) -> RoutingDocument:
    """The document without these groups; whatever led there leads to one that is left."""
    left = [key for key in values["groups"] if key not in gone]
    values = _lead_on(values, gone, left[0])
    values["groups"] = {key: values["groups"][key] for key in left}
    for key, group in values["groups"].items():
        group["keys"] = {
            digit: choice for digit, choice in group["keys"].items() if choice["group"] != key
        }
    read = read_document(values)
    assert read.document is not None, read.faults
    return read.document


def _lead_on(part: Any, gone: AbstractSet[str], to: str, *, names_group: bool = False) -> Any:
    """Wherever a group that is gone is named, the other one is."""
    if isinstance(part, dict):
        return {
            key: _lead_on(one, gone, to, names_group=_names_group(key, one, beside=names_group))
            for key, one in part.items()
        }
    if isinstance(part, list | tuple):
        return [_lead_on(one, gone, to) for one in part]
    return to if names_group and part in gone else part


def _names_group(key: str, one: Any, *, beside: bool) -> bool:
    """A field for a group; or a key of the telephone, beside which one stands."""
    return key in {"group", "default_group", "keys"} or (beside and isinstance(one, str))
