"""What is to be done about our calls, given what Asterisk has: one plan for every occasion.

Asterisk keeps calls while ccbot or its event socket is away, but replays nothing. So the two are
compared at the start, after each connection, and every few seconds besides. The plan is made of
values: what is found twice is certain, and a plan made of the same things is the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ccbot.core.calls import TALKS, Call, Stage, legs_of_talkers
from ccbot.core.ids import CallId
from ccbot.core.recordings import snoops_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What Asterisk has of ours."""

    legs: Mapping[str, tuple[str, ...]]
    """Channels in our application, and those that we made → the arguments with which they came."""
    rooms: Mapping[str, frozenset[str]]
    """Bridges → the channels in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What we have."""

    served: frozenset[CallId]
    """Calls for which a flow runs in this process."""
    legs: frozenset[str]
    """Legs that are under control, those included that Asterisk may not know yet."""
    settled: frozenset[str]
    """Those of them of which Asterisk has told, or that we have hung up."""
    released: frozenset[str]
    """Those of them that we have hung up."""
    rooms: frozenset[str]
    """Rooms that are in use, and the lobby."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Asterisk does not have this leg of ours any more: its end was not told."""

    leg: str


@dataclass(frozen=True, slots=True)
class StillThere:
    """We have hung this leg up, but Asterisk still has it."""

    leg: str


@dataclass(frozen=True, slots=True)
class Over:
    """The caller left while nobody served her call."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Resume:
    """The caller is there and nobody serves her: go on from the stage of her call."""

    call: CallId
    agent_is_there: bool
    """In a talk, or as good as in one."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A channel in our application that nobody knows."""

    leg: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deserted:
    """A room of ours in which nothing happens any more."""

    room: str


Step = Lost | StillThere | Over | Resume | Stranger | Deserted

ROOM_PREFIX = "ccbot-room-"
"""What the ids of our rooms begin with."""

EAR_PREFIX = "ccbot-ear-"
"""What the ids of rooms begin with in which supervisors listen."""


def plan(calls: Iterable[Call], ours: Ours, seen: Seen) -> Iterator[Step]:
    """What is to be done, each thing once."""
    for leg in sorted(ours.settled - seen.legs.keys()):
        yield Lost(leg)
    for leg in sorted(ours.released & seen.legs.keys()):
        yield StillThere(leg)
    kept_legs, kept_rooms = set(ours.legs), set(ours.rooms)
    for call in calls:
        if call.id in ours.served:
            continue
        if call.owed:  # it needs no caller's leg to go on
            yield Resume(call.id, agent_is_there=False)
            continue
        there = _agent_is_there(call, seen)
        yield Resume(call.id, there) if call.leg in seen.legs else Over(call.id)
        kept_legs |= {call.leg, *snoops_of(call)}
        if call.leg in seen.legs and (there or call.stage in TALKS):
            kept_legs |= _agents_legs(call)
            kept_rooms.add(call.room)
    yield from _unknown(kept_legs, kept_rooms, seen)


def _agents_legs(call: Call) -> set[str]:
    return {*legs_of_talkers(call).values()} if call.stage in TALKS else {call.agent_leg}


def _unknown(kept_legs: set[str], kept_rooms: set[str], seen: Seen) -> Iterator[Step]:
    unknown = seen.rooms.keys() - kept_rooms
    talking = {leg for room in unknown for leg in seen.rooms[room] if _people_talk(room, seen)}
    for leg, args in sorted(seen.legs.items()):
        if leg not in kept_legs | talking:  # people who talk are left alone, whoever they are
            yield Stranger(leg, args)
    for room in sorted(unknown):
        if room.startswith((ROOM_PREFIX, EAR_PREFIX)) and not seen.rooms[room]:
            yield Deserted(room)


def _people_talk(room: str, seen: Seen) -> bool:
    """A supervisor's own room holds him and a snoop, which talk to nobody by themselves."""
    return len(seen.rooms[room]) > 1 and not room.startswith(EAR_PREFIX)


def _agent_is_there(call: Call, seen: Seen) -> bool:
    """In a talk his leg is enough; while it rang he must have met the caller in the room."""
    if call.stage in TALKS:
        return call.owner is not None and call.agent_leg in seen.legs
    together = seen.rooms.get(call.room, frozenset())
    return call.stage is Stage.RINGING and {call.leg, call.agent_leg} <= together
