"""The world of the scenarios, real: ``ccbot up``, its Asterisk, and SIP phones with sound."""

import asyncio
import itertools
import os
import signal
import time
import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from ccbot.core.kinds import Role
from ccbot.core.routing_document import RoutingDocument
from ccbot.phone import CallFailedError, Manner, OverdueError, Phone
from ccbot.phone.alaw import RATE_HZ, tone
from ccbot.phone.legs import Incoming, Leg, Outgoing
from ccbot.settings import PROJECT
from ccbot.speech.prompt_files import MANDARIN
from tests.asterisk.guests import TRUNK, Guests
from tests.asterisk.hotline import PROVIDER, READY_S_MAX
from tests.world.hearing import MOMENT_S, Party, Pitches
from tests.world.world import BLOCKED_CUSTOMER, CUSTOMER, VIP, Caller, Row, Task

SLACK_S = 6.0
"""Added to every wait: the machine has other work, and sounds are recognised by ear.

The same scenario holds the exact times in the simulation.
"""
LOOK_S = 0.02
AUDIBLE_S = 0.3
"""Whatever was heard so recently is heard now."""
TONE_HZ = 440
"""The agent's voice."""
CODE_S_MAX = 25.0
"""A feature code that asks back twice takes so long at most."""


def heard_as(prompt: str, language: str) -> str:
    """The prompt's name in the book; what was not recorded in a language is said in Mandarin."""
    recorded = (PROJECT / f"dialplan/sounds/{language}/{prompt}.alaw").is_file()
    return f"{language}/{prompt}" if language != MANDARIN and recorded else prompt


class RealParty:
    """Somebody on the telephone: whom he hears."""

    def __init__(self, number: str, pitches_hz: Pitches | None) -> None:
        self.number = number
        self._pitches_hz = pitches_hz
        if pitches_hz is not None:
            pitches_hz.of(number)

    def calls(self) -> Iterable[Leg]:
        """Every call of this telephone so far, in order."""
        raise NotImplementedError

    def speaks(self, leg: Leg) -> None:
        """All the time from now on, if everybody does."""
        if self._pitches_hz is not None:
            leg.say_pitch(self._pitches_hz.of(self.number))

    def listens(self, leg: Leg) -> None:
        """Can tell who is heard on this leg."""
        if self._pitches_hz is not None:
            leg.listen_for(self._pitches_hz)

    async def hears_only(self, *parties: Party, within_s: float) -> None:
        await self._now().until_hears(*(one.number for one in parties), within_s=within_s)

    async def hears_only_music(self, within_s: float) -> None:
        leg, until_s = self._now(), time.monotonic() + within_s
        while time.monotonic() < until_s:
            heard = leg.ears.heard()
            if heard and heard[-1].kind == "music" and heard[-1].is_playing and not self.voices():
                return
            await asyncio.sleep(LOOK_S)
        raise AssertionError(f"{self.number} hears no music: {sorted(self.voices())} {leg.story()}")

    async def hears_no_voice(self, within_s: float) -> None:
        leg, loop = self._now(), asyncio.get_running_loop()
        until_s = loop.time() + within_s
        while loop.time() < until_s:
            audible_s = loop.time() - (leg.ears.audible_at_s or 0.0)
            if audible_s < AUDIBLE_S and not self.voices():
                return
            await asyncio.sleep(LOOK_S)
        raise AssertionError(f"{self.number} hears {sorted(self.voices())}; {leg.story()}")

    def voices(self) -> frozenset[str]:
        leg = self.present()
        return leg.voices.now() if leg is not None and leg.ending is None else frozenset()

    def all_voices(self) -> set[frozenset[str]]:
        return {
            span.who
            for leg in self.calls()
            for span in leg.voices.spans()
            if span.until_s - span.since_s > MOMENT_S
        }

    def alone_s(self) -> float:
        return max((silent_s(leg) for leg in self.calls()), default=0.0)

    def present(self) -> Leg | None:
        """The call that this telephone has, or had last."""
        return next(iter(reversed([*self.calls()])), None)

    def _now(self) -> Leg:
        leg = self.present()
        assert leg is not None, f"{self.number} has no call"
        return leg


