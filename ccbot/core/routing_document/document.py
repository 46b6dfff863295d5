"""The document as a whole, and its JSON Schema."""

from typing import Any

import msgspec

from ccbot.core.ids import GroupKey
from ccbot.core.routing_document.after import Callback, Recording, Voicemail
from ccbot.core.routing_document.entries import Customers, Entry, Lookup, Menu
from ccbot.core.routing_document.groups import Group
from ccbot.core.routing_document.hours import Emergency, Hours
from ccbot.core.routing_document.surveys import Survey
from ccbot.core.routing_document.words import (
    AgentNumber,
    Language,
    Level,
    Name,
    Pace,
    Part,
    Seconds,
)


class AgentSkills(Part, frozen=True, kw_only=True):
    """What one agent can do."""

    skills: dict[Name, Level] = {}


class Metrics(Part, frozen=True, kw_only=True):
    """What reports count by; a day that is closed keeps the limits that it was counted by."""

    answer_within_s: Seconds = 20.0
    """The service level (接通率) asks for an answer within so long."""
    short_abandon_s: Pace = 5.0
    """Whoever hung up so soon did not mean to wait, and is in no abandonment rate."""


class RoutingDocument(Part, frozen=True, kw_only=True):
    """The whole document. Valid only if ``faults`` finds nothing."""

    company: str = ""
    languages: tuple[Language, ...] = ("zh", "en")
    """In which callers may be spoken to."""
    default_entry: Name
    numbers: dict[str, Name] = {}
    """Dialled number → entry; any other number gets the default entry."""
    entries: dict[Name, Entry]
    menus: dict[Name, Menu]
    groups: dict[Name, Group]
    surveys: dict[Name, Survey]

    time_zone: str = "Asia/Shanghai"
    hours: dict[Name, Hours] = {}
    emergency: Emergency = Emergency()
    customers: Customers = Customers()
    lookup: Lookup | None = None
    agents: dict[AgentNumber, AgentSkills] = {}
    callback: Callback = Callback()
    voicemail: Voicemail = Voicemail()
    recording: Recording = Recording()
    metrics: Metrics = Metrics()

    def entry_for(self, dialled: str) -> str:
        """The key of the entry for a dialled number."""
        return self.numbers.get(dialled, self.default_entry)

    def knows(self, dialled: str) -> bool:
        """Whether this number was given to anybody; with no numbers at all, every one is."""
        return not self.numbers or dialled in self.numbers

    def last_resort(self, entry: str) -> str:
        """The group of an entry for callers whom no other one can take."""
        at = self.entries[entry]
        if at.menu is not None:
            return self.menus[at.menu].default_group
        assert at.group is not None
        return at.group

    def group(self, key: GroupKey) -> Group:
        """The group of that key; an ordinary one, if it is gone and a call is still its."""
        return self.groups.get(key) or Group(name=key)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document; it allows no unknown names."""
    made = msgspec.json.schema(RoutingDocument)
    for part in made["$defs"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    return made
