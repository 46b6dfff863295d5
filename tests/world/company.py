"""The company's own system in the scenarios: whom it knows is told by a number's last digits."""

from typing import Any

KNOWN: dict[str, dict[str, Any]] = {
    "8801": {"customer": "Ms Smith", "language": "en"},
    "8802": {"customer": "王女士", "vip": True, "a field of later": [1, 2]},
    "8803": {"preferred_agent": "1903"},
}
"""Everybody else is a stranger to it."""

ENGLISH_CUSTOMER, VIP_CUSTOMER, LOYAL_CUSTOMER = (f"1380000{digits}" for digits in KNOWN)


def answer(caller: str) -> dict[str, Any]:
    """What it says of a number."""
    return KNOWN.get(caller[-4:], {})
