"""A call as far as its facts have been read: what the steps change, and the row is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ccbot.core.facts import CallEntered, EndedBy, Flag, GreetingPlayed, Outcome, SurveyFinished
from ccbot.core.ids import AgentId, GroupKey, OfferId
from ccbot.core.records.rows import Segment, SegmentKind

WITH_AN_AGENT = {SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT}
"""The customer has an agent, though she may hear music meanwhile."""


class Bridged(NamedTuple):
    """Customer and agent are in one room; it is not known yet whether they talk."""

    offer: OfferId
    at: datetime


class Asked(NamedTuple):
    """An agent who was asked for the call."""

    agent: AgentId
    greetings_before: int
    """How many greetings had been played in the call by then."""


@dataclass(slots=True)
class Course:
    """What has become of the call so far. What does not fit the stage changes nothing."""

    entered: CallEntered
    entered_at: datetime
    now: datetime = field(init=False)
    kind: SegmentKind = field(init=False)
    segments: list[Segment] = field(default_factory=list)
    _began: datetime = field(init=False)
    _agent: AgentId | None = None
    _entry_no: int = 0
    groups: list[GroupKey] = field(default_factory=list)
    not_served: Outcome | None = None
    """What the call is if it ends now: nobody serves her where she is."""
    message_left: bool = False
    booked: bool = False
    is_there: bool = field(init=False)
    """A callback's customer is not there before she was reached."""
    settled: bool = False
    recorder_failed: bool = False
    asked: dict[OfferId, Asked] = field(default_factory=dict)
    ringing: set[OfferId] = field(default_factory=set)
    """Those that ring now, side by side."""
    bridged: Bridged | None = None
    owner: AgentId | None = None
    """Whose talk is the last one."""
    answered_here: bool = False
    """It came to a talk since she entered the last queue."""
    in_talk: list[AgentId] = field(default_factory=list)
    """Who had the customer, in order: owners, and who talked with both."""
    greetings_before: int = 0
    """How many greetings had been played when the owner was asked."""
    target: AgentId | None = None
    """Whom the owner talks with, or all three do."""
    to_group: GroupKey | None = None
    """The group whose members are asked to take the customer over."""
    sender_left: bool = False
    to_queue: bool = False
    """The customer is handed on to a group, and no talk followed yet."""
    transfers: int = 0
    talk_ended_by: EndedBy | None = None
    greetings: list[GreetingPlayed] = field(default_factory=list)
    survey: SurveyFinished | None = None
    resolved: bool | None = None
    flags: list[Flag] = field(default_factory=list)

    def __post_init__(self) -> None:
        """It begins with the greeting; a callback, with the search for an agent."""
        self.now = self._began = self.entered_at
        called_back = self.entered.callback_of is not None
        self.kind = SegmentKind.WAITING if called_back else SegmentKind.GREETING
        self.is_there = not called_back

    def turn(self, kind: SegmentKind, by: EndedBy, agent: AgentId | None = None) -> None:
        """One segment ends, another begins."""
        self.close(by)
        self.open(kind, agent)

    def close(self, by: EndedBy) -> None:
        """The segment is over."""
        self.segments.append(
            Segment(
                seq=len(self.segments) + 1,
                kind=self.kind,
                started_at=self._began,
                ended_at=self.now,
                group_key=self.groups[-1] if self.groups else None,
                agent=self._agent,
                ended_by=by,
                entry_no=self._entry_no,
            )
        )

    def open(self, kind: SegmentKind, agent: AgentId | None = None) -> None:
        """A segment begins; no phone rings in it yet."""
        self.kind, self._began, self._agent = kind, self.now, agent
        self.ringing, self.bridged = set(), None

    def queue(self, group: GroupKey, by: EndedBy) -> None:
        """She waits in a group's queue from now on."""
        self.close(by)
        self.groups.append(group)
        self.answered_here = False
        self._entry_no += 1
        self.open(SegmentKind.WAITING)

    def ring_together(self) -> None:
        """Several are asked, and nobody has met her."""
        self._agent = self.bridged = None

    def rings(self, offer: OfferId) -> bool:
        """Whether this offer rings for a waiting caller; a transfer's target is another matter."""
        return self.kind is SegmentKind.RINGING and offer in self.ringing

    def begin_talk(self, offer: OfferId) -> None:
        """The ringing lasted until they were bridged, whenever that was known to be a talk."""
        agent, now = self.asked[offer].agent, self.now
        self._agent = agent
        self.now = self.bridged.at if self.bridged else now
        self.turn(SegmentKind.TALK, EndedBy.AGENT, agent)
        self.now = now
        self.transfers += self.to_queue
        self.owned_by(agent)

    def owned_by(self, agent: AgentId) -> None:
        """A talk with this agent has begun."""
        self.owner, self.answered_here = agent, True
        self.in_talk.append(agent)
        self.greetings_before = max(
            (one.greetings_before for one in self.asked.values() if one.agent == agent), default=0
        )
        self.end_transfer()
        self.talk_ended_by = None

    def end_transfer(self) -> None:
        """Nobody is asked any more to take the customer over."""
        self.target = self.to_group = None
        self.sender_left = self.to_queue = False

    def greeting(self) -> GreetingPlayed | None:
        """What was played in the last talk."""
        played = self.greetings[self.greetings_before :]
        return next((one for one in reversed(played) if one.agent == self.owner), None)
