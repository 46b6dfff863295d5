"""A day as it is named on the command line."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ccbot.cli.errors import UsageFault

FIRST_DAY = date(2000, 1, 1)


def past_day(text: str, now: datetime, time_zone: str) -> date:
    """``2026-11-28``, ``today`` or ``yesterday``; ``UsageFault`` if it is none, or to come."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    wanted = _day(text, today)
    if wanted > today:
        raise UsageFault(f"--day {text}: it is only {today} in {time_zone}")
    if wanted < FIRST_DAY:
        raise UsageFault(f"--day {text}: nothing is known of days before {FIRST_DAY}")
    return wanted


def _day(text: str, today: date) -> date:
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageFault(f"--day {text}: write it as 2026-11-28, today or yesterday") from None
