"""What is allowed in a document and only looks wrong: it is said, and refuses nothing."""

from collections.abc import Iterator
from typing import Any

import msgspec

from ccbot.core.routing_document.changes import unusual
from ccbot.core.routing_document.document import RoutingDocument

NOT_CARRIED_OUT: tuple[str, ...] = ()
"""Fields that a document may have and that no code carries out yet; ``*`` is any key.

Whoever carries one out deletes its line.
"""


def what_looks_wrong(document: RoutingDocument) -> Iterator[str]:
    """What looks wrong, one line each, with its place."""
    for place in _given(document, ""):
        if _matches(place, NOT_CARRIED_OUT):
            yield f"{place}: not carried out yet; it changes nothing"


def _given(part: Any, place: str) -> Iterator[str]:
    """The places of all values that are not the usual ones."""
    if isinstance(part, msgspec.Struct):
        for name in unusual(part):
            inside = f"{place}.{name}" if place else name
            yield inside
            yield from _given(getattr(part, name), inside)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _given(value, f"{place}.{key}")


def _matches(place: str, patterns: tuple[str, ...]) -> bool:
    words = place.split(".")
    return any(
        len(words) == len(wanted)
        and all(w in {"*", word} for w, word in zip(wanted, words, strict=True))
        for wanted in (pattern.split(".") for pattern in patterns)
    )
