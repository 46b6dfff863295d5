"""Customers' numbers as others may see them."""

import re

ANONYMOUS = "anonymous"
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9])[0-9]{4}([0-9]{4})", re.ASCII)
_HIDDEN_DIGITS_MAX = 6
_SHOWN_DIGITS = 4
_MASK_LENGTH_MAX = 16


def mask(number: str) -> str:
    """The number without what would tell whose it is.

    A Chinese mobile keeps its first three and last four digits (``138****1234``, also with +86 in
    front), other numbers their last four; up to six digits, and what is no number, are hidden
    wholly; a withheld number is ``anonymous``.
    """
    text = number.strip()
    if not text:
        return ANONYMOUS
    if mobile := _MOBILE.fullmatch(text):
        return f"{mobile[1]}****{mobile[2]}"
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    shown = digits[-_SHOWN_DIGITS:] if len(digits) > _HIDDEN_DIGITS_MAX else ""
    length = min(len(digits) if shown else len(text), _MASK_LENGTH_MAX)
    return "*" * (length - len(shown)) + shown
