"""What callers were told of their wait: it never grows without an apology."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ccbot.core.facts import EstimateTold, Stamped
from tests.sim.ears import Ears, Kind

GROWN = timedelta(seconds=60)
SPOKEN = timedelta(seconds=15)
"""From the decision what to say to the sentence's end."""


def estimate_problems(ears: Ears, facts: Sequence[Stamped], epoch: datetime) -> Iterable[str]:
    """One call's estimates, against what she heard between them."""
    told = [(at, one) for at, one in facts if isinstance(one, EstimateTold)]
    sorry = [
        epoch + timedelta(seconds=moment.at_s)
        for moment in ears.log
        if any(one.kind is Kind.PROMPT and one.prompt == "queue.apology" for one in moment.sounds)
    ]
    for (before, first), (after, second) in itertools.pairwise(told):
        grew = after - before + timedelta(minutes=second.minutes - first.minutes)
        if grew > GROWN + SPOKEN and not any(before <= at <= after for at in sorry):
            yield f"{first.call}: her wait grew by {grew.total_seconds():.0f} s without a word"
