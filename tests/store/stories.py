"""Calls as facts, and what the tests of the store need around them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallEntered,
    CallHeld,
    CallQueued,
    CallResumed,
    EndedBy,
    GreetingPlayed,
    GreetingVariant,
    GroupChosenBy,
    MenuOpened,
    OfferAccepted,
    OfferMade,
    Stamped,
    SurveyFinished,
    SurveyStatus,
    TalkEnded,
    TalkStarted,
    TransferAsked,
    TransferKind,
    TransferReason,
)
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAIT_S_MAX = 20.0
LI, TECH = AgentId("1002"), GroupKey("tech")


class StillClock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = T0) -> None:
        self.present = now

    def now(self) -> datetime:
        """The moment that was put."""
        return self.present


class CountedIds:
    """Ids that count."""

    def __init__(self) -> None:
        self._count = 0

    def new(self, kind: str) -> str:
        """The next one."""
        self._count += 1
        return f"{kind}-{self._count}"


class EvenRng:
    """Chance that always falls in the middle."""

    def random(self) -> float:
        """One half."""
        return 0.5


def entered(call: str, at: datetime = T0, caller: str = "13800001234") -> Stamped:
    """The beginning of a call."""
    fact = CallEntered(
        call=CallId(call), leg=f"leg-{call}", dialled_number="10000", entry="main", caller=caller
    )
    return Stamped(at, fact)


def ended(call: str, at: datetime = T0) -> Stamped:
    """The end of a call."""
    return Stamped(at, CallEnded(call=CallId(call), by=EndedBy.CALLER))


def whole_call(name: str, at: datetime = T0) -> list[Stamped]:
    """An answered call of 80 seconds with a survey: eleven facts, four of them of its offer."""
    call, offer, agent = CallId(name), OfferId(f"offer-{name}"), AgentId("1001")
    variant = GreetingVariant.ANNOUNCE_ID
    timed: list[tuple[float, AnyFact]] = [
        (4, MenuOpened(call=call)),
        (9, CallQueued(call=call, group=GroupKey("service"), by=GroupChosenBy.KEY)),
        (10, OfferMade(offer=offer, call=call, agent=agent)),
        (13, OfferAccepted(offer=offer)),
        (13.25, TalkStarted(offer=offer)),
        (18, GreetingPlayed(call=call, agent=agent, variant=variant, completed=True)),
        (70, TalkEnded(call=call, agent=agent, by=EndedBy.AGENT)),
        (76, SurveyFinished(call=call, status=SurveyStatus.ANSWERED, score=5)),
        (80, CallEnded(call=call, by=EndedBy.SYSTEM)),
    ]
    first = entered(name, at)
    return [first, *(Stamped(at + timedelta(seconds=s), fact) for s, fact in timed)]


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = WAIT_S_MAX) -> None:
    """Wait until the condition holds; ``TimeoutError`` if it does not in time."""
    async with asyncio.timeout(within_s):
        while not await condition():
            await asyncio.sleep(0.02)


def rated_call(name: str, score: int, *more: AnyFact, at: datetime = T0) -> list[Stamped]:
    """A whole call with this score, and what followed it."""
    *story, _, last = whole_call(name, at)
    finished = SurveyFinished(call=CallId(name), status=SurveyStatus.ANSWERED, score=score)
    after = [finished, *more]
    given = [Stamped(at + timedelta(seconds=76 + n), fact) for n, fact in enumerate(after)]
    return [*story, *given, last]


def handed_on(name: str, *after: tuple[float, AnyFact]) -> list[Stamped]:
    """Li, of tech, has a call from Wang; the talk with Wang lasts from 13.25 to 60 s."""
    until = T0 + timedelta(seconds=60)
    call, offer = CallId(name), OfferId(f"{name}-2")
    asked = TransferAsked(
        call=call,
        agent=AgentId("1001"),
        kind=TransferKind.BLIND,
        to_group=TECH,
        note="router",
        reason=TransferReason.OTHER_GROUP,
    )
    facts: list[tuple[float, AnyFact]] = [
        (40, CallHeld(call=call, agent=AgentId("1001"))),
        (50, CallResumed(call=call, agent=AgentId("1001"))),
        (60, asked),
        (60, CallQueued(call=call, group=TECH, by=GroupChosenBy.TRANSFER)),
        (65, OfferMade(offer=offer, call=call, agent=LI)),
        *after,
    ]
    begun = [
        one
        for one in whole_call(name)
        if one.at < until and not isinstance(one.fact, TalkEnded | CallEnded)
    ]
    return [*begun, *(Stamped(T0 + timedelta(seconds=at), fact) for at, fact in facts)]
