"""What people at their telephones would write down, against what reports count: both ways.

Nothing here reads a fact: a customer knows when she heard music, a voice, or sorry words, and
whether it was she who hung up; an agent knows when his phone rang, and when he heard somebody.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ccbot.core.kinds import Missed
from ccbot.core.records import Segment, SegmentKind
from ccbot.core.records.queue_entries import LOST, MOVED, EntryEnd, QueueEntry
from ccbot.core.records.standings import TALKED, Activity, Interval
from tests.sim.ears import Ears, Kind, Sound

GUARD_S = 1.0
"""A phone that hangs up so soon was picked up by mistake; nobody calls that a talk."""
LATE_S = 0.6
"""So much later a telephone hears of what was done."""
SETTLES_S = 1.0
"""Who is brought back, or handed over, hears the other one so late, and the one before ended so
early."""
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
    set_aside: tuple[Stretch, ...] = ()
    """When an agent's own phone held her in the middle of a transfer, where that changes nothing:
    she heard its music, and it is counted as talk."""


def visit(ears: Ears, held: Sequence[Stretch] = ()) -> Visit:
    """Her diary, from what she heard; ``held``: when her agents' own phones held."""
    talks = tuple(stretch for stretch, waits_on in _voices(ears) if not waits_on)
    left_at_s = ears.closed_at_s if ears.closed_at_s is not None else ears.log[-1].at_s
    return Visit(_fate(ears, talks), talks, left_at_s, tuple(set_aside(ears, held)))


def set_aside(ears: Ears, held: Sequence[Stretch]) -> Iterable[Stretch]:
    """When she heard music while an agent of hers held."""
    for since, until, sounds in ears.spans():
        if any(one.kind is Kind.MUSIC for one in sounds):
            for began, ended in held:
                if max(since, began) < min(until, ended):
                    yield max(since, began), min(until, ended)


def set_aside_s(
    ears: Ears, held: Sequence[Stretch], segments: Sequence[Segment], epoch: datetime
) -> float:
    """How long she heard music while an agent of hers held and a talk is counted."""
    talks = [*_talk_spans(segments, epoch)]
    return sum(
        max(0.0, min(until, ended) - max(since, began))
        for since, until in set_aside(ears, held)
        for began, ended in talks
    )


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


def _voices(ears: Ears, beside: frozenset[str] = frozenset()) -> Iterable[tuple[Stretch, bool]]:
    """Stretches in which a voice was heard; and whether it was a slip: short, then she waits on.

    A word to an agent comes between, if a voice follows. ``beside``: supervisors' channels, which
    do not count.
    """
    spans = [*ears.spans()]
    began_s: float | None = None
    heard_until_s = 0.0
    for number, (since, until, sounds) in enumerate(spans):
        if any(sound.kind is Kind.VOICE and sound.what not in beside for sound in sounds):
            began_s = since if began_s is None else began_s
            heard_until_s = until
        elif began_s is not None and not _is_word_to_the_agent(sounds):
            short = heard_until_s - began_s < GUARD_S
            yield (
                (began_s, heard_until_s),
                short and any(_is_queue(later) for _, _, later in spans[number:]),
            )
            began_s = None
    if began_s is not None:
        yield (began_s, heard_until_s), False


def uncovered_s(one: Stretch, others: Iterable[Stretch], slack_s: float) -> float:
    """How much of a stretch lies in none of the others, each of them so much longer at its ends."""
    reached_s, missing_s = one[0], 0.0
    for since_s, until_s in sorted(others):
        missing_s += max(0.0, min(since_s - slack_s, one[1]) - reached_s)
        reached_s = max(reached_s, until_s + slack_s)
    return missing_s + max(0.0, one[1] - reached_s)


def visit_problems(
    name: str,
    own: Visit,
    entries: Sequence[QueueEntry],
    segments: Sequence[Segment],
    epoch: datetime,
) -> Iterable[str]:
    """Her diary against the entries and the segments of her call."""
    yield from _talk_problems(name, own, segments, epoch)
    answers = [
        (one.ended_at - epoch).total_seconds()
        for one in entries
        if one.ended_as is EntryEnd.ANSWERED
    ]
    talks = [*_talk_spans(segments, epoch)]
    for at_s in answers:
        begun = [end - began for began, end in talks if abs(began - at_s) <= LATE_S]
        broken_off = bool(begun) and max(begun) <= GUARD_S + LATE_S
        as_she_left = abs(own.left_at_s - at_s) <= LATE_S or broken_off
        if not as_she_left and not any(abs(began_s - at_s) <= LATE_S for began_s, _ in own.talks):
            yield f"{name}: an answer is counted at {at_s:.2f} s, but none was heard"
    last = entries[-1] if entries else None
    brief = sum(ended - began for began, ended in talks) <= GUARD_S + LATE_S
    if not (talks and brief) and not _fits(own, last, epoch):
        told = f"{last.ended_as}, {last.why}" if last else "no stay in a queue"
        yield f"{name}: {own.fate}, but counted is {told}"


