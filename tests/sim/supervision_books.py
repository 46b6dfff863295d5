"""What is written down of supervisors apart from the floor: who may hear them, and what is left."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ccbot.core.facts import (
    CallTakenOver,
    Stamped,
    SupervisionBegan,
    SupervisionEnded,
    SupervisionKind,
    SupervisionTurned,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId
from tests.sim.ears import Ears, Kind

LATE_S = 0.5
"""So long after he turned away he may still be heard: requests and events take their time."""

AWAY_S = 30.0
"""Or as long as ccbot was away: what happened meanwhile is put down at its true time."""

LEFT_S_MAX = 8.0
"""What a process left behind that died is cleared away by the next one's audit."""

EAR = "ccbot-ear-"


_MATTERS = SupervisionBegan | SupervisionTurned | SupervisionEnded | CallTakenOver


class Voice(NamedTuple):
    """From when to when everybody in the talk may hear a supervisor's channel."""

    leg: str
    since: datetime
    until: datetime


def supervisors_legs(facts: Sequence[Stamped]) -> frozenset[str]:
    """The channels of all who were beside this call."""
    return frozenset(one.fact.leg for one in facts if isinstance(one.fact, SupervisionBegan))


def voices(facts: Sequence[Stamped]) -> Iterable[Voice]:
    """When supervisors barged in; whoever took the call over is heard from then on."""
    legs: dict[AgentId, str] = {}
    since: dict[AgentId, datetime] = {}
    taken: set[AgentId] = set()
    for at, fact in facts:
        if isinstance(fact, SupervisionBegan):
            legs[fact.supervisor] = fact.leg
        if isinstance(fact, _MATTERS):
            who = fact.supervisor
            taken |= {who} if isinstance(fact, CallTakenOver) else set()
            if who in taken or getattr(fact, "kind", None) is SupervisionKind.BARGE:
                since.setdefault(who, at)
            elif who in since:
                yield Voice(legs[who], since.pop(who), at)
    for who, began in since.items():
        yield Voice(legs[who], began, facts[-1].at)


def whisper_problems(
    ears: Ears, facts: Sequence[Stamped], epoch: datetime, *, was_away: bool = False
) -> Iterable[str]:
    """The customer hears a supervisor only while he speaks to everybody."""
    late = timedelta(seconds=AWAY_S if was_away else LATE_S)
    legs, allowed = supervisors_legs(facts), list(voices(facts))
    for since, until, sounds in ears.spans():
        for sound in sounds:
            if sound.kind is Kind.VOICE and sound.what in legs and until > since:
                began, ended = (epoch + timedelta(seconds=one) for one in (since, until))
                if not any(_within(sound.what, began, ended - late, one) for one in allowed):
                    yield f"the customer hears {sound.what} at {since:.2f} s: {ears.story()}"


def _within(leg: str, since: datetime, until: datetime, voice: Voice) -> bool:
    return leg == voice.leg and voice.since <= since and until <= voice.until


class Leftovers:
    """Supervisors' rooms for whose supervisors nobody is beside anything."""

    def __init__(self, floor: Floor, bridges: Callable[[], Iterable[str]]) -> None:
        self._floor = floor
        self._bridges = bridges
        self._since: datetime | None = None

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over, and clears away what the one before left."""
        self._floor, self._since = floor, None

    def problems(self, now: datetime) -> Iterable[str]:
        """More rooms than supervisors, for longer than a clean-up takes."""
        beside = sum(one.supervises is not None for one in self._floor.agents.values())
        rooms = [one for one in self._bridges() if one.startswith(EAR)]
        if len(rooms) <= beside:
            self._since = None
            return
        self._since = self._since or now
        if now - self._since > timedelta(seconds=LEFT_S_MAX):
            yield f"{rooms} are left of supervisors, of whom {beside} are there"
