"""Ratios and means as reports show them: with their counts, and none where nothing was counted."""

from decimal import Decimal
from typing import NamedTuple


class Ratio(NamedTuple):
    """``part`` of ``whole``; neither is below zero."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """To one decimal, half up; none of nothing is no percentage."""
        return None if self.whole == 0 else _half_up(1000 * self.part, self.whole, 1)


class Mean(NamedTuple):
    """``total`` over so many ``cases``; the total is not below zero."""

    total: int
    cases: int

    @property
    def value(self) -> Decimal | None:
        """In the unit of the total, to two decimals, half up."""
        return None if self.cases == 0 else _half_up(100 * self.total, self.cases, 2)

    @property
    def seconds(self) -> Decimal | None:
        """Of a total in milliseconds: seconds to one decimal, half up."""
        return None if self.cases == 0 else _half_up(self.total, 100 * self.cases, 1)


def seconds(total_ms: int) -> Decimal:
    """Milliseconds as seconds to one decimal, half up."""
    return _half_up(total_ms, 100, 1)


def _half_up(part: int, whole: int, decimals: int) -> Decimal:
    return Decimal((2 * part + whole) // (2 * whole)).scaleb(-decimals)