def _talk_problems(
    name: str, own: Visit, segments: Sequence[Segment], epoch: datetime
) -> Iterable[str]:
    """She hears somebody in ``talk``, and in no other segment."""
    talks = [*_talk_spans(segments, epoch)]
    for one in own.talks:
        heard_for_certain = one[1] - one[0] >= GUARD_S + LATE_S
        if heard_for_certain and uncovered_s(one, talks, LATE_S) > EXACT_S:
            yield f"{name}: talked from {one[0]:.2f} to {one[1]:.2f} s, but that is not counted"
    for one in talks:
        noticed = sorted([*own.talks, *own.set_aside])
        if one[1] - one[0] > GUARD_S and uncovered_s(one, noticed, SETTLES_S) > EXACT_S:
            yield f"{name}: a talk is counted from {one[0]:.2f} to {one[1]:.2f} s, but not heard"


def _talk_spans(segments: Sequence[Segment], epoch: datetime) -> Iterable[Stretch]:
    for one in segments:
        if one.kind is SegmentKind.TALK:
            yield (one.started_at - epoch).total_seconds(), (one.ended_at - epoch).total_seconds()


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
    entered_s = (last.entered_at - epoch).total_seconds()
    handed_on = last.entry_no > 1 and bool(own.talks) and own.talks[-1][1] <= entered_s + LATE_S
    return left_meanwhile or short or handed_on or last.ended_as in _COUNTED_AS[own.fate]


class Shift(NamedTuple):
    """An agent's diary."""

    rings: tuple[Stretch, ...]
    voices: tuple[Stretch, ...]
    """When he heard somebody; a slip of his hand is not told from a short talk."""
    deaf: tuple[Stretch, ...]
    """When he was told something, or his own phone held: who spoke meanwhile was not heard."""


def shift(
    rings: Iterable[Stretch], heard: Iterable[Ears], beside: frozenset[str] = frozenset()
) -> Shift:
    """His diary: what rang, and when he heard somebody; ``beside``: supervisors' channels."""
    kept = [*heard]
    voices = sorted(stretch for ears in kept for stretch, _ in _voices(ears, beside))
    words = [
        (since, until)
        for ears in kept
        for since, until, sounds in ears.spans()
        if _is_word_to_the_agent(sounds)
    ]
    held = [stretch for ears in kept for stretch in ears.held()]
    return Shift(tuple(rings), tuple(voices), tuple(sorted([*words, *held])))


RANG = {TALKED, Missed.NO_ANSWER.value, Missed.DECLINED.value, Missed.HUNG_UP_AT_ANSWER.value}
"""Offers of which the report says that his phone rang."""


def shift_problems(
    agent: str, own: Shift, log: Sequence[Interval], epoch: datetime
) -> Iterable[str]:
    """His diary against his intervals."""
    ended = [one for one in log if one.ended_at is not None]
    offers = [(_seconds(one, epoch), one.ended_as) for one in ended if one.state == "offered"]
    talking = [one for one in ended if one.state == "talking"]
    yield from _ring_problems(agent, own, offers)
    noticed = sorted([*own.voices, *own.deaf])
    for talk in (_seconds(one, epoch) for one in talking if not one.activity):
        if talk[1] - talk[0] > GUARD_S and uncovered_s(talk, noticed, SETTLES_S) > EXACT_S:
            yield f"{agent}: a talk is counted from {talk[0]:.2f} to {talk[1]:.2f} s, but not heard"
    heard = [_seconds(one, epoch) for one in talking if one.activity is not Activity.HOLD]
    for one in own.voices:
        if one[1] - one[0] >= GUARD_S + LATE_S and uncovered_s(one, heard, LATE_S) > EXACT_S:
            yield f"{agent}: talked from {one[0]:.2f} to {one[1]:.2f} s, but nothing is counted"


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
    visits: Iterable[tuple[str, Visit, Sequence[QueueEntry], Sequence[Segment]]],
    shifts: Iterable[tuple[str, Shift]],
    log: Sequence[Interval],
    epoch: datetime,
) -> Iterable[str]:
    """Everybody's diary of one day against what is counted of it."""
    for call, own_visit, entries, segments in visits:
        yield from visit_problems(call, own_visit, entries, segments, epoch)
    for number, own in shifts:
        yield from shift_problems(number, own, [i for i in log if i.agent == number], epoch)


def _seconds(one: Interval, epoch: datetime) -> Stretch:
    assert one.ended_at is not None
    return (one.started_at - epoch).total_seconds(), (one.ended_at - epoch).total_seconds()
