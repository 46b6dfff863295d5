"""Why a call went where it went: told from the journal, by the rules that decided it then.

Nothing of it is stored. The journal is replayed, and the floor is asked at each moment that
mattered to the call who could have been asked for her, and why each of the others could not.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from ccbot.core import facts as f
from ccbot.core.calls import Call, Stage
from ccbot.core.floor import Floor
from ccbot.core.handing_on import untried
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.replay import Replay
from ccbot.core.routing import Excluded, standing, why_not
from ccbot.core.routing.callers import priority
from ccbot.core.routing.eligible import preferred_agent, skills_asked, steps_reached
from ccbot.core.routing.strategies import counts, tier
from ccbot.core.transfers import Transfer
from ccbot.core.why_words import chosen, in_talk

A_MINUTE = timedelta(minutes=1)
A_MOMENT = timedelta(microseconds=1)
"""Before it, a step was not reached."""


class What(StrEnum):
    """What happened at a moment."""

    TURNED_AWAY = "turned_away"
    """She was not received at the door."""
    CHOSE = "chose"
    """Outside the hours she pressed a key, or none."""
    QUEUED = "queued"
    """She entered a group's queue, or came to another one."""
    WAITED = "waited"
    """Another whole minute in the queue, and nobody was found."""
    RELAXED = "relaxed"
    """A step of the group's: fewer skills are asked for."""
    WIDENED = "widened"
    """A member's delay is over, or the hold for the agent whom she knows."""
    ANOTHER_FIRST = "another_first"
    """An agent who could have been hers was asked for another caller."""
    OFFERED = "offered"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"
    TARGET_ANSWERED = "target_answered"
    """Who was rung for a transfer."""
    IN_TALK = "in_talk"
    """Hold, or a step of a transfer; ``reason`` says it, ``agent`` did it."""
    LEFT = "left"
    """ccbot gave up looking for an agent in this queue."""
    INSTEAD = "instead"
    """What she did instead of waiting, or what became of calling her back; ``reason`` says it."""
    ENDED = "ended"


