"""How customers were handed on: transfers, by who sent them, over the calls that he or they had."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from ccbot.core.metrics.ratio import Ratio
from ccbot.core.records.transfers import TransferEnd

SUCCEEDED = {TransferEnd.COMPLETED.value, TransferEnd.CONFERENCE.value}
"""The target talked with the customer."""


class Had(NamedTuple):
    """An agent had the customer of a call that ended in the interval, in this group."""

    call: str
    group: str | None
    agent: str | None


class Handed(NamedTuple):
    """A transfer of such a call; ``group`` and ``agent`` are the sender's."""

    call: str
    group: str | None
    agent: str
    ended_as: str


class HandingOn(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of calls that were answered, and of their transfers."""

    calls: int = 0
    calls_handed_on: int = 0
    """With a completed transfer."""
    calls_handed_on_again: int = 0
    """With two or more."""
    transfers: int = 0
    """Begun, but for those from which the sender himself went back to his customer."""
    succeeded: int = 0
    caller_left: int = 0
    taken_back: int = 0
    """Consultations for advice, and transfers that the sender thought better of."""

    @property
    def rate(self) -> Ratio:
        """转接率: answered calls with a completed transfer / answered calls."""
        return Ratio(self.calls_handed_on, self.calls)

    @property
    def rate_again(self) -> Ratio:
        """多次转接率: answered calls with two completed transfers or more / answered calls."""
        return Ratio(self.calls_handed_on_again, self.calls)

    @property
    def success(self) -> Ratio:
        """转接成功率: transfers in which the target talked with the customer / transfers."""
        return Ratio(self.succeeded, self.transfers)

    @property
    def abandonment(self) -> Ratio:
        """转接放弃率: transfers in which she hung up before anybody had her / transfers."""
        return Ratio(self.caller_left, self.transfers)


def handing_on(had: Iterable[Had], handed: Iterable[Handed]) -> HandingOn:
    """Count; test calls must be left out already."""
    ends: Counter[str] = Counter()
    completed: Counter[str] = Counter()
    for one in handed:
        ends[one.ended_as] += 1
        completed[one.call] += one.ended_as == TransferEnd.COMPLETED
    taken_back = ends[TransferEnd.BACK]
    return HandingOn(
        calls=len({one.call for one in had}),
        calls_handed_on=sum(times > 0 for times in completed.values()),
        calls_handed_on_again=sum(times > 1 for times in completed.values()),
        transfers=ends.total() - taken_back,
        succeeded=sum(ends[one] for one in SUCCEEDED),
        caller_left=ends[TransferEnd.CALLER_LEFT],
        taken_back=taken_back,
    )
