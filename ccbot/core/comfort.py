"""What a waiting caller hears next, and when: one sentence at a time, with music between them.

All moments are seconds since the caller entered the queue. The flow only waits and plays.
"""

import math
from dataclasses import dataclass, replace

from ccbot.core.routing_document import Group

MUSIC_S_MIN = 5.0
"""So long the music plays at least between two sentences."""

POSITION_AGAIN_S = 15.0
"""From a sentence's end to a better position, at least."""

POSITION_LOOK_S = 5.0
"""A position that may get better at any moment is looked at so often."""

POSITIONS_MAX = 20
"""More callers ahead than that are just many."""

COMFORTS_BETWEEN_CHOICES = 2
"""After so many kind words she is told again what she may choose."""

GROWN_S = 60.0
"""An estimate that is later by more than this than the one that she knows needs an apology first;
one that is earlier by more is good news of its own."""

ESTIMATE_AGAIN_S = 45.0
"""From one estimate to the next, at least, while her position stays as it is."""

APOLOGY_S = 60.0
"""Whoever has waited so long hears an apology, once."""

WELCOME_S_MAX = 5.0
"""A caller who has waited for longer when we begin was welcomed by an earlier run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a waiting caller was told so far."""

    welcomed: bool = False
    last_ended_s: float = 0.0
    """When the last sentence ended."""
    position: str | None = None
    """The last sentence about her position."""
    ahead: int = 0
    """How many were ahead of her then."""
    apologised: bool = False
    comforted: int = 0
    """How many kind words she heard since she was told what she may choose."""
    choices_told: bool = False
    promised_s: float | None = None
    """When it is her turn by the last estimate that she heard."""
    estimated_s: float | None = None
    """When she heard it; none: by an earlier run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A caller's wait as it is now."""

    waited_s: float
    ahead: int
    """How many callers of her group are ahead of her."""
    agent_found: bool
    """An agent's phone rings for her."""
    minutes: int | None = None
    """About how many she waits on; none: it is not to be told, or not known well enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say this now: the first of these prompts that was recorded."""

    prompts: tuple[str, ...]
    told: Told
    """What she has been told then; the end of the sentence is still to be noted."""
    and_then: tuple[str, ...] = ()
    """These follow at once, all of them."""
    minutes: int | None = None
    """The estimate that is told with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Nothing now; ask again at that moment."""

    at_s: float


def told_before(waited_s: float, promised_s: float | None = None) -> Told:
    """What a caller was told who has waited so long when we begin: nobody is welcomed twice."""
    if waited_s <= WELCOME_S_MAX:
        return Told(promised_s=promised_s)
    return Told(
        welcomed=True,
        last_ended_s=waited_s,
        apologised=waited_s >= APOLOGY_S,
        promised_s=promised_s,
    )


def next_sentence(key: str, group: Group, told: Told, wait: Wait) -> Say | Later:
    """The sentence that is due, the most telling one first; else when to ask again."""
    if not told.welcomed:
        return Say(prompts=_welcome(key, wait), told=replace(told, welcomed=True))
    apology_s = max(APOLOGY_S, told.last_ended_s + MUSIC_S_MIN)
    comfort_s = told.last_ended_s + _comfort_gap_s(group)
    moments = [comfort_s]
    if group.announce_position or group.announce_estimate:
        news_s = _news_due_s(group, told)
        if news_s <= wait.waited_s and (news := _news(group, told, wait)):
            return news
        is_due = news_s <= wait.waited_s or _is_told(told)
        moments.append(max(news_s, wait.waited_s + POSITION_LOOK_S * is_due))
    if not told.apologised:
        if apology_s <= wait.waited_s:
            return Say(prompts=("queue.apology",), told=replace(told, apologised=True))
        moments.append(apology_s)
    choices_s = _choices_due_s(group, told)
    if choices_s <= wait.waited_s:
        then = replace(told, choices_told=True, comforted=0)
        return Say(prompts=(group.keys_prompt,), told=then)
    if comfort_s <= wait.waited_s:
        then = replace(told, comforted=told.comforted + 1)
        return Say(prompts=("queue.comfort",), told=then)
    return Later(at_s=min(choices_s, *moments))


def _welcome(key: str, wait: Wait) -> tuple[str, ...]:
    """An agent is there at once, or all are busy."""
    return (f"queue.enter.{key}", "queue.enter") if wait.agent_found else ("queue.busy",)


def _news(group: Group, told: Told, wait: Wait) -> Say | None:
    """A better position, and about how long it takes: together, if there is news of both."""
    position: tuple[str, ...] = ()
    if group.announce_position and _is_news(told, wait):
        position = (_position(wait.ahead),)
        told = replace(told, position=position[0], ahead=wait.ahead)
    minutes, sorry = _estimate(told, wait, is_asked=bool(position))
    if minutes is not None:
        promised_s = wait.waited_s + 60.0 * minutes
        told = replace(told, promised_s=promised_s, estimated_s=wait.waited_s)
    elif sorry:
        told = replace(told, promised_s=None)
    estimate = () if minutes is None else (f"queue.eta.{minutes}",)
    said = (*(("queue.apology",) if sorry else ()), *position, *estimate)
    if not said:
        return None
    return Say(prompts=said[:1], and_then=said[1:], told=told, minutes=minutes)


def _estimate(told: Told, wait: Wait, *, is_asked: bool) -> tuple[int | None, bool]:
    """The minutes to tell now, if any, and whether an apology comes first.

    It never grows without a word; and a promise that was not kept is owned up to, once, even when
    nobody knows how long it takes now.
    """
    promised_s = told.promised_s
    if wait.agent_found:
        return None, False
    if wait.minutes is None:
        return None, promised_s is not None and wait.waited_s > promised_s + GROWN_S
    if promised_s is None:
        return wait.minutes, False
    later_s = wait.waited_s + 60.0 * wait.minutes - promised_s
    is_early = told.estimated_s is not None and wait.waited_s < told.estimated_s + ESTIMATE_AGAIN_S
    if not is_asked and (is_early or abs(later_s) <= GROWN_S):
        return None, False
    return wait.minutes, later_s > GROWN_S


def _position(ahead: int) -> str:
    if ahead == 0:
        return "queue.next"
    return f"queue.position.{ahead}" if ahead <= POSITIONS_MAX else "queue.position_many"


def _is_told(told: Told) -> bool:
    return told.position is not None or told.promised_s is not None


def _is_news(told: Told, wait: Wait) -> bool:
    """Only a better position is told again, and only in other words."""
    if told.position is None:
        return True
    return wait.ahead < told.ahead and _position(wait.ahead) != told.position


def _news_due_s(group: Group, told: Told) -> float:
    if _is_told(told):
        return told.last_ended_s + min(POSITION_AGAIN_S, _comfort_gap_s(group))
    return max(group.position_first_s, told.last_ended_s + MUSIC_S_MIN)


def _choices_due_s(group: Group, told: Told) -> float:
    """What she may choose: first after a while, then after every so many kind words."""
    if not group.keys:
        return math.inf
    after_music_s = told.last_ended_s + MUSIC_S_MIN
    if not told.choices_told:
        return max(group.keys_first_s, after_music_s)
    return after_music_s if told.comforted >= COMFORTS_BETWEEN_CHOICES else math.inf


def _comfort_gap_s(group: Group) -> float:
    """Kind words in short order neither drown the music nor the news of a better position."""
    return max(group.comfort_s, MUSIC_S_MIN)