def silent_s(leg: Leg) -> float:
    """The longest span of a call in which nothing was heard."""
    over_s = leg.ending.at_s if leg.ending is not None else float("inf")
    return max((min(end, over_s) - start for start, end in leg.ears.silences()), default=0.0)


class RealCaller(RealParty):
    """A customer's telephone."""

    def __init__(
        self,
        call: Outgoing,
        number: str,
        agents: "dict[str, RealAgent]",
        pitches_hz: Pitches | None = None,
        *,
        calls_before: int = 0,
    ) -> None:
        super().__init__(number, pitches_hz)
        self.call = call
        self.speaks(call)
        self.listens(call)
        self.calls_before = calls_before
        self._agents = agents

    def calls(self) -> Iterable[Leg]:
        return [self.call]

    async def hears(self, prompt: str, within_s: float, *, language: str = MANDARIN) -> None:
        await self.call.hears(heard_as(prompt, language), within_s=within_s)

    async def hears_music(self, within_s: float) -> None:
        await self.call.hears_music(within_s=within_s)

    async def hears_agent(self, within_s: float) -> None:
        talking = [agent.talking for agent in self._agents.values()]
        speaking = [leg for leg in talking if leg is not None]
        for leg in speaking:
            leg.say_tone(TONE_HZ)
        await self.call.hears_tone(TONE_HZ, within_s=within_s)
        for leg in speaking:
            leg.say(b"")

    def heard(self, prompt: str) -> bool:
        return any(one.name == prompt for one in self.call.ears.heard())

    def press(self, keys: str) -> None:
        self.call.press(keys)

    def says(self, seconds: float) -> None:
        self.call.say(tone(TONE_HZ, seconds=seconds))

    def hang_up(self) -> None:
        self.call.hang_up()

    async def is_let_go(self, within_s: float) -> None:
        await self.call.ended(within_s=within_s)


