"""The parties of simulated scenarios: customers and agents at their telephones."""

import asyncio
from collections.abc import Callable

from tests.sim.ears import Ears, Kind
from tests.sim.fake_phones import DeskPhone, Line, Manner, SecondLine, Telephone
from tests.sim.fake_recordings import RECORDING
from tests.world.hearing import MOMENT_S, Party

SENTENCE_S_MAX = 7.0
"""The longest of those that an agent hears before another."""


class SimParty:
    """Somebody on the telephone: whom he hears."""

    def __init__(self, number: str, telephone: Telephone) -> None:
        self.number = number
        self._telephone = telephone

    @property
    def channel_id(self) -> str:
        """By which others hear him."""
        assert self._telephone.last is not None, f"{self.number} has had no call yet"
        return self._telephone.last.id

    async def hears_only(self, *parties: Party, within_s: float) -> None:
        numbers = frozenset(one.number for one in parties)
        await self._until_heard(lambda: self.voices() == numbers, f"{sorted(numbers)}", within_s)

    async def hears_only_music(self, within_s: float) -> None:
        ears = self._telephone.ears
        await self._until_heard(
            lambda: {one.kind for one in ears.log[-1].sounds} == {Kind.MUSIC}, "music", within_s
        )

    async def hears_no_voice(self, within_s: float) -> None:
        ears = self._telephone.ears
        await self._until_heard(
            lambda: bool(ears.log[-1].sounds) and not self.voices(), "anything but voices", within_s
        )

    async def _until_heard(self, so: Callable[[], bool], what: str, within_s: float) -> None:
        ears = self._telephone.ears
        try:
            async with asyncio.timeout(within_s):
                while not so():
                    await ears.change()
        except TimeoutError:
            heard = f"{sorted(self.voices())}: {ears.story()}"
            raise AssertionError(f"{self.number} does not hear {what}, but {heard}") from None

    def voices(self) -> frozenset[str]:
        telephone = self._telephone
        if telephone.channel is None:
            return frozenset()
        return frozenset(telephone.asterisk.who[one] for one in telephone.ears.voices())

    def all_voices(self) -> set[frozenset[str]]:
        who = self._telephone.asterisk.who
        return {
            frozenset(who[sound.what] for sound in sounds if sound.kind is Kind.VOICE)
            for ears in self._telephone.all_ears
            for since, until, sounds in ears.spans()
            if until - since > MOMENT_S
        }

    def alone_s(self) -> float:
        return max((one.alone_s() for one in self._telephone.all_ears), default=0.0)


class SimCaller(SimParty):
    """A customer's telephone."""

    def __init__(self, line: Line, number: str) -> None:
        super().__init__(number, line)
        self.line = line
        self.ears: Ears = line.ears
        channel = line.channel
        assert channel is not None
        self.leg = channel.id
        self.number = number

    async def hears(self, prompt: str, within_s: float, *, language: str = "zh") -> None:
        spoken = f"/{language}/{prompt}"
        await self.ears.hears(
            lambda sound: sound.kind is Kind.PROMPT and sound.what.endswith(spoken),
            spoken,
            within_s,
        )

    async def hears_music(self, within_s: float) -> None:
        await self.ears.hears(lambda sound: sound.kind is Kind.MUSIC, "music", within_s)

    async def hears_agent(self, within_s: float) -> None:
        await self.ears.hears(lambda sound: sound.kind is Kind.VOICE, "a voice", within_s)

    def heard(self, prompt: str) -> bool:
        return prompt in self.ears.prompts()

    def press(self, keys: str) -> None:
        self.line.press(keys)

    def says(self, seconds: float) -> None:
        self.line.say(seconds)

    def hang_up(self) -> None:
        self.line.hang_up()

    async def is_let_go(self, within_s: float) -> None:
        await self.ears.closed(within_s)


class SimAgent(SimParty):
    """An agent's telephone."""

    def __init__(self, number: str, phone: DeskPhone) -> None:
        super().__init__(number, phone)
        self.phone = phone

    async def rings(self, within_s: float) -> None:
        await self._until(lambda: self.phone.is_ringing, "rings", within_s)

    async def stops_ringing(self, within_s: float) -> None:
        await self._until(lambda: not self.phone.is_ringing, "stops ringing", within_s)

    async def stays_quiet(self, for_s: float) -> None:
        offers = self.phone.offers
        await asyncio.sleep(for_s)
        assert self.phone.offers == offers, f"{self.number} was rung"

    def shows(self) -> str:
        return self.phone.shows

    async def answers(self) -> None:
        self.phone.answer()

    async def declines(self) -> None:
        self.phone.decline()

    async def holds(self) -> None:
        self.phone.hold()

    async def unholds(self) -> None:
        self.phone.unhold()

    async def refers(self, target: str) -> None:
        self.phone.refer(target)

    async def is_told_of_refer(self, *statuses: int, within_s: float) -> None:
        channel = self.phone.last
        assert channel is not None
        await self._until(
            lambda: channel.told_of_refer == [*statuses], f"is told {statuses}", within_s
        )

    async def redirects(self, contact: str) -> None:
        self.phone.redirect()

    async def hangs_up(self) -> None:
        self.phone.hang_up()

    def press(self, keys: str) -> None:
        self.phone.press(keys)

    def says(self, seconds: float) -> None:
        self.phone.say(seconds)

    async def hears(self, prompt: str, within_s: float) -> None:
        ears = self.phone.ears
        await ears.hears(lambda sound: sound.prompt == prompt, prompt, within_s)

    def heard(self, prompt: str) -> bool:
        return prompt in self.phone.ears.prompts()

    async def hears_himself(self, within_s: float) -> None:
        ears = self.phone.ears
        await ears.hears(lambda sound: sound.what.startswith(RECORDING), "his voice", within_s)

    async def starts(self, code: str) -> None:
        self.phone.dial(code)

    async def is_let_go(self, within_s: float) -> None:
        await self._until(lambda: self.phone.channel is None, "is let go", within_s)

    async def dials(self, code: str, *answers: str) -> None:
        self.phone.dial(code)
        within_s = 2.0
        for answer in answers:
            await self.hears(answer, within_s)
            within_s = SENTENCE_S_MAX
        await self.is_let_go(5)

    async def dials_beside(self, code: str, answer: str) -> None:
        line = SecondLine(self.phone)
        line.dial(code)
        ears = line.ears
        await ears.hears(lambda sound: sound.prompt == answer, answer, 2)
        await ears.closed(5)

    async def asks(self, code: str, question: str, key: str, answer: str) -> None:
        self.phone.dial(code)
        await self.hears(question, 2)
        if key:
            self.phone.press(key)
        await self.hears(answer, 17)
        await self.is_let_go(5)

    async def is_refused(self, code: str) -> None:
        self.phone.dial(code)
        await self.is_let_go(1)
        assert not self.phone.ears.prompts()

    async def turns_busy(self) -> None:
        self.phone.manner = Manner.BUSY

    async def vanishes(self) -> None:
        self.phone.vanish()

    async def unregisters(self) -> None:
        self.phone.unregister()

    async def _until(self, so: Callable[[], bool], what: str, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                while not so():
                    await self.phone.news.wait()
        except TimeoutError:
            raise AssertionError(f"agent {self.number} {what}: not in {within_s} s") from None
