"""What people at their telephones would write down, against what reports count: both ways.

Nothing here reads a fact: a customer knows when she heard music, a voice, or sorry words, and
whether it was she who hung up; an agent knows when his phone rang, and when he heard somebody.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ccbot.core.kinds import Missed
from ccbot.core.records.queue_entries import LOST, MOVED, EntryEnd, QueueEntry
from ccbot.core.records.standings import TALKED, Activity, Interval
from tests.sim.ears import Ears, Kind, Sound

GUARD_S = 1.0
"""A phone that hangs up so soon was picked up by mistake; nobody calls that a talk."""
LATE_S = 0.6
"""So much later a telephone hears of what was done."""
EXACT_S = 0.001
"""Facts are cut to whole milliseconds."""
SORRY = {"queue.full", "queue.timeout", "queue.noagents"}
MEANWHILE = {*LOST, MOVED, "voicemail", "callback"}
"""What may be decided in the very moment in which she hangs up."""
ELSEWHERE = ("vm.", "beep", "callback.", "error.", "hours.")


class Fate(StrEnum):
    """How her waiting ended, as she sees it."""

    NONE = "none"
    """She never waited."""
    TALKED = "talked"
    LEFT = "left"
    SENT_AWAY = "sent away"
    ELSEWHERE = "elsewhere"


Stretch = tuple[float, float]
"""From when to when, in seconds of the simulation."""


class Visit(NamedTuple):
    """A customer's diary of one call."""

    fate: Fate
    talks: tuple[Stretch, ...]
    left_at_s: float


def visit(ears: Ears) -> Visit:
    """Her diary, from what she heard."""
    talks = tuple(stretch for stretch, waits_on in _voices(ears) if not waits_on)
    left_at_s = ears.closed_at_s if ears.closed_at_s is not None else ears.log[-1].at_s
    return Visit(_fate(ears, talks), talks, left_at_s)


def _fate(ears: Ears, talks: Sequence[Stretch]) -> Fate:
    prompts = ears.prompts()
    if talks:
        return Fate.TALKED
    if any(one.startswith(ELSEWHERE) for one in prompts) or _sorry_at_last(ears):
        return Fate.ELSEWHERE
    if SORRY & set(prompts):
        return Fate.SENT_AWAY
    if any(_is_queue(sounds) for _, _, sounds in ears.spans()):
        return Fate.LEFT if ears.hung_up else Fate.SENT_AWAY
    return Fate.NONE


def _sorry_at_last(ears: Ears) -> bool:
    """Said to who waits long, and to who is led elsewhere: only what follows tells which it was."""
    heard = [sound.prompt for moment in ears.log for sound in moment.sounds]
    last = [one for one in heard if one != "bye"][-1:]
    return last == ["queue.apology"]


def _is_queue(sounds: Iterable[Sound]) -> bool:
    return any(one.kind is Kind.MUSIC or one.prompt.startswith("queue.") for one in sounds)


def _is_word_to_the_agent(sounds: Iterable[Sound]) -> bool:
    """Said to him alone in a talk, which goes on."""
    return any(one.prompt.startswith("agent.") for one in sounds)


def _voices(ears: Ears) -> Iterable[tuple[Stretch, bool]]:
    """Stretches in which a voice was heard; and whether it was a slip: short, then she waits on."""
    spans = [*ears.spans()]
    began_s: float | None = None
    for number, (since, until, sounds) in enumerate(spans):
        goes_on = began_s is not None and _is_word_to_the_agent(sounds)
        if goes_on or any(sound.kind is Kind.VOICE for sound in sounds):
            began_s = since if began_s is None else began_s
            if number == len(spans) - 1:
                yield (began_s, until), False
        elif began_s is not None:
            short = since - began_s < GUARD_S
            yield (
                (began_s, since),
                short and any(_is_queue(later) for _, _, later in spans[number:]),
            )
            began_s = None


def visit_problems(
    name: str,
    own: Visit,
    entries: Sequence[QueueEntry],
    epoch: datetime,
    turns: Sequence[float] = (),
) -> Iterable[str]:
    """Her diary against the entries of her call; ``turns``: when she was held, handed on, or back.

    With turns her last stay in a queue says nothing of her fate.
    """
    answers = [
        (one.ended_at - epoch).total_seconds()
        for one in entries
        if one.ended_as is EntryEnd.ANSWERED
    ]
    for began_s, ended_s in own.talks:
        heard_for_certain = ended_s - began_s >= GUARD_S + LATE_S
        known = [*answers, *turns]
        if heard_for_certain and not any(abs(began_s - at_s) <= LATE_S for at_s in known):
            yield f"{name}: talked from {began_s:.2f} s, but no answer is counted"
    for at_s in answers:
        as_she_left = abs(own.left_at_s - at_s) <= LATE_S
        as_she_left |= any(0 <= turn_s - at_s <= GUARD_S + LATE_S for turn_s in turns)
        if not as_she_left and not any(abs(began_s - at_s) <= LATE_S for began_s, _ in own.talks):
            yield f"{name}: an answer is counted at {at_s:.2f} s, but none was heard"
    last = entries[-1] if entries else None
    if not turns and not _fits(own, last, epoch):
        told = f"{last.ended_as}, {last.why}" if last else "no stay in a queue"
        yield f"{name}: {own.fate}, but counted is {told}"


_COUNTED_AS = {
    Fate.NONE: set[EntryEnd](),
    Fate.TALKED: {EntryEnd.ANSWERED},
    Fate.LEFT: {EntryEnd.ABANDONED},
    Fate.SENT_AWAY: {EntryEnd.SYSTEM},
    Fate.ELSEWHERE: {EntryEnd.SYSTEM, EntryEnd.ABANDONED},
}


