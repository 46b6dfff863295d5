"""A line turns bad with some of its latest legs, and good again when few are left."""

import pytest

from ccbot.core.facts import LegMeasured, Whose
from ccbot.core.ids import CallId
from ccbot.core.line_quality import Line, faults, loss_percent


def leg(lost: int = 0, jitter_ms: float = 5.0, mes: float | None = 88.0) -> LegMeasured:
    return LegMeasured(
        call=CallId("call-1"),
        leg="leg-1",
        whose=Whose.AGENT,
        line="1001",
        lasted_s=60.0,
        received=1000 - lost,
        lost=lost,
        jitter_ms=jitter_ms,
        jitter_ms_max=jitter_ms,
        mes=mes,
    )


GOOD, BAD = leg(), leg(lost=82)


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        pytest.param(leg(), [], id="good"),
        pytest.param(leg(lost=30), [], id="at the limit"),
        pytest.param(leg(lost=31), ["3.1 % lost"], id="loss"),
        pytest.param(leg(jitter_ms=41), ["41 ms of jitter"], id="jitter"),
        pytest.param(leg(mes=69), ["MES 69"], id="score"),
        pytest.param(leg(mes=None), [], id="no score yet"),
        pytest.param(leg(lost=1000, mes=45), ["100.0 % lost", "MES 45"], id="two"),
    ],
)
def test_a_leg_is_bad_by_any_one_limit(measured: LegMeasured, said: list[str]) -> None:
    assert faults(measured) == said


def test_where_nothing_was_expected_nothing_was_lost() -> None:
    assert loss_percent(leg(lost=0)) == 0
    silent = LegMeasured(
        call=CallId("c"), leg="l", whose=Whose.AGENT, line="1", lasted_s=0.0, received=0, lost=0,
        jitter_ms=0.0, jitter_ms_max=0.0,
    )  # fmt: skip
    assert loss_percent(silent) == 0


def test_the_fourth_bad_leg_of_ten_makes_a_line_bad() -> None:
    line = Line()
    turned = [line.add(one) for one in (BAD, GOOD, BAD, GOOD, BAD, GOOD, BAD)]
    assert turned == [False] * 6 + [True]
    assert line.in_words() == ("4 of the latest 7 calls were bad, the last of them: 8.2 % lost")


def test_a_few_bad_legs_now_and_then_are_no_alarm() -> None:
    line = Line()
    for _ in range(20):
        for one in (BAD, BAD, BAD, *[GOOD] * 7):
            assert not line.add(one)


def test_a_bad_line_is_good_again_when_one_bad_leg_of_ten_is_left() -> None:
    line = Line()
    for _ in range(4):
        line.add(BAD)
    turned = [line.add(GOOD) for _ in range(9)]
    assert turned == [False] * 8 + [True]
    assert not line.is_bad
