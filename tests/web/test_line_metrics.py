"""The alarm of a line: told while it is bad, over when it is good again."""

from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from ccbot.core.facts import LegMeasured, Stamped
from ccbot.web.line_metrics import LineWatch
from tests.core.test_line_quality import BAD, GOOD
from tests.store.stories import T0


def told(watch: LineWatch, *legs: LegMeasured) -> None:
    for leg in legs:
        watch.listen(Stamped(T0, leg))


def test_a_bad_line_is_told_with_its_reason_until_it_is_good_again() -> None:
    registry = CollectorRegistry()
    watch = LineWatch(registry)
    told(watch, BAD, BAD, BAD)
    assert watch.degraded() == []
    told(watch, BAD)

    [bad] = watch.degraded()
    assert (bad.what, bad.since) == ("line 1001", T0)
    assert bad.why == "4 of the latest 4 calls were bad, the last of them: 8.2 % lost"
    assert registry.get_sample_value("ccbot_line_bad", {"line": "1001"}) == 1
    told(watch, *[GOOD] * 9)
    assert watch.degraded() == []
    assert registry.get_sample_value("ccbot_line_bad", {"line": "1001"}) == 0


def test_each_line_is_judged_by_its_own_legs() -> None:
    watch = LineWatch(CollectorRegistry())
    told(watch, BAD, BAD, replace(BAD, line="trunk"), replace(BAD, line="1002"))
    assert watch.degraded() == []


def test_every_leg_is_counted_by_line_and_none_of_a_test_call() -> None:
    registry = CollectorRegistry()
    watch = LineWatch(registry)
    told(watch, BAD, GOOD, replace(GOOD, mes=None), *[replace(BAD, test=True)] * 9)

    def value(name: str) -> float | None:
        return registry.get_sample_value(name, {"line": "1001"})

    assert value("ccbot_leg_loss_percent_count") == 3
    assert value("ccbot_leg_loss_percent_sum") == 8.2
    assert value("ccbot_leg_mes_count") == 2
    assert value("ccbot_legs_bad_total") == 1
    assert watch.degraded() == []
