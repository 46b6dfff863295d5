"""Who works here: agents' records, made known to the floor and to Asterisk."""

from collections.abc import Iterable

import msgspec
import structlog

from ccbot.ari.errors import AriError
from ccbot.centre import Centre
from ccbot.core.facts import (
    AgentConfigured,
    AgentRemoved,
)
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import Role

log = structlog.get_logger()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the centre has to know of one agent."""

    number: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    ha1: str
    test: bool = False
    role: Role = Role.AGENT
    leads: tuple[GroupKey, ...] = ()


class Staff:
    """Keeps floor, accounts and phones in step with the records."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._known: dict[AgentId, Record] = {}

    async def records_changed(self, records: Iterable[Record]) -> None:
        """The whole list, at the start and after each change."""
        now = {record.number: record for record in records}
        for number in sorted(self._centre.desk.floor.agents.keys() - now.keys()):
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
            await self._watch(number)

    def _configure(self, record: Record) -> None:
        self._centre.desk.post(
            AgentConfigured(
                agent=record.number,
                name=record.name,
                groups=record.groups,
                test=record.test,
                role=record.role,
                leads=record.leads,
            )
        )

    async def _watch(self, number: AgentId) -> None:
        """Nobody is offered anything before the calls of before a restart were taken up."""
        if self._centre.ready.is_set():
            await self._centre.presence.watch(number)
        else:
            self._centre.presence.watch_later(number)
