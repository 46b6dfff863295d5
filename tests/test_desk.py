"""The desk: the single writer."""

from datetime import UTC, datetime, timedelta

from ccbot.core.facts import (
    AgentConfigured,
    AgentPaused,
    AgentSignedIn,
    CallEntered,
    CallQueued,
    GroupChosenBy,
    MenuOpened,
    OfferMade,
    Pause,
    Phone,
    PhoneChanged,
    RoutingPublished,
    Stamped,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.desk import Desk
from tests.core.story import routing, without_groups
from tests.sim.loop import SimIds


class _Noon:
    def now(self) -> datetime:
        return datetime(2026, 11, 24, 12, tzinfo=UTC)


class _Ids:
    def new(self, kind: str) -> str:
        return f"{kind}-1"


def test_a_listener_that_fails_keeps_no_other_from_hearing() -> None:
    heard: list[Stamped] = []

    def fails(_: Stamped) -> None:
        raise RuntimeError("no disk, say")

    desk = Desk(Floor(routing()), clock=_Noon(), ids=_Ids(), listeners=(fails, heard.append))
    agent = AgentId("1001")

    assert desk.post(AgentConfigured(agent=agent, name="王芳", groups=(GroupKey("service"),)))
    assert desk.post(AgentSignedIn(agent=agent))

    assert [type(one.fact) for one in heard] == [AgentConfigured, AgentSignedIn]


async def test_whoever_comes_first_when_all_is_done_is_offered_the_agent() -> None:
    """Two callers come to another group at once; the second of them has waited longer."""
    document = routing()
    offers: list[OfferMade] = []

    def listen(stamped: Stamped) -> None:
        if isinstance(stamped.fact, OfferMade):
            offers.append(stamped.fact)

    desk = Desk(Floor(document), clock=_Noon(), ids=SimIds(), listeners=(listen,))
    for number, group in (("1001", "tech"), ("2001", "service")):
        agent = AgentId(number)
        configured = AgentConfigured(agent=agent, name=number, groups=(GroupKey(group),))
        desk.post(configured)
        desk.post(PhoneChanged(agent=agent, phone=Phone.IDLE))
        desk.post(AgentSignedIn(agent=agent))
    desk.post(AgentPaused(agent=AgentId("1001"), reason=Pause.REST))
    late, early = CallId("a"), CallId("b")
    for call in (late, early):
        entered = CallEntered(call=call, leg=call, dialled_number="1", entry="main", caller="1")
        desk.post(entered)
        desk.post(MenuOpened(call=call))
    for call, waited_s in ((late, 10), (early, 20)):
        at = _Noon().now() - timedelta(seconds=waited_s)
        tech = GroupKey("tech")
        desk.post(CallQueued(call=call, group=tech, by=GroupChosenBy.KEY), at=at)

    desk.post(RoutingPublished(version=2, document=without_groups(document, {"tech"})))

    assert [one.call for one in offers] == [early]
    desk.close()
