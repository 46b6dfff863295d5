"""From plain values to the document: every value that cannot stand where it does, at once.

``msgspec.convert`` names the first fault alone, and not its key in a mapping. So the values are
walked beside the types; each leaf is converted with its own type.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from ccbot.core.routing_document.document import RoutingDocument
from ccbot.core.routing_document.faults import faults
from ccbot.core.routing_document.needs import needs

DAYS = (date, datetime)
"""Types that YAML knows by itself."""


@dataclass(frozen=True, slots=True)
class Read:
    """The document, unless something is wrong; each fault is ``place: what; how to mend it``."""

    document: RoutingDocument | None
    faults: list[str] = field(default_factory=list)


def read_document(values: Any) -> Read:
    """Everything that is wrong with these values, of types and between the parts."""
    values, walk = _with_days_as_text(values), _Walk()
    found = list(walk.faults_of(values, RoutingDocument, ()))
    try:
        document = msgspec.convert(walk.without_faults(values), RoutingDocument)
    except msgspec.ValidationError as problem:
        return Read(None, found or [f"the document: {problem}"])
    between = [one for one in faults(document) if not walk.follows(one)]
    return Read(None if found or between else document, [*found, *between])


def _with_days_as_text(values: Any) -> Any:
    """Days with quotes and without are the same; lists may be tuples."""
    if isinstance(values, dict):
        return {key: _with_days_as_text(one) for key, one in values.items()}
    if isinstance(values, list | tuple):
        return [_with_days_as_text(one) for one in values]
    return values.isoformat() if isinstance(values, DAYS) else values


class _Walk:
    """Walks values beside types, and remembers where faults were."""

    def __init__(self) -> None:
        self._wrong: set[tuple[str, ...]] = set()

    def faults_of(self, value: Any, kind: Any, place: tuple[str, ...]) -> Iterator[str]:
        """The faults of this value and of everything in it."""
        before = len(self._wrong)
        yield from self._inner(value, kind, place)
        if len(self._wrong) > before:
            return
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            yield self._fault(place, f"{_shown(value)} cannot stand here; it must be {needs(kind)}")

    def _inner(self, value: Any, kind: Any, place: tuple[str, ...]) -> Iterator[str]:
        kind = _bare(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            if isinstance(value, dict):
                yield from self._part(value, kind, place)
        elif get_origin(kind) is dict and isinstance(value, dict):
            yield from self._mapping(value, kind, place)
        elif get_origin(kind) is tuple and isinstance(value, list):
            for number, one in enumerate(value):
                yield from self.faults_of(one, get_args(kind)[0], (*place, str(number)))

    def _part(
        self, value: dict[Any, Any], kind: type[msgspec.Struct], place: tuple[str, ...]
    ) -> Iterator[str]:
        types = get_type_hints(kind, include_extras=True)
        for name, one in value.items():
            inside = (*place, str(name))
            if name in types:
                yield from self.faults_of(one, types[name], inside)
            else:
                yield self._fault(inside, f"there is no such field; {_meant(name, types)}")
        for one in msgspec.structs.fields(kind):
            if one.required and one.name not in value:
                wanted = needs(types[one.name])
                yield self._fault(place, f"the field {one.name!r} is missing; it must be {wanted}")

    def _mapping(self, value: dict[Any, Any], kind: Any, place: tuple[str, ...]) -> Iterator[str]:
        key_kind, kind = get_args(kind)
        for key, one in value.items():
            inside = (*place, str(key))
            try:
                msgspec.convert(key, key_kind)
            except msgspec.ValidationError:
                yield self._fault(
                    inside, f"{_shown(key)} cannot stand here; {_as_key(key, key_kind)}"
                )
            else:
                yield from self.faults_of(one, kind, inside)

    def _fault(self, place: tuple[str, ...], says: str) -> str:
        self._wrong.add(place)
        return f"{'.'.join(place) or 'the document'}: {says}"

    def without_faults(self, values: Any, place: tuple[str, ...] = ()) -> Any:
        """The values without the wrong ones, so that the usual ones stand in for them."""
        if isinstance(values, dict):
            return {
                key: self.without_faults(one, (*place, str(key)))
                for key, one in values.items()
                if (*place, str(key)) not in self._wrong
            }
        if isinstance(values, list):
            inside = [(*place, str(number)) for number in range(len(values))]
            kept = zip(values, inside, strict=True)
            return [self.without_faults(one, at) for one, at in kept if at not in self._wrong]
        return values

    def follows(self, fault: str) -> bool:
        """Whether the fault may be there only because something wrong was left out."""
        words = tuple(fault.partition(": ")[0].split("."))
        return any(
            place[: len(words)] == words or (len(place) <= 2 and repr(place[-1]) in fault)
            for place in self._wrong
        )


def _bare(kind: Any) -> Any:
    """The type without its limits, and without ``None``."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in {Union, UnionType}:
        [only, *others] = [one for one in get_args(kind) if one is not NoneType]
        return kind if others else _bare(only)
    return kind


def _meant(name: Any, types: dict[str, Any]) -> str:
    close = get_close_matches(str(name), types, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(types)}"


def _as_key(key: Any, kind: Any) -> str:
    if not isinstance(key, str):
        return f'write it with quotes: "{key}"'
    return f"it must be {needs(kind)}"


def _shown(value: Any) -> str:
    """The value as it was written, or nearly; long ones are cut."""
    text = msgspec.json.encode(value).decode() if _is_plain(value) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int | float)
