"""A floor with a clock of its own, for tests: facts in, decisions carried out as the desk does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.decisions import Decision, Forget, Post, Propose, Revoke, Tell, WakeAt
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.routing_document import RoutingDocument
from ccbot.store.routing_file import DEFAULT, parse

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def routing() -> RoutingDocument:
    """The default document."""
    return parse(DEFAULT.read_text(encoding="utf-8"), "default")


def replace_group(document: RoutingDocument, key: str, **changes: Any) -> RoutingDocument:
    """The document with these settings of a group."""
    groups = dict(document.groups)
    groups[key] = msgspec.structs.replace(groups[key], **changes)
    return msgspec.structs.replace(document, groups=groups)


def without_groups(document: RoutingDocument, gone: set[str]) -> RoutingDocument:
    """The document without these groups; their keys and callers lead to the first one left."""
    groups = {key: one for key, one in document.groups.items() if key not in gone}
    [first, *_] = groups
    menus = {
        key: msgspec.structs.replace(
            menu,
            keys={digit: group for digit, group in menu.keys.items() if group in groups},
            default_group=menu.default_group if menu.default_group in groups else first,
        )
        for key, menu in document.menus.items()
    }
    return msgspec.structs.replace(document, groups=groups, menus=menus)


class Story:
    """Applies facts and carries decisions out."""

    def __init__(self, document: RoutingDocument | None = None) -> None:
        self.floor = Floor(document or routing())
        self.now = NOON
        self.timers: dict[tuple[str, str], WakeAt] = {}
        self.told: list[object] = []
        self.offers: list[f.OfferMade] = []
        self.revoked: list[OfferId] = []

    def post(self, fact: f.AnyFact) -> bool:
        decisions = self.floor.apply(fact, self.now)
        queue: list[Decision] = list(decisions or [])
        while queue:
            queue.extend(self._carry_out(queue.pop(0)))
        return decisions is not None

    def _carry_out(self, decision: Decision) -> list[Decision]:
        match decision:
            case Propose():
                return self._reserve()
            case Post(fact=fact):
                return self.floor.apply(fact, self.now) or []
            case WakeAt():
                self.timers[decision.key] = decision
            case Forget(key=key):
                self.timers.pop(key, None)
            case Tell(news=news):
                self.told.append(news)
            case Revoke(offer=offer):
                self.revoked.append(offer)
        return []

    def _reserve(self) -> list[Decision]:
        decisions: list[Decision] = []
        for one in self.floor.proposal(self.now):
            offer = OfferId(f"offer-{len(self.offers) + 1}")
            made = f.OfferMade(offer=offer, call=one.call, agent=one.agent)
            more = self.floor.apply(made, self.now)
            if more is not None:
                self.offers.append(made)
            decisions += more or []
        return decisions

    def wait(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        while due := [one for one in self.timers.values() if one.at <= until]:
            first = min(due, key=lambda one: one.at)
            self.now = max(self.now, first.at)
            del self.timers[first.key]
            self.post(first.fact)
        self.now = until

    def agent(self, number: str, *groups: str, test: bool = False) -> AgentId:
        agent = AgentId(number)
        keys = tuple(GroupKey(group) for group in groups or ("service",))
        self.post(f.AgentConfigured(agent=agent, name=number, groups=keys, test=test))
        self.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))
        self.post(f.AgentSignedIn(agent=agent))
        return agent

    def caller(
        self, name: str, group: str = "service", *, test: bool = False, number: str = "1"
    ) -> CallId:
        call = CallId(name)
        self.post(
            f.CallEntered(
                call=call, leg=name, dialled_number="1", entry="main", caller=number, test=test
            )
        )
        self.post(f.MenuOpened(call=call))
        self.post(f.CallQueued(call=call, group=GroupKey(group), by=f.GroupChosenBy.KEY))
        return call

    def offered(self) -> list[tuple[str, str]]:
        return [(one.call, one.agent) for one in self.offers]

    def talk(self, name: str = "call") -> CallId:
        """A caller and whoever is free for her, talking."""
        call = self.caller(name)
        self.connect()
        return call

    def connect(self, number: int = -1) -> OfferId:
        offer = self.offers[number].offer
        assert self.post(f.OfferAccepted(offer=offer))
        assert self.post(f.TalkStarted(offer=offer))
        return offer

    def state(self, agent: AgentId) -> AgentState:
        return self.floor.agents[agent].state
