"""Who may serve whom, and who comes first: the rules of the document, written down a second time.

Nothing here asks ``ccbot.core.routing``. Counts and memories are kept from the facts alone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import Call, Stage
from ccbot.core.facts import (
    AgentSignedIn,
    AnyFact,
    CallEnded,
    CallQueued,
    GroupChosenBy,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    Phone,
    QueueReordered,
    TalkStarted,
    TransferCompleted,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.routing_document import Group, Member

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Turns:
    """How many talks each agent had since he signed in, and when each group asked him last."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._offers: dict[OfferId, OfferMade] = {}
        self._bridged: dict[CallId, AgentId] = {}
        self._away: set[AgentId] = set()
        self.talks: dict[AgentId, int] = {}
        self.asked_at: dict[tuple[GroupKey, AgentId], datetime] = {}
        self.last_agent: dict[tuple[GroupKey, str], tuple[AgentId, datetime]] = {}

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over."""
        self._floor = floor
        self._look()

    def _look(self) -> None:
        agents = self._floor.agents
        self._away = {one.id for one in agents.values() if one.state is AgentState.OFFLINE}
        for agent in [one for one in self.talks if one not in agents]:
            del self.talks[agent]
        for group, agent in [one for one in self.asked_at if one[1] not in agents]:
            del self.asked_at[group, agent]

    def keep_books(self, fact: AnyFact, now: datetime) -> None:
        """After each fact."""
        if isinstance(fact, TransferCompleted):
            self._has(fact.call, fact.agent, now)
        match fact:
            case AgentSignedIn(agent=agent) if agent in self._away:
                self.talks.pop(agent, None)
            case OfferMade():
                self._asked(fact, now)
            case OfferBridged():
                made = self._offers[fact.offer]
                self._bridged[made.call] = made.agent
            case OfferMissed() | OfferWithdrawn():
                self._bridged.pop(self._offers[fact.offer].call, None)
            case TalkStarted():
                self._talks(self._offers[fact.offer], now)
            case CallEnded() if fact.call in self._bridged:
                self._counts(self._bridged.pop(fact.call))
            case _:
                pass
        self._look()

    def _asked(self, made: OfferMade, now: datetime) -> None:
        self._offers[made.offer] = made
        call = self._floor.calls[made.call]
        assert call.group is not None
        if call.stage is not Stage.CONSULT:
            self.asked_at[call.group, made.agent] = now

    def _talks(self, made: OfferMade, now: datetime) -> None:
        self._bridged.pop(made.call, None)
        self._has(made.call, made.agent, now)

    def _has(self, call_id: CallId, agent: AgentId, now: datetime) -> None:
        self._counts(agent)
        call = self._floor.calls[call_id]
        assert call.group is not None
        self.last_agent[call.group, call.caller.removeprefix("+86")] = (agent, now)

    def _counts(self, agent: AgentId) -> None:
        self.talks[agent] = self.talks.get(agent, 0) + 1


class Chances:
    """Who may be asked for whom at a moment, apart from rests."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._turns = Turns(floor)
        self._missed_until: dict[tuple[CallId, AgentId], datetime] = {}
        self._offers: dict[OfferId, OfferMade] = {}
        self._of_transfers: set[OfferId] = set()
        self._heads: set[CallId] = set()
        """Who was handed on to her queue last, or put there: she is the first in it."""
        self._given: dict[CallId, AgentId] = {}
        """Who was given to whom; he is asked before everybody, whatever the rules."""

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over; what was promised before still holds."""
        self._floor = floor
        self._turns.moves_to(floor)

    def keep_books(self, fact: AnyFact, now: datetime) -> None:
        """Who missed which call, and who had how many."""
        self._turns.keep_books(fact, now)
        if isinstance(fact, CallQueued):
            change = self._heads.add if fact.by is GroupChosenBy.TRANSFER else self._heads.discard
            change(fact.call)
        elif isinstance(fact, QueueReordered):
            self._moved(fact)
        elif isinstance(fact, OfferMade):
            self._offers[fact.offer] = fact
            self._given.pop(fact.call, None)
            if self._floor.calls[fact.call].stage is Stage.CONSULT:
                self._of_transfers.add(fact.offer)
        elif isinstance(fact, OfferMissed):
            made = self._offers[fact.offer]
            if fact.offer in self._of_transfers:
                return  # he is asked again for her as for anybody
            again_s = self._group(self._floor.calls[made.call]).offer_again_s
            self._missed_until[made.call, made.agent] = now + timedelta(seconds=again_s)

    def _moved(self, fact: QueueReordered) -> None:
        if fact.agent is None:
            self._heads.add(fact.call)
        else:
            self._given[fact.call] = fact.agent

    def was_given_to(self, call: Call, agent: Agent) -> bool:
        """Whether a supervisor gave her to this agent just now."""
        return self._given.get(call.id) == agent.id

    # ---- whoever must be asked ------------------------------------------------------------------

    def must(self, agent: Agent, call: Call, now: datetime, *, beside: Call | None = None) -> bool:
        """Whether this call has a right to the agent, if he is free; ``beside``: not counted."""
        if self._is_here(call) or self._is_full(call, beside):
            return False
        if not self._serves(agent, call, now):
            return False
        if self._waited_s(call, now) <= self._delay_s(call, agent):
            return False
        if self._barred(call, agent, now, at_the_border=True):
            return False
        return self.awaited(call, now) in {None, agent.id}

    def awaited(self, call: Call, now: datetime) -> AgentId | None:
        """The agent whom alone she waits for."""
        group = self._group(call)
        if self._waited_s(call, now) >= group.preferred_hold_s:
            return None
        assert call.group is not None
        number = call.caller.removeprefix("+86")
        last, at = self._turns.last_agent.get((call.group, number), (None, NEVER))
        if not call.caller or now - at > timedelta(days=group.preferred_days):
            last = None
        agent = self._floor.agents.get(call.preferred_agent or last or AgentId(""))
        if agent is None or not self._serves(agent, call, now):
            return None
        if agent.call != call.id and not _is_near(agent, now):
            return None
        return None if self._barred(call, agent, now, at_the_border=True) else agent.id

    # ---- whom an offer may not pass over --------------------------------------------------------

    def wrongs(self, made: OfferMade, now: datetime) -> Iterable[str]:
        """What the document forbids about this offer itself."""
        call, agent = self._floor.calls[made.call], self._floor.agents[made.agent]
        if self._is_here(call):
            yield f"{call.id} is to be called back while she is on the line"
        if not self._serves(agent, call, now):
            yield f"agent {agent.id} cannot serve {call.id}"
        if self._is_full(call, call):
            yield f"{call.id} rings although {call.group} has as many talks as it may"
        if self._waited_s(call, now) < self._delay_s(call, agent):
            yield f"agent {agent.id} was asked for {call.id} before his delay"
        if self._barred(call, agent, now, at_the_border=False):
            yield f"agent {agent.id} was asked again for {call.id}"
        if self._held(call, agent, now):
            yield f"agent {agent.id} was asked for {call.id}, who waits for another one"

    def _held(self, call: Call, agent: Agent, now: datetime) -> bool:
        awaited = self.awaited(call, now)
        return awaited is not None and awaited != agent.id

    def is_before(self, other: Call, chosen: Call, now: datetime) -> bool:
        """Whether another caller is to be served before this one."""
        return self._rank(other, now) < self._rank(chosen, now)

    def is_preferred(self, other: Agent, asked: Agent, call: Call) -> bool:
        """Whether another free candidate should have been asked by the group's strategy."""
        group = self._group(call)
        tiers = [_member(group, one).priority for one in (other, asked)]
        if tiers[0] != tiers[1]:
            return tiers[0] < tiers[1]
        return self._place(call, other) < self._place(call, asked)

    def is_as_good(self, agent: Agent, ringing: Iterable[AgentId], call: Call) -> bool:
        """Whether somebody of no better priority rings already."""
        group = self._group(call)
        tiers = [_member(group, self._floor.agents[one]).priority for one in ringing]
        return _member(group, agent).priority <= max(tiers, default=9)

    def _place(self, call: Call, agent: Agent) -> tuple[object, ...]:
        group = self._group(call)
        assert call.group is not None
        match group.strategy:
            case "longest_idle" | "ring_all":
                return (agent.idle_since,)
            case "fewest_calls":
                return (self._turns.talks.get(agent.id, 0), agent.idle_since)
            case "round_robin":
                return (self._turns.asked_at.get((call.group, agent.id), NEVER),)
            case "ordered":
                named = [*group.members, agent.id]
                return (named.index(agent.id),)
            case "weighted_random":
                return ()

    def _rank(self, call: Call, now: datetime) -> tuple[bool, float, float]:
        group, document = self._group(call), self._floor.routing
        waited_s = self._waited_s(call, now)
        entry = document.entries.get(call.entry)
        own = entry.priority if entry else 0
        if call.vip:
            own = max(own, document.customers.vip_priority)
        if group.ageing_s > 0:
            own += int(waited_s / group.ageing_s)
        return call.id not in self._heads, -(own + group.priority), -waited_s * group.weight

    # ---- the rules ------------------------------------------------------------------------------

    def _serves(self, agent: Agent, call: Call, now: datetime) -> bool:
        if call.group not in agent.groups or (agent.test and not call.test):
            return False
        skills = self._group(call).skills
        gone = [step for step in skills.relax if self._waited_s(call, now) >= step.after_s]
        asked = [*(gone[-1].requires if gone else skills.requires).items()]
        if len(gone) < max(1, len(skills.relax)):
            entry = self._floor.routing.entries.get(call.entry)
            asked += entry.requires.items() if entry else ()
        named = self._floor.routing.agents.get(agent.id)
        own = named.skills if named else {}
        return agent.test or all(own.get(skill, 0) >= level for skill, level in asked)

    def _is_full(self, call: Call, beside: Call | None) -> bool:
        most = self._group(call).talks_max
        busy = [
            one
            for one in self._floor.calls.values()
            if one is not beside
            and one.group == call.group
            and one.stage in {Stage.RINGING, Stage.TALK, Stage.HOLD, Stage.CONSULT}
        ]
        return most is not None and len(busy) >= most

    def _is_here(self, callback: Call) -> bool:
        """Whether the customer of a callback is on another call with us."""
        number = callback.caller.removeprefix("+86")
        return callback.owed and any(
            one.caller.removeprefix("+86") == number and (one.callback_of is None or one.reached)
            for one in self._floor.calls.values()
            if one is not callback
        )

    def _barred(self, call: Call, agent: Agent, now: datetime, *, at_the_border: bool) -> bool:
        """He missed this call, and not everybody has. At that very moment, either may be true."""

        def missed(one: AgentId, border: bool) -> bool:
            until = self._missed_until.get((call.id, one), NEVER)
            return until > now or (border and until == now)

        on_duty = [
            one.id
            for one in self._floor.agents.values()
            if one.state not in {AgentState.OFFLINE, AgentState.PAUSED}
            and not one.removed
            and self._serves(one, call, now)
        ]
        those = [one for call_id, one in self._missed_until if call_id == call.id]
        several = sum(missed(one, not at_the_border) for one in those) > 1
        everybody = several and all(missed(one, not at_the_border) for one in on_duty)
        return missed(agent.id, at_the_border) and not everybody

    def _delay_s(self, call: Call, agent: Agent) -> float:
        return _member(self._group(call), agent).delay_s

    def _group(self, call: Call) -> Group:
        assert call.group is not None
        return self._floor.group(call.group)

    @staticmethod
    def _waited_s(call: Call, now: datetime) -> float:
        return (now - call.in_line_since).total_seconds()


def _member(group: Group, agent: Agent) -> Member:
    return group.members.get(agent.id, Member())


def _is_near(agent: Agent, now: datetime) -> bool:
    """Free, or about to be."""
    rests = agent.resting_until is not None and agent.resting_until > now
    ready = agent.state is AgentState.READY and agent.phone is Phone.IDLE and not rests
    return ready or agent.state is AgentState.WRAP_UP
