"""The voice that keeps a waiting caller company, beside the search for an agent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import msgspec

from ccbot.core.calls import Stage
from ccbot.core.comfort import Later, Say, Told, Wait, next_sentence, told_before
from ccbot.core.estimate import minutes_to_wait
from ccbot.core.facts import EstimateTold
from ccbot.core.routing_document import Group
from ccbot.flows.choices import listen
from ccbot.flows.visitor import Visit
from ccbot.pbx.leg import LegGone

NAP_S_MIN = 0.02
"""No sleep is shorter: a moment that was almost reached is waited for."""

ESTIMATE_OLD_S_MAX = 10.0
"""An estimate is good for so long: with hundreds waiting, they cost something."""

CHOICE_UNAVAILABLE = "queue.choice_unavailable"


class Company:
    """One voice for one caller. It is silent whenever somebody else is to speak."""

    def __init__(self, visit: Visit, tasks: asyncio.TaskGroup, opening: str | None) -> None:
        self._visit = visit
        self._tasks = tasks
        self._opening = opening
        """Said before all else, once."""
        self._speaking: asyncio.Task[None] | None = None
        self._silent = asyncio.Event()
        self._woken = asyncio.Event()
        self._has_moved = self._was_refused = False
        self._since_s = asyncio.get_running_loop().time() - visit.waited_s
        self._estimate: tuple[float | None, int | None] = (None, None)
        """The last one, and when it was made."""
        self._told = told_before(self._waited_s(), visit.promised_s)

    def begins(self) -> None:
        """Speak whenever something is due; nothing changes while it does already."""
        if self._speaking is None:
            self._silent.clear()
            self._speaking = self._tasks.create_task(self._speak(), name="company")
            self._speaking.add_done_callback(lambda _: self._silent.set())

    def is_elsewhere(self) -> None:
        """She waits for another group now: welcome her there, after the sentence that she hears."""
        self._has_moved = True
        self._woken.set()

    def was_refused(self) -> None:
        """What she chose cannot be done: tell her so, after the sentence that she hears."""
        self._was_refused = True
        self._woken.set()

    async def falls_silent(self) -> None:
        """Break off; returns when nothing of it is heard any more."""
        if self._speaking is not None:
            self._speaking.cancel()
            await self._silent.wait()
            self._speaking = None

    async def _speak(self) -> None:
        if self._opening is not None:
            opening, self._opening = self._opening, None
            with suppress(LegGone):  # the visit itself hears of it, and ends
                await self._visit.leg.play(opening)
        while True:
            if self._was_refused:
                await self._refuse()
            match self._next():
                case Say() as sentence:
                    await self._say(sentence)
                case Later(at_s=at_s):
                    await self._sleep(max(NAP_S_MIN, at_s - self._waited_s()))

    async def _refuse(self) -> None:
        try:
            await self._say(Say(prompts=(CHOICE_UNAVAILABLE,), told=self._told))
        finally:  # a key that was pressed meanwhile has its answer
            self._was_refused = False

    async def _sleep(self, seconds: float) -> None:
        self._woken.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    def _next(self) -> Say | Later:
        visit, call = self._visit, self._visit.call
        floor, group = visit.desk.floor, call.group
        assert group is not None
        if self._has_moved:
            self._has_moved = False
            told = self._told
            self._estimate = (None, None)
            self._told = Told(apologised=told.apologised, promised_s=told.promised_s)
        document = floor.group(group)
        wait = Wait(
            waited_s=self._waited_s(),
            ahead=floor.ahead_of(call, visit.desk.now()),
            agent_found=call.stage is Stage.RINGING,
            minutes=self._minutes() if document.announce_estimate else None,
        )
        return next_sentence(group, self._without_dead_keys(document), self._told, wait)

    def _without_dead_keys(self, group: Group) -> Group:
        """What cannot be chosen is not told."""
        if self._visit.exchange.may_call_out:
            return group
        works = all(one.do != "callback" for one in group.keys.values())
        return group if works else msgspec.structs.replace(group, keys={})

    def _minutes(self) -> int | None:
        """About how long she waits on; not worked out at every look."""
        looked_at_s, minutes = self._estimate
        if looked_at_s is None or self._waited_s() >= looked_at_s + ESTIMATE_OLD_S_MAX:
            visit = self._visit
            minutes = minutes_to_wait(visit.desk.floor, visit.call, visit.desk.now())
            self._estimate = (self._waited_s(), minutes)
        return minutes

    async def _say(self, sentence: Say) -> None:
        visit, leg = self._visit, self._visit.leg
        first = visit.exchange.choose(sentence.prompts, leg.language)
        try:
            with suppress(LegGone):  # the visit itself hears of it, and ends
                whole = all(visit.exchange.clip(one, leg.language) for one in sentence.and_then)
                heard = await leg.play(first, *sentence.and_then)
                if sentence.minutes is not None and heard and whole:
                    visit.desk.post(EstimateTold(call=visit.id, minutes=sentence.minutes))
        finally:  # what was broken off is not said again
            self._told = replace(sentence.told, last_ended_s=self._waited_s())

    def _waited_s(self) -> float:
        return asyncio.get_running_loop().time() - self._since_s


@asynccontextmanager
async def company(visit: Visit, opening: str | None = None) -> AsyncIterator[Company]:
    """A voice for the length of the block; it does not speak before it is asked to.

    ``opening``: the prompt with which it begins.
    """
    gone: LegGone | None = None
    async with asyncio.TaskGroup() as tasks:
        voice = Company(visit, tasks, opening)
        choices = tasks.create_task(listen(visit, voice), name="choices")
        try:
            yield voice
        except LegGone as problem:  # a group of tasks would hide it in a group of errors
            gone = problem
        choices.cancel()
        await voice.falls_silent()
    if gone is not None:
        raise gone
