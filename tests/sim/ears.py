"""What a human hears on a simulated telephone, moment by moment."""

import asyncio
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple


class Kind(StrEnum):
    """What a sound is."""

    PROMPT = "prompt"
    MUSIC = "music"
    VOICE = "voice"


class Sound(NamedTuple):
    """One sound: the media of a prompt, a class of music, or somebody's channel."""

    kind: Kind
    what: str
    take: str = ""
    """Which playback it is: the same prompt once more is another sound."""

    @property
    def prompt(self) -> str:
        """The catalogue's id of a prompt: ``sound:ccbot/zh/bye`` is ``bye``."""
        return self.what.rpartition("/")[2]


class Moment(NamedTuple):
    """From ``at_s`` on, these sounds are heard; none: silence."""

    at_s: float
    sounds: frozenset[Sound]


SILENCE: frozenset[Sound] = frozenset()


class Ears:
    """A log of what was heard, from the dialling to the hang-up."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self.log: list[Moment] = [Moment(now_s(), SILENCE)]
        self.closed_at_s: float | None = None
        self.answered_at_s: float | None = None
        self.hung_up = False
        """It was this telephone that ended the call."""
        self._held_at_s: list[float] = []
        """When the telephone's own hold began and ended, in turn."""
        self._told = 0
        self._news = asyncio.Event()

    def hear(self, sounds: frozenset[Sound]) -> None:
        """From now on these sounds are heard. What lasted no time at all was not heard."""
        if self.closed_at_s is not None or sounds == self.log[-1].sounds:
            return
        now_s = self._now_s()
        if self.log[-1].at_s == now_s and len(self.log) > self._told and len(self.log) > 1:
            self.log.pop()
        if sounds != self.log[-1].sounds:
            self.log.append(Moment(now_s, sounds))
        self._wake()

    def now_s(self) -> float:
        """The present moment."""
        return self._now_s()

    def close(self) -> None:
        """The call is over."""
        if self.closed_at_s is None:
            self.closed_at_s = self._now_s()
            self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    # ---- waiting ------------------------------------------------------------------------------

    async def change(self) -> None:
        """Until something else is heard, or the call is over."""
        await self._news.wait()

    async def hears(self, fits: Callable[[Sound], bool], what: str, within_s: float) -> None:
        """Until such a sound is heard; what an earlier wait found does not count again."""
        try:
            async with asyncio.timeout(within_s):
                while not self._find(fits):
                    assert self.closed_at_s is None, f"the call ended before {what}: {self.story()}"
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{what} not heard in {within_s} s: {self.story()}") from None

    def _find(self, fits: Callable[[Sound], bool]) -> bool:
        for index in range(self._told, len(self.log)):
            if any(fits(sound) for sound in self.log[index].sounds):
                self._told = index + 1
                return True
        return False

    async def closed(self, within_s: float) -> None:
        """Until the call is over."""
        try:
            async with asyncio.timeout(within_s):
                while self.closed_at_s is None:
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"not let go in {within_s} s: {self.story()}") from None

    # ---- afterwards -----------------------------------------------------------------------------

    def spans(self) -> Iterator[tuple[float, float, frozenset[Sound]]]:
        """(from, to, sounds), without a gap."""
        end_s = self._now_s() if self.closed_at_s is None else self.closed_at_s
        ends = [moment.at_s for moment in self.log[1:]] + [end_s]
        for moment, until_s in zip(self.log, ends, strict=True):
            yield moment.at_s, until_s, moment.sounds

    def holds(self) -> None:
        """Its own hold begins, or ends: meanwhile nothing is heard."""
        self._held_at_s.append(self._now_s())

    def held(self) -> list[tuple[float, float]]:
        """(from, to) of its own holds; the last one may have lasted to the end."""
        end_s = self._now_s() if self.closed_at_s is None else self.closed_at_s
        return list(zip_longest(self._held_at_s[::2], self._held_at_s[1::2], fillvalue=end_s))

    def prompts(self) -> list[str]:
        """The prompts that were heard, in order, however shortly."""
        return [
            sound.prompt
            for moment in self.log
            for sound in sorted(moment.sounds)
            if sound.kind is Kind.PROMPT
        ]

    def silences(self) -> list[tuple[float, float]]:
        """The spans (from, to) in which nothing was heard."""
        return [(since, until) for since, until, sounds in self.spans() if not sounds]

    def alone_s(self) -> float:
        """The longest span in which nothing was heard, after the call was answered."""
        if self.answered_at_s is None:
            return 0.0
        since_s = self.answered_at_s
        return max((end - max(start, since_s) for start, end in self.silences()), default=0.0)

    def voices(self) -> frozenset[str]:
        """Whose voices are heard now, by their channels."""
        if self.closed_at_s is not None:
            return frozenset()
        return frozenset(one.what for one in self.log[-1].sounds if one.kind is Kind.VOICE)

    def voice_s(self) -> float:
        """How long somebody's voice was heard."""
        return sum(
            until - since
            for since, until, sounds in self.spans()
            if any(sound.kind is Kind.VOICE for sound in sounds)
        )

    def story(self) -> str:
        """The log in words."""
        return "; ".join(
            f"{since:.2f} {' + '.join(sound.prompt or sound.what for sound in sorted(sounds))}"
            if sounds
            else f"{since:.2f} silence"
            for since, _, sounds in self.spans()
        )