class Moment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the story."""

    at: datetime
    what: What
    waited_s: float = 0.0
    """How long she has stood in line."""
    group: GroupKey | None = None
    agent: AgentId | None = None
    reason: str | None = None
    """Of a miss, a withdrawal, a refusal, a giving up or an end: as in the facts; else in words."""
    strategy: str | None = None
    """Of an offer: by what he was chosen; ``preferred`` if he is the agent whom she knows,
    ``pulled`` if somebody gave her to him, ``transfer`` if she was to be handed on to him."""
    candidates: tuple[AgentId, ...] = ()
    """Who could be asked for her."""
    counted: dict[AgentId, float | None] = {}
    """Of an offer: what the strategy looks at, for each candidate of the best priority."""
    excluded: dict[AgentId, Excluded] = {}
    """Members of the group who could not be asked, each with the first reason that holds."""
    skills: dict[str, int] = {}
    """Skill → level asked for."""
    priority: int = 0
    ahead: int = 0
    """How many of her group come before her."""
    step: int = 0
    """How many steps that ask for fewer skills lie behind her."""
    other_call: CallId | None = None
    other_priority: int = 0


class Story:
    """Goes through the journal and keeps what mattered to one call."""

    def __init__(self, call: CallId) -> None:
        self._call = call
        self.replay = Replay()
        self.moments: list[Moment] = []
        self.entered: f.CallEntered | None = None
        self.names: dict[AgentId, str] = {}
        self._group: GroupKey | None = None

    def take(self, stamped: f.Stamped) -> None:
        """The next fact of the journal."""
        fact, now = stamped.fact, stamped.at
        if (call := self._waiting()) is not None and not call.owed:  # that one may wait for hours
            self._minutes(call, now)
        self._before(fact, now)
        self.replay.take(stamped)
        self._after(fact, now)

    def _floor(self) -> Floor:
        assert self.replay.floor is not None
        return self.replay.floor

    def _mine(self) -> Call | None:
        return self.replay.floor.calls.get(self._call) if self.replay.floor else None

    def _waiting(self) -> Call | None:
        call = self._mine()
        return call if call is not None and call.stage is Stage.WAITING else None

    # ---- before a fact is applied: what it is about still stands ---------------------------------

    def _minutes(self, call: Call, now: datetime) -> None:
        assert call.waiting_since is not None
        assert self.replay.at is not None
        minutes = (self.replay.at - call.waiting_since) // A_MINUTE + 1
        while (at := call.waiting_since + minutes * A_MINUTE) < now:
            self._note(What.WAITED, call, at, **self._view(call, at))
            minutes += 1

    def _before(self, fact: f.AnyFact, now: datetime) -> None:
        call = self._mine()
        if call is None:
            return
        match fact:
            case f.OfferMade(call=self._call, agent=agent) if call.transfer is not None:
                self._offered_in_transfer(call, call.transfer, agent, now)
            case f.OfferMade(call=self._call, agent=agent):
                self._offered(call, agent, now)
            case f.OfferMade(agent=agent) if call.stage is Stage.WAITING:
                self._passed_over(call, fact, now)
            case f.OfferMissed() | f.OfferWithdrawn() | f.OfferAccepted():
                self._became_of_offer(call, fact, now)
            case f.QueueLeft(call=self._call, reason=gave_up):
                self._note(What.LEFT, call, now, reason=gave_up.value, **self._view(call, now))
            case f.CallEnded(call=self._call, by=by):
                self._note(What.ENDED, call, now, reason=by.value)
            case _:
                self._at_the_door(call, fact, now)

    def _at_the_door(self, call: Call, fact: f.AnyFact, now: datetime) -> None:
        match fact:
            case f.CallTurnedAway(call=self._call, reason=turned_away):
                self._note(What.TURNED_AWAY, call, now, reason=turned_away.value)
            case f.ClosedKeyChosen(call=self._call, key=key):
                self._note(What.CHOSE, call, now, reason=f"key {key}" if key else "nothing")
            case _:
                pass

    def _became_of_offer(
        self, call: Call, fact: f.OfferMissed | f.OfferWithdrawn | f.OfferAccepted, now: datetime
    ) -> None:
        offer = self._floor().offers.get(fact.offer)
        if offer is None or offer.call != self._call:
            return
        match fact:
            case f.OfferMissed(reason=missed):
                self._note(What.MISSED, call, now, agent=offer.agent, reason=missed.value)
            case f.OfferWithdrawn(reason=withdrawn):
                self._note(What.WITHDRAWN, call, now, agent=offer.agent, reason=withdrawn.value)
            case f.OfferAccepted():
                what = What.ANSWERED if call.transfer is None else What.TARGET_ANSWERED
                self._note(what, call, now, agent=offer.agent)

    def _offered_in_transfer(
        self, call: Call, transfer: Transfer, agent_id: AgentId, now: datetime
    ) -> None:
        """Whom the sender named, or one of the group that he named."""
        floor, key = self._floor(), transfer.to_group
        if key is None:
            self._note(What.OFFERED, call, now, agent=agent_id, strategy="transfer")
            return
        free = [one for one in untried(floor, call, key) if one.free(now)]
        group = floor.group(key)
        self._note(
            What.OFFERED,
            call,
            now,
            agent=agent_id,
            strategy=group.strategy,
            candidates=tuple(one.id for one in free),
            counted={one.id: counts(call, group, one, now) for one in free},
        )

    def _offered(self, call: Call, agent_id: AgentId, now: datetime) -> None:
        floor, view = self._floor(), self._view(call, now)
        assert call.group is not None
        group = floor.group(call.group)
        agents = [floor.agents[one] for one in view["candidates"]]
        best = min((tier(group, one) for one in agents), default=0)
        counted = {
            one.id: counts(call, group, one, now) for one in agents if tier(group, one) == best
        }
        preferred = preferred_agent(floor, call, now) == agent_id
        strategy: str = "preferred" if preferred else group.strategy
        if call.pulled_to == agent_id:
            strategy, counted = "pulled", {}
        more = {"agent": agent_id, "strategy": strategy, "counted": counted}
        self._note(What.OFFERED, call, now, **view, **more)

    def _passed_over(self, call: Call, made: f.OfferMade, now: datetime) -> None:
        floor = self._floor()
        other, agent = floor.calls.get(made.call), floor.agents.get(made.agent)
        if other is None or other.group is None or agent is None:
            return
        if why_not(floor, call, agent, now) is not None:
            return
        if standing(floor.routing, other, now) > standing(floor.routing, call, now):
            return
        self._note(
            What.ANOTHER_FIRST,
            call,
            now,
            agent=agent.id,
            other_call=other.id,
            other_priority=priority(floor.routing, other, now),
        )

    # ---- after a fact was applied ----------------------------------------------------------------

    def _after(self, fact: f.AnyFact, now: datetime) -> None:
        if isinstance(fact, f.CallEntered) and fact.call == self._call:
            self.entered = fact
        call = self._mine()
        if call is None:
            return
        if getattr(fact, "call", None) == self._call:
            self._tell(call, fact, now)
        self.names.update({one.id: one.name for one in self._floor().agents.values()})
        if isinstance(fact, f.CallQueued | f.QueueChanged) and fact.call == self._call:
            ahead = self._floor().ahead_of(call, now)
            self._note(What.QUEUED, call, now, ahead=ahead, **self._view(call, now))
        elif isinstance(fact, f.EligibilityWidened) and fact.call == self._call:
            self._widened(call, now)

    def _tell(self, call: Call, fact: f.AnyFact, now: datetime) -> None:
        if said := chosen(fact):
            self._note(What.INSTEAD, call, now, reason=said)
        if done := in_talk(fact):
            agent, reason = done
            self._note(What.IN_TALK, call, now, agent=agent, reason=reason)

    def _widened(self, call: Call, now: datetime) -> None:
        document = self._floor().routing
        relaxed = steps_reached(document, call, now) > steps_reached(document, call, now - A_MOMENT)
        what = What.RELAXED if relaxed else What.WIDENED
        self._note(what, call, now, **self._view(call, now))

    # ---- how it was ------------------------------------------------------------------------------

    def _view(self, call: Call, now: datetime) -> dict[str, Any]:
        """Who could be asked for her at this moment, and why not the others of the group."""
        floor = self._floor()
        candidates: list[AgentId] = []
        excluded: dict[AgentId, Excluded] = {}
        for agent in sorted(floor.agents.values(), key=lambda one: one.id):
            reason = why_not(floor, call, agent, now)
            if reason is None:
                candidates.append(agent.id)
            elif reason not in {Excluded.NOT_OF_GROUP, Excluded.TEST_ONLY}:
                excluded[agent.id] = reason
        return {"candidates": tuple(candidates), "excluded": excluded}

    def _note(self, what: What, call: Call, now: datetime, **more: Any) -> None:
        floor = self._floor()
        queued = call.group is not None and call.waiting_since is not None
        if queued:
            more |= {
                "waited_s": round((now - call.in_line_since).total_seconds(), 3),
                "priority": priority(floor.routing, call, now),
                "skills": dict(skills_asked(floor.routing, call, now)),
                "step": steps_reached(floor.routing, call, now),
            }
        self.moments.append(Moment(at=now, what=what, group=call.group, **more))
