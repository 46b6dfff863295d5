"""Who works here: agents' records, made known to the floor and to Asterisk."""

from collections.abc import Callable, Iterable

import msgspec
import structlog

from ccbot.ari.errors import AriError
from ccbot.centre import Centre
from ccbot.core.agents import AgentState
from ccbot.core.facts import (
    AgentConfigured,
    AgentPaused,
    AgentRemoved,
    AgentSignedIn,
    AgentSignedOut,
    MissHeard,
    Pause,
    Stamped,
    TalkEnded,
    TalkStarted,
    WrapUpEnded,
)
from ccbot.core.ids import AgentId, GroupKey

log = structlog.get_logger()

CHECKPOINT = "agent_states"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the centre has to know of one agent."""

    number: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    ha1: str
    test: bool = False


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's last state, to be taken up after a restart."""

    signed_in: bool
    pause: Pause | None = None
    miss_unheard: bool = True
    """He was not told yet of the call that he missed, if that is why he is not ready."""


class Staff:
    """Keeps floor, accounts and phones in step with the records."""

    def __init__(self, centre: Centre, save: Callable[[str, bytes], None]) -> None:
        self._centre = centre
        self._save = save
        self._known: dict[AgentId, Record] = {}
        self._remembered: dict[AgentId, Remembered] = {}

    def remember(self, saved: bytes | None) -> None:
        """Take up the states that an earlier run saved."""
        if saved:
            self._remembered = msgspec.json.decode(saved, type=dict[AgentId, Remembered])

    def listen(self, stamped: Stamped) -> None:
        """A listener of the desk: saves the states whenever one changes."""
        watched = AgentSignedIn | AgentSignedOut | AgentPaused | MissHeard | WrapUpEnded
        if not isinstance(stamped.fact, watched | TalkStarted | TalkEnded):
            return
        states = {
            agent.id: Remembered(
                signed_in=agent.state is not AgentState.OFFLINE,
                pause=agent.pause,
                miss_unheard=agent.miss_unheard,
            )
            for agent in self._centre.desk.floor.agents.values()
        }
        self._save(CHECKPOINT, msgspec.json.encode(self._remembered | states))

    async def records_changed(self, records: Iterable[Record]) -> None:
        """The whole list, at the start and after each change."""
        now = {record.number: record for record in records}
        for number in self._known.keys() - now.keys():
            self._centre.desk.post(AgentRemoved(agent=number))
        changed = [one for number, one in now.items() if self._known.get(number) != one]
        fresh = [one.number for one in changed if one.number not in self._known]
        self._known = now
        for record in changed:
            self._configure(record)
        try:
            await self._centre.accounts.want({one.number: one.ha1 for one in now.values()})
        except AriError as problem:
            log.warning("accounts wait for Asterisk", problem=str(problem))
        for number in fresh:
            self._take_up(number)
            await self._centre.presence.watch(number)

    def _configure(self, record: Record) -> None:
        self._centre.desk.post(
            AgentConfigured(
                agent=record.number, name=record.name, groups=record.groups, test=record.test
            )
        )

    def _take_up(self, number: AgentId) -> None:
        """The state of before a restart, once."""
        before = self._remembered.pop(number, None)
        if before is None or not before.signed_in:
            return
        self._centre.desk.post(AgentSignedIn(agent=number))
        if before.pause is not None:
            self._centre.desk.post(AgentPaused(agent=number, reason=before.pause))
        if not before.miss_unheard:
            self._centre.desk.post(MissHeard(agent=number))
