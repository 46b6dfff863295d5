"""Transfers in a day's numbers: by who sent them, over the calls that he had."""

from ccbot.core.metrics.handing_on import Had, Handed, HandingOn, handing_on
from ccbot.core.metrics.ratio import Ratio
from ccbot.core.records.transfers import TransferEnd

HAD = [
    Had("one", "service", "1001"),
    Had("one", "tech", "2001"),
    Had("two", "service", "1001"),
    Had("three", "service", "1002"),
    Had("three", "service", "1001"),
    Had("four", "service", "1001"),
]


def handed(call: str, ended_as: TransferEnd, agent: str = "1001") -> Handed:
    return Handed(call, "service", agent, ended_as.value)


HANDED = [
    handed("one", TransferEnd.FAILED),
    handed("one", TransferEnd.COMPLETED),
    handed("two", TransferEnd.BACK),
    handed("two", TransferEnd.CONFERENCE),
    handed("three", TransferEnd.COMPLETED, "1002"),
    handed("three", TransferEnd.COMPLETED),
    handed("four", TransferEnd.CALLER_LEFT),
    handed("four", TransferEnd.NOBODY_CAME),
]


def test_rates_are_over_answered_calls_and_over_transfers_that_were_meant() -> None:
    found = handing_on(HAD, HANDED)
    assert found.rate == Ratio(2, 4)
    assert found.rate_again == Ratio(1, 4)
    assert found.success == Ratio(4, 7)
    assert found.abandonment == Ratio(1, 7)
    assert found.taken_back == 1


def test_of_one_agent_only_what_he_sent_counts() -> None:
    own = handing_on(
        [one for one in HAD if one.agent == "1002"], [one for one in HANDED if one.agent == "1002"]
    )
    assert own == HandingOn(calls=1, calls_handed_on=1, transfers=1, succeeded=1)


def test_every_end_of_a_transfer_is_in_one_count() -> None:
    for one in TransferEnd:
        found = handing_on([], [handed("one", one)])
        assert found.transfers + found.taken_back == 1
