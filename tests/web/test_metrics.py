"""Numbers for Prometheus count customers' calls, and test calls nowhere."""

import pytest
from prometheus_client import CollectorRegistry

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.web.metrics import FactCounter
from tests.store.stories import T0

COUNTED: tuple[tuple[str, dict[str, str]], ...] = (
    ("ccbot_calls_total", {}),
    ("ccbot_offers_total", {}),
    ("ccbot_offers_missed_total", {"reason": "declined"}),
    ("ccbot_surveys_total", {"status": "answered"}),
    ("ccbot_flags_total", {"flag": "complaint"}),
)


def one_call(name: str, *, test: bool) -> list[f.AnyFact]:
    """A call whose first offer is declined, and whose caller is satisfied."""
    call, offers = CallId(name), [OfferId(f"{name}-{number}") for number in (1, 2)]
    made = [f.OfferMade(offer=one, call=call, agent=AgentId("1001")) for one in offers]
    return [
        f.CallEntered(call=call, leg=name, dialled_number="1", entry="main", caller="1", test=test),
        made[0],
        f.OfferMissed(offer=offers[0], reason=f.Missed.DECLINED),
        made[1],
        f.CallFlagged(call=call, agent=AgentId("1001")),
        f.SurveyFinished(call=call, status=f.SurveyStatus.ANSWERED, score=5),
        f.CallEnded(call=call, by=f.EndedBy.CALLER),
    ]


@pytest.mark.parametrize(
    ("test", "expected"), [(False, [1.0, 2.0, 1.0, 1.0, 1.0]), (True, [0.0, 0.0, None, None, None])]
)
def test_all_of_a_customers_call_counts_and_nothing_of_a_test_call(
    test: bool, expected: list[float | None]
) -> None:
    registry = CollectorRegistry()
    counter = FactCounter(registry)
    for fact in one_call("one", test=test):
        counter.listen(f.Stamped(T0, fact))

    assert [registry.get_sample_value(name, labels) for name, labels in COUNTED] == expected


def test_a_call_counts_though_a_test_call_is_here_too() -> None:
    registry = CollectorRegistry()
    counter = FactCounter(registry)
    both = zip(one_call("test", test=True), one_call("real", test=False), strict=True)
    for fact in (fact for pair in both for fact in pair):
        counter.listen(f.Stamped(T0, fact))

    counted = [registry.get_sample_value(name, labels) for name, labels in COUNTED]
    assert counted == [1.0, 2.0, 1.0, 1.0, 1.0]
