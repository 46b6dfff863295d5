"""What a flow holds of the caller whom it serves."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from ccbot.core.calls import Call
from ccbot.core.ids import CallId
from ccbot.core.routing_document import Entry, RoutingDocument
from ccbot.desk import Desk
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.leg import Leg


class Memory(Protocol):
    """What is known of customers from earlier calls."""

    def language_of(self, number: str, /) -> str | None:
        """The language that this number chose last, if it did."""
        ...

    def remember(self, number: str, language: str, /) -> None:
        """The number chose this language."""
        ...


class NoMemory:
    """Every caller is new."""

    def language_of(self, _number: str) -> str | None:
        """Nothing is known."""
        return None

    def remember(self, _number: str, _language: str) -> None:
        """It is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a flow needs to serve one caller."""

    id: CallId
    leg: Leg
    desk: Desk
    exchange: Exchange
    memory: Memory
    looked_up: asyncio.Event
    """Set as soon as the company's own system has told of her, or will not."""

    @property
    def routing(self) -> RoutingDocument:
        """The document that is live now; it may change between two steps of a visit."""
        return self.desk.floor.routing

    @property
    def call(self) -> Call:
        """The call as the floor knows it; it stays there until the visit is over."""
        call = self.desk.call(self.id)
        assert call is not None, f"{self.id} is not on the floor"
        return call

    @property
    def entry(self) -> Entry:
        """Where the call came in."""
        return self.routing.entries[self.call.entry]

    @property
    def language_is_open(self) -> bool:
        """Whether the caller is still to be asked for her language."""
        return bool(self.entry.language_menu) and self.call.language is None

    @property
    def promised_s(self) -> float | None:
        """When, in seconds of her waiting, it is her turn by what she was told, if she was."""
        since, by = self.call.waiting_since, self.call.promised_at
        return None if since is None or by is None else (by - since).total_seconds()

    @property
    def waited_s(self) -> float:
        """How long the call has been in its queue."""
        since = self.call.waiting_since
        assert since is not None, f"{self.id} is in no queue"
        return max(0.0, (self.desk.now() - since).total_seconds())
