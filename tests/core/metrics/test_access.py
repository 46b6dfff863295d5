"""The access metrics: the formulas on known counts, and what holds of any entries at all."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ccbot.core.metrics.access import Access, Limits, Mode, access
from ccbot.core.metrics.ratio import Mean, Ratio
from ccbot.core.records.queue_entries import LOST, EntryEnd

FIXTURE = Access(
    offered=1060,
    answered=1000,
    answered_in_time=860,
    abandoned=60,
    abandoned_in_time=20,
    abandoned_short=10,
)


@dataclass(frozen=True)
class Stay:
    """An entry as counted."""

    ended_as: EntryEnd | None
    wait_ms: int
    why: str = ""


def stays(ended_as: EntryEnd | None, wait_ms: int, count: int) -> list[Stay]:
    return [Stay(ended_as, wait_ms)] * count


def test_known_hour_is_counted_from_its_entries() -> None:
    entries = [
        *stays(EntryEnd.ANSWERED, 20_000, 860),
        *stays(EntryEnd.ANSWERED, 20_001, 140),
        *stays(EntryEnd.ABANDONED, 5_000, 10),
        *stays(EntryEnd.ABANDONED, 20_000, 10),
        *stays(EntryEnd.ABANDONED, 20_001, 40),
    ]
    counted = access(entries, Limits())
    assert (counted.offered, counted.answered_in_time) == (1060, 860)
    assert (counted.abandoned_in_time, counted.abandoned_short) == (20, 10)
    assert counted.service_level() == FIXTURE.service_level()
    assert counted.speed_of_answer.seconds == Decimal("20.0")
    assert counted.longest_wait_ms == 20_001


def test_known_hour_has_its_known_rates() -> None:
    assert FIXTURE.service_level(Mode.NEUTRAL) == Ratio(860, 1040)
    assert FIXTURE.service_level(Mode.NEUTRAL).percent == Decimal("82.7")
    assert FIXTURE.service_level(Mode.STRICT).percent == Decimal("81.1")
    assert FIXTURE.service_level(Mode.LENIENT).percent == Decimal("83.0")
    assert FIXTURE.abandonment == Ratio(50, 1050)
    assert FIXTURE.abandonment.percent == Decimal("4.8")
    assert FIXTURE.answer_rate.percent == Decimal("94.3")


def test_whoever_is_sent_away_late_or_unserved_counts_against_us() -> None:
    entries = [
        Stay(EntryEnd.ANSWERED, 1_000),
        Stay(EntryEnd.SYSTEM, 20_000, "voicemail"),
        Stay(EntryEnd.SYSTEM, 20_001, "moved"),
        Stay(EntryEnd.SYSTEM, 600_000, "waited_too_long"),
        Stay(EntryEnd.SYSTEM, 0, "queue_full"),
        Stay(EntryEnd.ABANDONED, 1_000),
    ]
    counted = access(entries, Limits())
    assert counted.service_level() == Ratio(1, 3)
    assert counted.service_level(Mode.STRICT) == Ratio(1, 6)
    assert counted.service_level(Mode.LENIENT) == Ratio(2, 6)
    assert counted.lost == Ratio(3, 6)
    assert counted.average_wait == Mean(642_001, 6)


def test_nothing_counted_has_no_rate() -> None:
    nothing = access([], Limits())
    rates = [nothing.answer_rate, nothing.abandonment, nothing.lost]
    rates += [nothing.service_level(mode) for mode in Mode]
    assert [one.percent for one in rates] == [None] * 6
    assert nothing.speed_of_answer.seconds is None
    assert nothing.average_abandon.value is None


def test_percentages_and_seconds_are_rounded_half_up() -> None:
    assert Ratio(1, 16).percent == Decimal("6.3")
    assert Ratio(1, 2000).percent == Decimal("0.1")
    assert Ratio(1, 3).percent == Decimal("33.3")
    assert Ratio(2, 3).percent == Decimal("66.7")
    assert Mean(50, 1).seconds == Decimal("0.1")
    assert Mean(49, 1).seconds == Decimal("0.0")
    assert Mean(9, 8).value == Decimal("1.13")


ANY_STAYS = st.lists(
    st.builds(
        Stay,
        st.sampled_from([*EntryEnd, None]),
        st.integers(0, 700_000),
        st.sampled_from([*sorted(LOST), "moved", "voicemail"]),
    )
)


@given(ANY_STAYS, st.integers(0, 60_000), st.integers(0, 60_000))
def test_every_entry_ends_in_one_way_or_lasts(entries: list[Stay], within: int, short: int) -> None:
    limits = Limits(answer_within_ms=within, short_abandon_ms=short)
    counted = access(entries, limits)
    ended = counted.answered + counted.abandoned + counted.by_system
    assert counted.offered == len(entries) == ended + counted.waiting
    for mode in Mode:
        part, whole = counted.service_level(mode)
        assert 0 <= part <= whole
    for part, whole in (counted.answer_rate, counted.abandonment, counted.lost):
        assert 0 <= part <= whole
    total = sum(one.wait_ms for one in entries if one.ended_as is not None)
    assert counted.average_wait == Mean(total, ended)
    assert counted.longest_wait_ms == max((one.wait_ms for one in entries), default=0)
