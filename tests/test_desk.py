"""The desk: the single writer."""

from datetime import UTC, datetime

from ccbot.core.facts import AgentConfigured, AgentSignedIn, Stamped
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, GroupKey
from ccbot.desk import Desk
from tests.core.story import routing


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
