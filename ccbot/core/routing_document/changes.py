"""What differs between two documents, by meaning: comments, order and notation do not count."""

from collections.abc import Iterator
from typing import Any

import msgspec

from ccbot.core.routing_document.document import RoutingDocument


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place that differs; what is not there in one of the two is left out."""

    place: str
    old: Any = msgspec.UNSET
    new: Any = msgspec.UNSET

    def line(self) -> str:
        """As one line: place, old value, new value."""
        return f"{self.place}: {_text(self.old)} → {_text(self.new)}"


def changes(old: RoutingDocument, new: RoutingDocument) -> Iterator[Change]:
    """Every change, in the order of the document."""
    yield from _changes(old, new, "")


def given(part: Any) -> Any:
    """The value in plain types, without what is as usual."""
    if isinstance(part, msgspec.Struct):
        return {name: given(getattr(part, name)) for name in unusual(part)}
    if isinstance(part, dict):
        return {key: given(value) for key, value in part.items()}
    if isinstance(part, tuple):
        return [given(one) for one in part]
    return msgspec.to_builtins(part)


def unusual(part: msgspec.Struct) -> Iterator[str]:
    """The fields of a part that have another than their usual value."""
    for field in msgspec.structs.fields(part):
        usual = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            usual = field.default_factory()
        if getattr(part, field.name) != usual:
            yield field.name


def _changes(old: Any, new: Any, place: str) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, msgspec.Struct) and type(old) is type(new):
        for name in old.__struct_fields__:
            yield from _changes(getattr(old, name), getattr(new, name), _inside(place, name))
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            before, after = old.get(key, msgspec.UNSET), new.get(key, msgspec.UNSET)
            yield from _changes(before, after, _inside(place, key))
    else:
        yield Change(place=place, old=_plain(old), new=_plain(new))


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _plain(value: Any) -> Any:
    return value if value is msgspec.UNSET else given(value)


def _text(value: Any) -> str:
    return "–" if value is msgspec.UNSET else msgspec.json.encode(value).decode()
