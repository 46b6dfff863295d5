"""When somebody answers: weekly hours, public holidays, exceptions by hand, and emergencies."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from ccbot.core.routing_document.words import Part, Prompt

Days = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$",
        description="a day of the week, or several: mon-fri",
    ),
]
Span = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        description='from and until, such as "09:00-18:00"; closed again at the second',
    ),
]


class HoursException(Part, frozen=True, kw_only=True):
    """Other hours on one day, or on all days up to another; above week and calendar."""

    day: date
    until: date | None = None
    """The last of the days; none: it is one day alone."""
    open: tuple[Span, ...] = ()
    """Empty: closed."""
    say: Prompt | None = None
    """What callers hear instead of the usual sentence for closed hours."""


class Hours(Part, frozen=True, kw_only=True):
    """Opening hours, in the document's time zone."""

    week: dict[Days, tuple[Span, ...]]
    """Days that are not named are closed."""
    calendar: Literal["cn", "none"] = "cn"
    """``cn``: the public holidays and adjusted working days of mainland China (国务院办公厅)."""
    on_holidays: tuple[Span, ...] = ()
    """When it is open on a public holiday; empty: closed (节假日)."""
    adjusted_as: Days = "mon"
    """Which day's hours hold on a weekend that is worked for a holiday (调休上班)."""
    exceptions: tuple[HoursException, ...] = ()


class Emergency(Part, frozen=True, kw_only=True):
    """A notice to every caller, such as of an outage (紧急通知); switched on by publishing."""

    on: bool = False
    say: Prompt = "notice.emergency"
    then: Literal["go_on", "hang_up"] = "go_on"
