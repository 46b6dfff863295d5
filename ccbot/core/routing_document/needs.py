"""What a type of the document needs, in words."""

from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

NOUNS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a day, such as 2026-10-01",
    NoneType: "null",
}


def needs(kind: Any) -> str:
    """What stands where this type is asked for: ``a whole number of 1 to 10``."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _limited(
            needs(inner[0]), [one for one in inner[1:] if isinstance(one, msgspec.Meta)]
        )
    if origin in {Union, UnionType}:
        return " or ".join(needs(one) for one in inner)
    if origin is Literal:
        return f"one of {', '.join(map(str, inner))}"
    if kind in NOUNS:
        return NOUNS[kind]
    return _several(kind)


def _several(kind: Any) -> str:
    """What a list, a mapping or a part needs."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        return f"a list, each {needs(inner[0])}"
    if origin is dict:
        return f"a mapping of {needs(inner[0])} to {needs(inner[1])}"
    return f"a mapping with {', '.join(kind.__struct_fields__[:4])} and so on"


def _limited(noun: str, metas: list[msgspec.Meta]) -> str:
    """The noun with its limits; a text is said by its own description."""
    words = noun
    for meta in metas:
        if meta.pattern is not None:
            words = meta.description or f"a text that matches {meta.pattern}"
        elif meta.max_length is not None:
            words = f"{words}, {meta.max_length} at most"
        else:
            words = f"{words}{_range(meta)}"
            words = f"{words} ({meta.description})" if meta.description else words
    return words


def _range(meta: msgspec.Meta) -> str:
    least, most = meta.ge, meta.le
    if least is not None and most is not None:
        return f" of {least} to {most}"
    if meta.gt is not None and most is not None:
        return f" above {meta.gt}, {most} at most"
    return ""
