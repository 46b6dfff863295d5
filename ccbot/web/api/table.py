"""What a route is, and what its handler is given."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from ccbot.core import wording
from ccbot.core.facts import SupervisionKind, UserActed
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.rights import Holder, Right
from ccbot.core.supervision import Denied
from ccbot.core.wording import BadWordsError
from ccbot.desk import Desk
from ccbot.store.pool import Pool
from ccbot.store.users import User
from ccbot.web.api.faults import forbidden, not_found, unprocessable
from ccbot.web.api.sound import Sound, Unplayable

BODY_BYTES_MAX = 16 * 1024
"""Of an ordinary request."""
CALL_ID = r"[A-Za-z0-9_-]{1,64}"
_CALL = re.compile(CALL_ID, re.ASCII)
_AGENT = re.compile(r"[0-9]{3,6}", re.ASCII)

B = TypeVar("B")


class Supervisors(Protocol):
    """Whoever can ring a supervisor's phone, and let him hear a call."""

    def rings(
        self, supervisor: AgentId, call: CallId, kind: SupervisionKind, why: str, /
    ) -> Denied | None:
        """His phone rings; or why it does not."""
        ...

    def takes_over(self, supervisor: AgentId, /) -> bool:
        """The talk that he hears becomes his; false: he hears none."""
        ...


class NoSupervisors:
    """Nobody's phone can be rung."""

    def rings(
        self, _supervisor: AgentId, _call: CallId, _kind: SupervisionKind, _why: str
    ) -> Denied | None:
        """It cannot."""
        return Denied.OCCUPIED

    def takes_over(self, _supervisor: AgentId) -> bool:
        """He hears none."""
        return False


class Tapes(Protocol):
    """Whoever can open sealed recordings."""

    def open(self, call: CallId, place: str, sha256: str, /) -> Callable[[], Iterator[bytes]]:
        """What gives it piece by piece, once it was seen to be whole; else ``Unplayable``."""
        ...


class NoTapes:
    """No recordings lie here."""

    def open(self, _call: CallId, _place: str, _sha256: str) -> Callable[[], Iterator[bytes]]:
        """It cannot."""
        raise Unplayable("recordings are not kept on this machine")


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What handlers work with."""

    desk: Desk
    pool: Pool
    database_url: str = ""
    supervisors: Supervisors = field(default_factory=NoSupervisors)
    tapes: Tapes = field(default_factory=NoTapes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A number in the query of a route's address."""

    name: str
    help: str
    least: int = 1
    most: int = 2**31 - 1
    usual: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A word in the query of a route's address."""

    name: str
    help: str
    pattern: str
    usual: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked(Generic[B]):
    """A request that came through the door: who asks, with which right, for what."""

    office: Office
    user: User
    holder: Holder
    right: Right
    path: Mapping[str, str]
    body: B
    numbers: Mapping[str, int | None] = field(default_factory=dict)
    words: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def call(self) -> CallId:
        """The call in the address; whatever cannot be one is not found."""
        if not _CALL.fullmatch(self.path["call"]):
            raise not_found("there is no such call")
        return CallId(self.path["call"])

    @property
    def agent(self) -> AgentId:
        """The agent in the address; whatever cannot be one is not found."""
        if not _AGENT.fullmatch(self.path["agent"]):
            raise not_found("there is no such agent")
        return AgentId(self.path["agent"])

    def may(self, *, groups: Iterable[GroupKey | None] = (), agent: AgentId | None = None) -> bool:
        """Whether the route's right holds for what belongs to these groups or to this agent."""
        return self.holder.may(self.right, groups=groups, agent=agent)

    def must(self, *, groups: Iterable[GroupKey | None] = (), agent: AgentId | None = None) -> None:
        """The same; a fault if it does not."""
        if not self.may(groups=groups, agent=agent):
            raise forbidden(self.right, " there: it is of another group")

    def is_own(self, agent: AgentId | None) -> bool:
        """Whether this agent is the user himself: what he does needs no reason, and no audit."""
        return agent is not None and agent == self.holder.agent

    def did(
        self, what: str, *, why: str, call: CallId | None = None, agent: AgentId | None = None
    ) -> None:
        """Put it on the audit trail in the user's name."""
        deed = UserActed(user=self.user.name, what=what, call=call, agent=agent, why=why)
        self.office.desk.post(deed)


def reason(text: str, what: str = "why") -> str:
    """A reason, or other words that are kept, in one line; a fault if they cannot be kept."""
    try:
        return wording.one_line(text, what)
    except BadWordsError as problem:
        raise unprocessable(str(problem)) from None


Handler = Callable[[Asked[Any]], Awaitable[msgspec.Struct | dict[str, Any] | Sound]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One line of the table."""

    method: str
    path: str
    """Below ``/api/v1``."""
    right: Right
    handler: Handler
    summary: str
    answer: Any
    """The type of the answer's body."""
    body: type[msgspec.Struct] | None = None
    query: tuple[Query | Words, ...] = ()
    body_bytes_max: int = BODY_BYTES_MAX

    @property
    def parameters(self) -> list[str]:
        """The names in the path, in order."""
        return re.findall(r"{(\w+)}", self.path)
