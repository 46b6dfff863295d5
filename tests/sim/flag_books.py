"""Flags on calls: who set them, and what a row must make of them."""

from collections.abc import Iterable, Sequence

from ccbot.core.facts import CallFlagged, OfferMade, Stamped
from ccbot.core.records import CallRecord


def flag_problems(row: CallRecord, facts: Sequence[Stamped]) -> Iterable[str]:
    """Each flag is set once, by an agent who was offered the call, and is on the row."""
    asked = {one.fact.agent for one in facts if isinstance(one.fact, OfferMade)}
    flags = [one.fact for one in facts if isinstance(one.fact, CallFlagged)]
    names = [one.flag for one in flags]
    if len(names) > len(set(names)):
        yield f"{row.call_id}: flagged twice"
    for one in flags:
        if one.agent not in asked:
            yield f"{row.call_id}: flagged by {one.agent}, who was never asked"
    if set(row.flags) != set(names):
        yield f"{row.call_id}: flagged {names}, but its row says {row.flags}"
