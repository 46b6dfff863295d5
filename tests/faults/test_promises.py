"""The books that watch a real centre's journal find what must not be."""

from datetime import UTC, datetime, timedelta

import pytest

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from tests.faults.promises import Absence, broken_promises, told_of
from tests.world.handovers import HUB, HUB_ENTRY

T0 = datetime(2026, 11, 29, 9, tzinfo=UTC)
FIRST, SECOND = AgentId("1901"), AgentId("1902")
CALL = CallId("call-1")


def offered_to(*agents: AgentId) -> list[f.Stamped]:
    """Two agents, the first one longer idle, and a caller who is offered to these.

    Each fact is a second after the one before; the last one is of somebody else.
    """
    facts: list[f.AnyFact] = []
    for agent in (FIRST, SECOND):
        facts += [
            f.AgentConfigured(agent=agent, name=agent, groups=(GroupKey(HUB),)),
            f.PhoneChanged(agent=agent, phone=f.Phone.IDLE),
            f.AgentSignedIn(agent=agent),
        ]
    facts += [
        f.CallEntered(call=CALL, leg="leg", dialled_number=HUB_ENTRY, entry="hub", caller="1"),
        f.MenuOpened(call=CALL),
        f.CallQueued(call=CALL, group=GroupKey(HUB), by=f.GroupChosenBy.KEY),
    ]
    made = [OfferId(f"offer-{place}") for place in range(len(agents))]
    facts += [
        f.OfferMade(offer=offer, call=CALL, agent=agent)
        for offer, agent in zip(made, agents, strict=True)
    ]
    facts.append(f.AgentConfigured(agent=AgentId("1903"), name="1903", groups=()))
    return [f.Stamped(T0 + timedelta(seconds=place), one) for place, one in enumerate(facts)]


@pytest.mark.parametrize(
    ("agents", "broken"),
    [
        ((FIRST,), []),
        ((SECOND,), ["agent 1902 was asked before 1901"]),
        ((), ["agent 1901 sits while call-1 waits", "agent 1902 sits while call-1 waits"]),
        ((FIRST, FIRST), [f"refused when applied again: {offered_to(FIRST, FIRST)[-2].fact}"]),
    ],
)
async def test_a_broken_promise_is_told(agents: tuple[AgentId, ...], broken: list[str]) -> None:
    found = await broken_promises(offered_to(*agents), T0, [])

    assert [one.removeprefix("09:00:09.000000 ") for one in found] == broken


async def test_only_the_time_asked_for_counts_and_nobody_is_blamed_while_he_was_away() -> None:
    facts, later = offered_to(SECOND), T0 + timedelta(minutes=1)
    away: list[Absence] = [(T0, later)]

    assert await broken_promises(facts, later, []) == []
    assert await broken_promises(offered_to(), T0, away) == []
    assert told_of(facts, ["call-1 waits"])[-1].startswith("09:00:09")
