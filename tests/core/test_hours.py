"""Opening hours: the week, the public holidays of mainland China, and exceptions by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbot.core.hours import (
    DAYS,
    LAST_YEAR,
    Closed,
    Closure,
    closure,
    days_of,
    is_known,
    next_opening,
    open_for,
)
from ccbot.core.routing_document import Hours, HoursException

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = Hours(week={"mon-fri": ("09:00-12:00", "13:30-18:00"), "sat": ("10:00-16:00",)})


def at(day: str, clock: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), zone)
    return local.astimezone(UTC)


def is_open(hours: Hours, day: str, clock: str) -> bool:
    return closure(hours, SHANGHAI, at(day, clock)) is None


@pytest.mark.parametrize(
    ("clock", "is_so"),
    [("08:59:59", False), ("09:00", True), ("11:59:59", True), ("12:00", False), ("13:30", True)],
)
def test_the_first_moment_is_open_and_the_last_is_closed(clock: str, is_so: bool) -> None:
    assert is_open(OFFICE, "2026-11-23", clock) is is_so


def test_a_day_that_is_not_named_is_closed() -> None:
    assert closure(OFFICE, SHANGHAI, at("2026-11-22", "10:00")) == Closure(why=Closed.USUAL)


def test_a_day_named_alone_goes_before_several() -> None:
    hours = Hours(week={"mon-sun": ("09:00-18:00",), "wed": ("09:00-12:00",)})

    assert not is_open(hours, "2026-11-25", "14:00")
    assert is_open(hours, "2026-11-26", "14:00")


def test_several_days_may_go_round_the_end_of_the_week() -> None:
    assert days_of("fri-mon") == ("fri", "sat", "sun", "mon")
    assert days_of("tue") == ("tue",)
    assert days_of("mon-sun") == DAYS


def test_a_public_holiday_is_closed_though_it_is_a_weekday() -> None:
    """2026-10-01 (国庆节) is a Thursday."""
    assert closure(OFFICE, SHANGHAI, at("2026-10-01", "10:00")) == Closure(why=Closed.HOLIDAY)


def test_on_a_public_holiday_hours_of_their_own_may_hold() -> None:
    hours = Hours(week=OFFICE.week, on_holidays=("10:00-11:00",))

    assert is_open(hours, "2026-10-01", "10:30")
    assert closure(hours, SHANGHAI, at("2026-10-01", "12:00")) == Closure(why=Closed.HOLIDAY)


def test_a_weekend_that_is_worked_has_the_hours_of_a_weekday() -> None:
    """2026-02-14 (Saturday) and 2026-02-28 are worked for the Spring Festival."""
    assert is_open(OFFICE, "2026-02-14", "17:00")
    assert not is_open(OFFICE, "2026-02-07", "17:00")


def test_which_weekday_it_stands_for_can_be_said() -> None:
    hours = Hours(week={"mon-thu": ("09:00-18:00",), "fri": ("09:00-12:00",)}, adjusted_as="fri")

    assert not is_open(hours, "2026-02-14", "17:00")


def test_without_the_calendar_there_are_only_weeks() -> None:
    hours = Hours(week=OFFICE.week, calendar="none")

    assert is_open(hours, "2026-10-01", "10:00")
    assert not is_open(hours, "2026-02-14", "17:00")


def test_years_that_the_calendar_does_not_know_are_ordinary_weeks() -> None:
    assert is_open(OFFICE, f"{LAST_YEAR + 30}-10-05", "10:00") is (
        date(LAST_YEAR + 30, 10, 5).weekday() < 6
    )
    assert is_known(OFFICE, LAST_YEAR)
    assert not is_known(OFFICE, LAST_YEAR + 1)
    assert is_known(Hours(week={}, calendar="none"), LAST_YEAR + 1)


def test_an_exception_stands_above_the_week_and_the_calendar() -> None:
    party = HoursException(day=date(2026, 11, 23), say="hours.party")
    stocktaking = HoursException(day=date(2026, 10, 1), until=date(2026, 10, 3), open=())
    duty = HoursException(day=date(2026, 10, 4), open=("09:00-10:00",))
    hours = Hours(week=OFFICE.week, exceptions=(party, stocktaking, duty))

    assert closure(hours, SHANGHAI, at("2026-11-23", "10:00")) == Closure(
        why=Closed.EXCEPTION, say="hours.party"
    )
    assert closure(hours, SHANGHAI, at("2026-10-03", "10:00")) == Closure(why=Closed.EXCEPTION)
    assert is_open(hours, "2026-10-04", "09:30")
    assert is_open(hours, "2026-11-24", "10:00")


def test_a_span_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    hours = Hours(week={"fri": ("22:00-06:00",)})

    assert is_open(hours, "2026-11-27", "23:00")
    assert is_open(hours, "2026-11-28", "05:59")
    assert not is_open(hours, "2026-11-28", "06:00")
    assert not is_open(hours, "2026-11-28", "23:00")


def test_a_day_may_last_until_midnight() -> None:
    hours = Hours(week={"mon-sun": ("00:00-24:00",)}, calendar="none")

    assert is_open(hours, "2026-11-27", "00:00")
    assert is_open(hours, "2026-11-27", "23:59:59.999")


def test_the_next_opening_skips_holidays() -> None:
    """From the eve of the National Day; 2026-10-08 is the first day of work after it."""
    assert next_opening(OFFICE, SHANGHAI, at("2026-09-30", "18:00")) == at("2026-10-08", "09:00")
    assert next_opening(OFFICE, SHANGHAI, at("2026-11-23", "12:10")) == at("2026-11-23", "13:30")
    assert next_opening(Hours(week={}), SHANGHAI, at("2026-11-23", "12:10")) is None


def test_what_is_open_opens_now() -> None:
    now = at("2026-11-23", "10:00")

    assert next_opening(OFFICE, SHANGHAI, now) == now


# ---- at random --------------------------------------------------------------------------------

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
spans = st.builds("{}-{}".format, clocks, clocks | st.just("24:00"))
several = st.lists(spans, max_size=3).map(tuple)
days = st.sampled_from([*DAYS, "mon-fri", "sat-sun", "fri-mon"])
dates = st.dates(date(2025, 12, 1), date(2027, 2, 1))
exceptions = st.builds(HoursException, day=dates, open=several)
hours_at_random = st.builds(
    Hours,
    week=st.dictionaries(days, several, max_size=4),
    calendar=st.sampled_from(("cn", "none")),
    on_holidays=several,
    adjusted_as=days,
    exceptions=st.lists(exceptions, max_size=3).map(tuple),
)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]).map(ZoneInfo)
moments = st.datetimes(
    datetime(2025, 12, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 2, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(hours_at_random, zones, moments, st.lists(st.floats(0, 1), max_size=5))
def test_until_the_next_opening_it_is_closed_and_then_it_is_open(
    hours: Hours, zone: ZoneInfo, now: datetime, parts: list[float]
) -> None:
    opens = next_opening(hours, zone, now)
    if opens is None:
        opens, never = now + timedelta(days=14), True
    else:
        never = False
        assert closure(hours, zone, opens) is None
    for part in parts:
        between = now + (opens - now) * part
        assert between >= opens or never or closure(hours, zone, between) is not None
        assert not never or closure(hours, zone, between) is not None


@given(hours_at_random, zones, moments)
def test_what_is_closed_says_why(hours: Hours, zone: ZoneInfo, now: datetime) -> None:
    found = closure(hours, zone, now)
    today = now.astimezone(zone).date()
    by_hand = any(one.day == today for one in hours.exceptions)

    assert found is None or (found.why is Closed.EXCEPTION) == by_hand


def opened(since: str, clock: str, hours: float, of: Hours = OFFICE) -> datetime | None:
    return open_for(of, SHANGHAI, at(since, clock), timedelta(hours=hours))


def test_open_time_is_counted_over_breaks_nights_and_weekends() -> None:
    """2026-11-20 is a Friday: 7.5 h, then six on Saturday, none on Sunday."""
    assert opened("2026-11-20", "09:00", 3) == at("2026-11-20", "12:00")
    assert opened("2026-11-20", "11:00", 2) == at("2026-11-20", "14:30")
    assert opened("2026-11-20", "17:00", 7) == at("2026-11-21", "16:00")
    assert opened("2026-11-20", "23:00", 7) == at("2026-11-23", "10:00")


def test_open_time_is_counted_once_where_spans_overlap_past_midnight() -> None:
    hours = Hours(week={"mon-sun": ("06:00-10:00", "22:00-08:00")}, calendar="none")
    assert opened("2026-11-20", "22:00", 11, hours) == at("2026-11-21", "09:00")
    assert opened("2026-11-20", "22:00", 13, hours) == at("2026-11-21", "23:00")


def test_what_never_opens_is_never_open_for_long() -> None:
    assert opened("2026-11-20", "09:00", 1, Hours(week={})) is None
