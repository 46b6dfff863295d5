"""What is written down of talks apart from the floor: who has each customer, and who is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ccbot.core.agents import AgentState
from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallHeld,
    CallQueued,
    CallResumed,
    CallTakenOver,
    ConferenceStarted,
    ConsultEnded,
    ConsultStarted,
    ConsultSwapped,
    OfferMade,
    Role,
    SenderLeft,
    Stamped,
    TalkEnded,
    TalkStarted,
    TransferAsked,
    TransferCompleted,
    TransferFailed,
    TransferKind,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, OfferId

HOPS_MAX = 3
LOOKS_S_MAX = 30.0 + 5.0 + 1.0
"""A transfer looks for somebody so long at most: its patience, and who has just answered."""

LEAVES_S_MAX = 1.0
"""Whose part is over is heard so long at most."""


@dataclass(slots=True)
class Talk:
    """A talk, and the transfer that is open in it."""

    owner: AgentId | None
    held: bool = False
    asked: TransferAsked | None = None
    asked_at: datetime | None = None
    target: AgentId | None = None
    met: bool = False
    sender_left: bool = False
    rung: list[AgentId] = field(default_factory=list)

    @property
    def agents(self) -> list[AgentId]:
        """Who talks with her or about her."""
        owner = None if self.sender_left else self.owner
        return [one for one in (owner, self.target) if one is not None]

    def over(self) -> None:
        """No transfer is open any more."""
        self.asked = self.asked_at = self.target = None
        self.met = self.sender_left = self.held = False
        self.rung = []


class Talks:
    """Every talk, from its beginning to its end."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._talks: dict[CallId, Talk] = {}
        self._hops: dict[CallId, int] = {}
        self._offers: dict[OfferId, OfferMade] = {}
        self._taken_over_at: datetime | None = None

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over."""
        self._floor = floor

    def of(self, agent: AgentId) -> list[CallId]:
        """The calls in which this agent talks."""
        return [call for call, talk in self._talks.items() if agent in talk.agents]

    def has(self, call: CallId) -> bool:
        """Whether somebody talks with her or about her, or is looked for to do so."""
        return call in self._talks

    def alone(self, now: datetime) -> Iterable[str]:
        """Customers for whom somebody is looked for too long."""
        for call, talk in self._talks.items():
            if talk.asked_at is None or talk.target is not None:
                continue
            if now > talk.asked_at + timedelta(seconds=LOOKS_S_MAX):
                yield f"{call} looks for somebody since {talk.asked_at}"

    def problems(self, fact: AnyFact, now: datetime) -> Iterable[str]:
        """After each fact: what must not be in a talk."""
        match fact:
            case OfferMade():
                self._offers[fact.offer] = fact
                yield from self._rung(fact)
            case TalkStarted():
                made = self._offers[fact.offer]
                self._talks[made.call] = Talk(made.agent)
            case TalkEnded() | CallEnded():
                yield from self._ended(fact.call)
            case CallQueued() if fact.call in self._talks:
                if agents := self._talks.pop(fact.call).agents:
                    yield f"{fact.call} is queued, but {agents} talk with her"
            case ConsultStarted():
                yield from self._consults(self._offers[fact.offer])
            case _:
                if (talk := self._talks.get(getattr(fact, "call", CallId("")))) is not None:
                    yield from self._within(talk, fact, now)

    def _within(self, talk: Talk, fact: AnyFact, now: datetime) -> Iterable[str]:
        match fact:
            case CallHeld() | CallResumed():
                yield from self._held(talk, fact)
            case TransferAsked():
                yield from self._asked(talk, fact, now)
            case ConsultSwapped() | ConferenceStarted():
                yield from self._all_there(talk, fact)
            case ConsultEnded() | TransferFailed():
                yield from self._in_vain(talk)
            case SenderLeft():
                talk.sender_left = True
                yield from self._wraps_up(fact.agent)
            case TransferCompleted():
                yield from self._completed(talk, fact)
            case CallTakenOver():
                yield from self._taken_over(talk, fact)
            case _:
                pass

    def _consults(self, made: OfferMade) -> Iterable[str]:
        talk = self._talks[made.call]
        talk.target = made.agent
        if talk.sender_left:
            yield f"{made.call}: {made.agent} talks to a sender who left"

    @staticmethod
    def _held(talk: Talk, fact: CallHeld | CallResumed) -> Iterable[str]:
        held = isinstance(fact, CallHeld)
        if fact.agent != talk.owner or talk.asked is not None or held == talk.held:
            yield f"{fact.call} is {'held' if held else 'back'} by {fact.agent}"
        talk.held = held

    @staticmethod
    def _all_there(talk: Talk, fact: ConsultSwapped | ConferenceStarted) -> Iterable[str]:
        if talk.target is None or talk.sender_left:
            yield f"{fact.call}: there is nobody to talk with"
        talk.met = talk.met or isinstance(fact, ConferenceStarted)

    def _in_vain(self, talk: Talk) -> Iterable[str]:
        yield from self._target_is_free(talk)
        if talk.sender_left:
            talk.target = None
        else:
            talk.over()

    def _asked(self, talk: Talk, fact: TransferAsked, now: datetime) -> Iterable[str]:
        if fact.agent != talk.owner or talk.asked is not None:
            yield f"{fact.call} is handed on by {fact.agent}, who does not have her"
        hops = self._hops.get(fact.call, 0)
        target = self._floor.agents.get(fact.to_agent) if fact.to_agent else None
        if hops >= HOPS_MAX and (target is None or target.role is not Role.LEADER):
            yield f"{fact.call} is handed on for the {hops + 1}th time"
        talk.held, talk.asked = False, fact
        if fact.kind is TransferKind.BLIND and fact.to_group is not None:
            talk.sender_left = True
            self._hops[fact.call] = hops + 1
        else:
            talk.asked_at = now

    def _rung(self, made: OfferMade) -> Iterable[str]:
        talk = self._talks.get(made.call)
        if talk is None:
            return
        asked, agent = talk.asked, self._floor.agents[made.agent]
        if asked is None or asked.agent == made.agent or talk.target is not None:
            yield f"agent {made.agent} is rung for {made.call}, who is served"
            return
        if made.agent != asked.to_agent and asked.to_group not in agent.groups:
            yield f"agent {made.agent} is rung for {made.call}, who is handed on to others"
        talk.rung.append(made.agent)

    def _target_is_free(self, talk: Talk) -> Iterable[str]:
        agent = self._floor.agents.get(talk.target) if talk.target else None
        wrong = AgentState.READY if talk.met else AgentState.WRAP_UP
        if agent is not None and agent.state is wrong:
            yield f"agent {agent.id} is {wrong} after he was {'with her' if talk.met else 'asked'}"

    def _wraps_up(self, agent_id: AgentId) -> Iterable[str]:
        agent = self._floor.agents.get(agent_id)
        if agent is not None and agent.state is AgentState.READY:
            yield f"agent {agent_id} is ready as soon as he has handed her on"

    def _completed(self, talk: Talk, fact: TransferCompleted) -> Iterable[str]:
        self._hops[fact.call] = self._hops.get(fact.call, 0) + 1
        if fact.agent not in {talk.target, *talk.rung[-1:]}:
            yield f"{fact.call} is given to {fact.agent}, who was not asked"
        if talk.owner is not None and not talk.sender_left:
            yield from self._wraps_up(talk.owner)
        talk.over()
        talk.owner = fact.agent

    def _taken_over(self, talk: Talk, fact: CallTakenOver) -> Iterable[str]:
        if talk.sender_left or fact.agent != talk.owner:
            yield f"{fact.call} is taken over from {fact.agent}, who does not have her"
        yield from self._target_is_free(talk)
        yield from self._wraps_up(fact.agent)
        talk.over()
        talk.owner = fact.supervisor

    def _ended(self, call: CallId) -> Iterable[str]:
        talk = self._talks.pop(call, None)
        if call not in self._floor.calls:
            self._hops.pop(call, None)
        if talk is not None:
            yield from self._target_is_free(talk)


def threesomes(facts: Sequence[Stamped], epoch: datetime) -> list[tuple[float, float]]:
    """From when to when a customer talked with two agents."""
    found, since = [], None
    over = (
        ConsultEnded | TransferFailed | TransferCompleted | SenderLeft | CallTakenOver | CallEnded
    )
    for at, fact in facts:
        now_s = (at - epoch).total_seconds()
        if isinstance(fact, ConferenceStarted):
            since = now_s
        elif isinstance(fact, over) and since is not None:
            found.append((since, now_s + LEAVES_S_MAX))
            since = None
    return found
