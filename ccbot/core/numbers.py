"""Telephone numbers as trunks and people write them."""

import re
from collections.abc import Iterable
from functools import lru_cache

_NUMBER = re.compile(r"\+?[0-9]{3,}", re.ASCII)
_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})", re.ASCII)
_LANDLINE = re.compile(r"(?:\+|00)86([0-9]{5,})", re.ASCII)


def is_number(caller: str) -> bool:
    """Whether it is somebody's number; not withheld, ``anonymous``, or a softphone's name."""
    return _NUMBER.fullmatch(caller) is not None


@lru_cache(maxsize=4096)
def at_home(number: str) -> str:
    """A Chinese number as it is dialled at home: ``+8613800001234`` is ``13800001234``."""
    if mobile := _MOBILE.fullmatch(number):
        return mobile[1]
    landline = _LANDLINE.fullmatch(number)
    return f"0{landline[1]}" if landline else number


def is_among(caller: str, numbers: Iterable[str]) -> bool:
    """Whether the caller's number is one of these, with the country's code or without."""
    wanted = at_home(caller)
    return any(at_home(one) == wanted for one in numbers)