class RealAgent(RealParty):
    """An agent's telephone."""

    def __init__(
        self, number: str, phone: Phone, server: str, pitches_hz: Pitches | None = None
    ) -> None:
        super().__init__(number, pitches_hz)
        self.phone = phone
        self.leg: Leg | None = None
        self._server = server

    def calls(self) -> Iterable[Leg]:
        return [one for one in self.phone.history if isinstance(one, Incoming)]

    def present(self) -> Leg | None:
        return self.leg

    @property
    def talking(self) -> Incoming | None:
        """The call that this telephone has answered and is in; one that it declined is none."""
        calls = [one for one in self.phone.history if isinstance(one, Incoming)]
        return next((one for one in reversed(calls) if one.answered_s and not one.ending), None)

    async def rings(self, within_s: float) -> None:
        self.leg = await self.phone.rings(within_s=within_s)
        self.listens(self.leg)

    async def stops_ringing(self, within_s: float) -> None:
        await self._incoming().ended(within_s=within_s)

    async def stays_quiet(self, for_s: float) -> None:
        with suppress(OverdueError):
            await self.phone.rings(within_s=for_s)
            raise AssertionError(f"{self.number} was rung")

    def shows(self) -> str:
        return self._incoming().invite.get("From")

    async def answers(self) -> None:
        with suppress(CallFailedError):  # the caller was faster
            await self._incoming().answer()
            self.speaks(self._incoming())

    async def holds(self) -> None:
        await self._in_a_call().hold()

    async def unholds(self) -> None:
        await self._in_a_call().unhold()

    async def refers(self, target: str) -> None:
        await self._in_a_call().refer(f"sip:{target}@{self._server}")

    async def is_told_of_refer(self, *statuses: int, within_s: float) -> None:
        leg = self._in_a_call()
        await leg.until(
            lambda: leg.refer_told == [*statuses] or None, within_s=within_s, what=f"{statuses}"
        )

    async def declines(self) -> None:
        await self._incoming().decline()

    async def redirects(self, contact: str) -> None:
        await self._incoming().decline(302, contact=contact)

    async def hangs_up(self) -> None:
        self._in_a_call().hang_up()

    def press(self, keys: str) -> None:
        self._in_a_call().press(keys)

    def says(self, seconds: float) -> None:
        self._in_a_call().say(tone(TONE_HZ, seconds=seconds))

    async def hears(self, prompt: str, within_s: float) -> None:
        await self._in_a_call().hears(prompt, within_s=within_s)

    def heard(self, prompt: str) -> bool:
        return any(one.name == prompt for one in self._in_a_call().ears.heard())

    async def is_let_go(self, within_s: float) -> None:
        await self._in_a_call().ended(within_s=within_s)

    async def hears_himself(self, within_s: float) -> None:
        await self._in_a_call().hears_tone(TONE_HZ, within_s=within_s)

    async def starts(self, code: str) -> None:
        await self._dials(code)

    async def dials(self, code: str, *answers: str) -> None:
        await self._dials(code)
        for answer in answers:
            await self.hears(answer, CODE_S_MAX)
        await self.is_let_go(CODE_S_MAX)

    async def dials_beside(self, code: str, answer: str) -> None:
        beside = await self.phone.dial(f"sip:{code}@{self._server}")
        await beside.hears(answer, within_s=CODE_S_MAX)
        await beside.ended(within_s=CODE_S_MAX)

    async def asks(self, code: str, question: str, key: str, answer: str) -> None:
        await self._dials(code)
        await self.hears(question, CODE_S_MAX)
        if key:
            self.press(key)
        await self.hears(answer, CODE_S_MAX)
        await self.is_let_go(CODE_S_MAX)

    async def is_refused(self, code: str) -> None:
        await self._dials(code)
        ending = await self._in_a_call().ended(within_s=SLACK_S)
        assert ending.status == 404

    async def turns_busy(self) -> None:
        self.phone.manner = Manner.BUSY

    async def vanishes(self) -> None:
        self.phone.vanish()

    async def unregisters(self) -> None:
        await self.phone.unregister()

    async def _dials(self, code: str) -> None:
        self.leg = await self.phone.dial(f"sip:{code}@{self._server}")
        self.speaks(self.leg)
        self.listens(self.leg)

    def _in_a_call(self) -> Leg:
        assert self.leg is not None, f"{self.number} has no call"
        return self.leg

    def _incoming(self) -> Incoming:
        assert isinstance(self.leg, Incoming), f"{self.number} was not rung"
        return self.leg


def wav_s(path: Path) -> float:
    """How long a WAV file sounds."""
    with wave.open(str(path)) as opened:
        return float(opened.getnframes()) / float(opened.getframerate())


