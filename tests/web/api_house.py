"""The API before a desk with a story, as its users meet it."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ccbot.core import facts as f
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.kinds import Role
from ccbot.desk import Desk
from ccbot.store.people import Agent
from ccbot.store.pool import Pool
from ccbot.store.tokens import token_digest
from ccbot.store.users import User
from ccbot.web.api.door import Tokens
from ccbot.web.api.routes import api_routes
from ccbot.web.api.sound import Unplayable
from ccbot.web.api.table import Office
from tests.core.story import NOON, routing
from tests.store.stories import CountedIds

SERVICE, TECH = GroupKey("service"), GroupKey("tech")
WANG, ZHAO = AgentId("1001"), AgentId("2001")
CUSTOMER = "13800001234"


class Answer(NamedTuple):
    """What came back."""

    status: int
    json: Any


class Moving:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.present = NOON

    def now(self) -> datetime:
        """The moment that was put."""
        return self.present


def user(name: str, role: Role, *groups: GroupKey, phone: str | None = None) -> User:
    """A user whose token is his name in Latin letters with ``-token`` behind."""
    return User(
        name=name,
        role=role,
        groups=groups,
        phone=AgentId(phone) if phone else None,
        token_sha256=token_digest(f"{name}-token"),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


USERS = {
    Role.LEADER: user("leader", Role.LEADER, TECH),
    Role.SUPERVISOR: user("supervisor", Role.SUPERVISOR, SERVICE, phone="8001"),
    Role.MANAGER: user("manager", Role.MANAGER),
    Role.ADMIN: user("admin", Role.ADMIN),
}


AGENT = Agent(
    number=WANG,
    name="王芳",
    groups=(SERVICE,),
    ha1="0" * 32,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    token_sha256=token_digest("1001-token"),
)


class OneTape:
    """All recordings sound the same; that of ``call-broken`` was changed."""

    def open(self, call: CallId, place: str, sha256: str) -> Callable[[], Iterator[bytes]]:
        """Two pieces."""
        assert (place, sha256) == (f"{call}.sealed", "0" * 64)
        if call == "call-broken":
            raise Unplayable("it is not what was sealed")
        return lambda: iter([b"RIFF", b"WAVE"])


class House:
    """A desk, its facts, and a client."""

    def __init__(
        self, client: "TestClient[Any, Any]", desk: Desk, pool: Pool, clock: Moving
    ) -> None:
        self.client = client
        self.desk = desk
        self.pool = pool
        self.clock = clock
        self.facts: list[f.AnyFact] = []
        desk.listen(lambda stamped: self.facts.append(stamped.fact))

    async def ask(
        self, who: str | None, method: str, path: str, body: object = None, **more: Any
    ) -> Answer:
        """One request in the name of a user; ``path`` below ``/api/v1``."""
        headers = {"Authorization": f"Bearer {who}-token"} if who else {}
        if body is not None:
            more["data"] = json.dumps(body)
        async with self.client.request(
            method, f"/api/v1{path}", headers=headers, **more
        ) as response:
            text = await response.text()
            assert response.content_type == "application/json", text
            return Answer(response.status, json.loads(text))

    async def get(self, who: str | None, path: str) -> Answer:
        """A GET."""
        return await self.ask(who, "GET", path)

    async def post(self, who: str | None, path: str, **body: object) -> Answer:
        """A POST."""
        return await self.ask(who, "POST", path, body)

    def agent(self, number: AgentId, *groups: GroupKey, signed_in: bool = True) -> None:
        """An agent with a phone."""
        self.desk.post(f.AgentConfigured(agent=number, name=number, groups=groups))
        self.desk.post(f.PhoneChanged(agent=number, phone=f.Phone.IDLE))
        if signed_in:
            self.desk.post(f.AgentSignedIn(agent=number))

    def caller(self, name: str, group: GroupKey = SERVICE, number: str = CUSTOMER) -> CallId:
        """A customer in a queue, rung for if anybody is free."""
        call = CallId(name)
        self.clock.present += timedelta(seconds=1)
        for fact in (
            f.CallEntered(call=call, leg=name, dialled_number="10000", entry="main", caller=number),
            f.MenuOpened(call=call),
            f.CallQueued(call=call, group=group, by=f.GroupChosenBy.KEY),
        ):
            assert self.desk.post(fact)
        return call

    def talk(self, call: CallId) -> OfferId:
        """The agent whose phone rings for her answers."""
        known = self.desk.call(call)
        assert known is not None
        (offer,) = known.offers
        assert self.desk.post(f.OfferAccepted(offer=offer))
        assert self.desk.post(f.TalkStarted(offer=offer))
        return offer


@asynccontextmanager
async def house(pool: Pool, database_url: str = "") -> AsyncIterator[House]:
    """The API at work."""
    clock = Moving()
    desk = Desk(Floor(routing()), clock=clock, ids=CountedIds())
    tokens = Tokens()
    tokens.know(USERS.values())
    tokens.know_agents([AGENT])
    office = Office(desk=desk, pool=pool, database_url=database_url, tapes=OneTape())
    application = web.Application()
    application.add_routes(api_routes(office, tokens))
    async with TestClient(TestServer(application)) as client:
        yield House(client, desk, pool, clock)
    desk.close()