def _fits(own: Visit, last: QueueEntry | None, epoch: datetime) -> bool:
    if last is None:
        return own.fate in {Fate.NONE, Fate.ELSEWHERE}
    if own.fate is Fate.NONE and last.wait_ms < LATE_S * 1000:
        return True  # over before there was anything to hear
    near = abs(own.left_at_s - (last.ended_at - epoch).total_seconds()) < LATE_S
    left_meanwhile = near and last.ended_as is EntryEnd.SYSTEM and last.why in MEANWHILE
    left_meanwhile |= near and last.ended_as is EntryEnd.ANSWERED
    short = bool(own.talks) and own.talks[-1][1] - own.talks[-1][0] < GUARD_S + LATE_S
    return left_meanwhile or short or last.ended_as in _COUNTED_AS[own.fate]


class Shift(NamedTuple):
    """An agent's diary."""

    rings: tuple[Stretch, ...]
    voices: tuple[Stretch, ...]
    """When he heard somebody; a slip of his hand is not told from a short talk."""


def shift(rings: Iterable[Stretch], heard: Iterable[Ears]) -> Shift:
    """His diary: what rang, and when he heard somebody."""
    voices = sorted(stretch for ears in heard for stretch, _ in _voices(ears))
    return Shift(tuple(rings), tuple(voices))


RANG = {TALKED, Missed.NO_ANSWER.value, Missed.DECLINED.value, Missed.HUNG_UP_AT_ANSWER.value}
"""Offers of which the report says that his phone rang."""


def shift_problems(
    agent: str, own: Shift, log: Sequence[Interval], epoch: datetime
) -> Iterable[str]:
    """His diary against his intervals."""
    ended = [one for one in log if one.ended_at is not None]
    offers = [(_seconds(one, epoch), one.ended_as) for one in ended if one.state == "offered"]
    talks = [*_talks([one for one in ended if one.state == "talking"], epoch)]
    yield from _ring_problems(agent, own, offers)
    for talk in talks:
        began_s, ended_s = talk.stretch
        if talk.must_be_heard and not any(talk.fits(one) for one in own.voices):
            yield f"{agent}: a talk is counted from {began_s:.2f} to {ended_s:.2f} s, but not heard"
    for one in own.voices:
        if one[1] - one[0] >= GUARD_S + LATE_S and not any(talk.fits(one) for talk in talks):
            yield f"{agent}: talked from {one[0]:.2f} to {one[1]:.2f} s, but nothing is counted"


class CountedTalk(NamedTuple):
    """What is counted as one agent's part in a talk, hold and consultations included."""

    stretch: Stretch
    whole: bool
    """He talked with the customer all the time: he must have heard her from end to end."""
    must_be_heard: bool

    def fits(self, heard: Stretch) -> bool:
        """Whether what he heard is this talk, or a part of it."""
        if self.whole:
            return _same(heard, self.stretch)
        return heard[0] >= self.stretch[0] - LATE_S and heard[1] <= self.stretch[1] + LATE_S


def _talks(intervals: Sequence[Interval], epoch: datetime) -> Iterable[CountedTalk]:
    """Intervals that follow each other without a gap are one talk."""
    chain: list[Interval] = []
    for one in intervals:
        if chain and (chain[-1].ended_at != one.started_at or chain[-1].call != one.call):
            yield _talk(chain, epoch)
            chain = []
        chain.append(one)
    if chain:
        yield _talk(chain, epoch)


def _talk(chain: Sequence[Interval], epoch: datetime) -> CountedTalk:
    stretch = _seconds(chain[0], epoch)[0], _seconds(chain[-1], epoch)[1]
    heard = [one for one in chain if one.activity in {Activity.WITH_CUSTOMER, Activity.CONSULTED}]
    longest = max(
        (ended - began for began, ended in (_seconds(i, epoch) for i in heard)), default=0.0
    )
    whole = len(chain) == 1 and chain[0].activity is Activity.WITH_CUSTOMER
    return CountedTalk(stretch, whole, longest > LATE_S)


def _ring_problems(agent: str, own: Shift, offers: Sequence[tuple[Stretch, str]]) -> Iterable[str]:
    for (began_s, ended_s), ended_as in offers:
        rang = any(
            since <= ended_s + EXACT_S and until + EXACT_S >= began_s for since, until in own.rings
        )
        if ended_as in RANG and not rang:
            yield f"{agent}: {ended_as} is counted at {began_s:.2f} s, but nothing rang"
    for since, _ in own.rings:
        if not any(
            began_s <= since + 0.001 <= ended_s + LATE_S for (began_s, ended_s), _ in offers
        ):
            yield f"{agent}: it rang at {since:.2f} s, but nothing is counted"


def day_problems(
    visits: Iterable[tuple[str, Ears, Sequence[QueueEntry], Sequence[float]]],
    shifts: Iterable[tuple[str, Shift]],
    log: Sequence[Interval],
    epoch: datetime,
) -> Iterable[str]:
    """Everybody's diary of one day against what is counted of it."""
    for call, ears, entries, turns in visits:
        yield from visit_problems(call, visit(ears), entries, epoch, turns)
    for number, own in shifts:
        yield from shift_problems(number, own, [i for i in log if i.agent == number], epoch)


def _seconds(one: Interval, epoch: datetime) -> Stretch:
    assert one.ended_at is not None
    return (one.started_at - epoch).total_seconds(), (one.ended_at - epoch).total_seconds()


def _same(heard: Stretch, counted: Stretch) -> bool:
    return all(abs(one - other) <= LATE_S for one, other in zip(heard, counted, strict=True))