class RealWorld:
    """A running centre that others may have used before. Implements ``World``."""

    _numbers = itertools.count(1)

    def __init__(self, guests: Guests, stack: AsyncExitStack) -> None:
        self._guests = guests
        self._hotline = guests.hotline
        self._stack = stack
        self.server = f"127.0.0.1:{guests.hotline.sip_port}"
        self._agents: dict[str, RealAgent] = {}
        self._pitches_hz: Pitches | None = None

    def everybody_speaks(self) -> None:
        self._pitches_hz = Pitches()

    def patience(self, seconds: float) -> float:
        return seconds + SLACK_S

    async def agent(
        self,
        number: str = "1001",
        groups: Sequence[str] = ("service",),
        *,
        signed_in: bool = True,
        role: Role = Role.AGENT,
        leads: Sequence[str] = (),
    ) -> RealAgent:
        phone = await self._guests.agent(
            number, *groups, signed_in=signed_in, role=role, leads=leads
        )
        self._agents[number] = RealAgent(number, phone, self.server, self._pitches_hz)
        return self._agents[number]

    async def caller(self, dialled: str = "10000", number: str = CUSTOMER) -> RealCaller:
        """Each caller has a number of her own, which looks the same when it is masked."""
        own = number[:3] + f"{next(self._numbers):04d}" + number[7:]
        if number in {BLOCKED_CUSTOMER, VIP}:
            own = number
        return await self._dials(dialled, own)

    async def calls_again(self, caller: Caller, dialled: str) -> RealCaller:
        assert isinstance(caller, RealCaller)
        return await self._dials(dialled, caller.number, caller.calls_before + 1)

    async def _dials(self, dialled: str, own: str, calls_before: int = 0) -> RealCaller:
        phone = Phone(local=TRUNK, user=own, sounds=self._hotline.book)
        await self._stack.enter_async_context(phone)
        call = await phone.dial(f"sip:{dialled}@{self.server}", caller=own)
        return RealCaller(call, own, self._agents, self._pitches_hz, calls_before=calls_before)

    async def home_phone(self, caller: Caller) -> RealAgent:
        assert isinstance(caller, RealCaller)
        phone = Phone(
            local=PROVIDER,
            port=self._hotline.out_port,
            user=caller.number,
            sounds=self._hotline.book,
        )
        await self._stack.enter_async_context(phone)
        return RealAgent(caller.number, phone, self.server, self._pitches_hz)

    async def row(self, caller: Caller) -> Row:
        assert isinstance(caller, RealCaller)
        return self._row(*await self._guests.row_of_caller(caller.number, caller.calls_before))

    async def row_of_callback(self, caller: Caller) -> Row:
        assert isinstance(caller, RealCaller)
        return self._row(*await self._guests.row_of_callback(caller.number))

    @staticmethod
    def _row(one: dict[str, Any], kinds: list[str]) -> Row:
        return Row(
            outcome=one["outcome"],
            caller_masked=one["caller_masked"],
            dialled_number=one["dialled_number"],
            entry_group=one["entry_group"],
            last_group=one["last_group"],
            wait_ms=one["wait_ms"],
            talk_ms=one["talk_ms"],
            lasted_ms=round((one["ended_at"] - one["entered_at"]).total_seconds() * 1000),
            agents=tuple(one["agents"]),
            hung_up_by=one["hung_up_by"],
            greeting_variant=one["greeting_variant"],
            greeting_completed=one["greeting_completed"],
            survey_status=one["survey_status"],
            survey_score=one["survey_score"],
            survey_resolved=one["survey_resolved"],
            degraded=one["degraded"],
            test=one["test"],
            kinds=tuple(kinds),
            flags=tuple(one["flags"]),
        )

    async def follow_up(self, caller: Caller) -> Task | None:
        assert isinstance(caller, RealCaller)
        task = await self._guests.follow_up_of_caller(caller.number)
        if task is None:
            return None
        spool = self._hotline.home / "asterisk/spool/recording"
        return Task(
            due_in_s=(task["due_at"] - task["created_at"]).total_seconds(),
            recorded_s=wav_s(spool / f"{task['reason']}.wav") if task["reason"] else None,
        )

    def own_greeting_s(self, agent: str) -> float | None:
        path = self._hotline.home / f"sounds/zh/greeting.{agent}.own.alaw"
        return path.stat().st_size / RATE_HZ if path.exists() else None

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def publishes(self, change: Callable[[RoutingDocument], RoutingDocument]) -> None:
        before = await self._guests.publishes(change)
        self._stack.push_async_callback(self._guests.publishes, lambda _: before)

    async def settled(self) -> None:
        await self._guests.settled()

    async def segments(self, call_id: str) -> list[dict[str, Any]]:
        """A call's segments as they are stored, in order."""
        return await self._guests.segments(call_id)

    @asynccontextmanager
    async def ccbot_away(self) -> AsyncIterator[None]:
        """Killed, and not started again before the block's end."""
        pid = self._hotline.pid_of("serve")
        assert pid is not None
        os.kill(self._hotline.up.pid, signal.SIGSTOP)
        try:
            os.kill(pid, signal.SIGKILL)
            await self._until(self._hotline.is_forgotten_by_asterisk)
            yield
        finally:
            os.kill(self._hotline.up.pid, signal.SIGCONT)
        await self._until(self._hotline.is_ready)

    @staticmethod
    async def _until(so: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(READY_S_MAX):
            while not await so():
                await asyncio.sleep(LOOK_S)
