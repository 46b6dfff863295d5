"""A call as far as its facts have been read: what the steps change, and the row is made of."""

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


class Course:
    """What has become of the call so far. What does not fit the stage changes nothing."""

    def __init__(self, entered: CallEntered, at: datetime) -> None:
        self.now = at
        self.entered = entered
        self.entered_at = at
        called_back = entered.callback_of is not None
        self.kind = SegmentKind.WAITING if called_back else SegmentKind.GREETING
        self.segments: list[Segment] = []
        self._began = at
        self._agent: AgentId | None = None
        self._entry_no = 0
        self.groups: list[GroupKey] = []
        self.not_served: Outcome | None = None
        """What the call is if it ends now: nobody serves her where she is."""
        self.message_left = self.booked = False
        self.is_there = not called_back
        """A callback's customer is not there before she was reached."""
        self.settled = False
        self.recorder_failed = False
        self.asked: dict[OfferId, Asked] = {}
        self.ringing: set[OfferId] = set()
        """Those that ring now, side by side."""
        self.bridged: Bridged | None = None
        self.owner: AgentId | None = None
        """Whose talk is the last one."""
        self.answered_here = False
        """It came to a talk since she entered the last queue."""
        self.in_talk: list[AgentId] = []
        """Who had the customer, in order: owners, and who talked with both."""
        self.greetings_before = 0
        """How many greetings had been played when the owner was asked."""
        self.target: AgentId | None = None
        """Whom the owner talks with, or all three do."""
        self.to_group: GroupKey | None = None
        """The group whose members are asked to take the customer over."""
        self.sender_left = False
        self.to_queue = False
        """The customer is handed on to a group, and no talk followed yet."""
        self.transfers = 0
        self.talk_ended_by: EndedBy | None = None
        self.greetings: list[GreetingPlayed] = []
        self.survey: SurveyFinished | None = None
        self.resolved: bool | None = None
        self.flags: list[Flag] = []

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
