"""A leg: one channel under our control, and the telephony verbs that wait on it."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from ccbot.ari.errors import (
    AriError,
    BadRequest,
    Conflict,
    NotFound,
    NotReady,
    OutcomeUnknown,
    Unavailable,
    Unprocessable,
)
from ccbot.ari.request import carried_through
from ccbot.pbx.hangup import HangupScope, HungUp
from ccbot.pbx.insist import NotDone, insisted
from ccbot.pbx.keys import Keys
from ccbot.pbx.playback import Playback
from ccbot.pbx.refer import Progress, Refer
from ccbot.pbx.tidy import tidied, tried
from ccbot.pbx.tone import Tone
from ccbot.speech.prompt_files import MANDARIN, Clip

if TYPE_CHECKING:
    from ccbot.pbx.exchange import Exchange

log = structlog.get_logger()

GONE_S_MAX = 2.0
"""A request found the channel gone: so long may the event that says so take."""

UNSEEN_S_MAX = 10.0
"""An end that nobody saw is found by the audit: a reconnect and two looks take no longer."""

SECOND_NEWS_S_MAX = 0.3
"""From a hang-up's first event to its last one."""

PLAY_MARGIN_S = 2.0
"""A playback that outlasts its sound by this much is given up."""

PLAYBACKS_MAX = 4
"""Ids of playbacks that a leg uses in turn; two sound one after the other, never more."""

REFERS_MAX = 4
"""So many wishes of a telephone are kept until somebody looks after them, the latest."""

UNANSWERED = (OutcomeUnknown, Unavailable)

GONE_OR_MOVING = (NotFound, Conflict, BadRequest, Unprocessable, NotReady)

T = TypeVar("T")


class LegGone(Exception):  # noqa: N818 - it is news, not an error
    """Asterisk does not know the channel any more, and no event said why."""

    def __init__(self, leg: "Leg", why: str) -> None:
        super().__init__(f"{leg.id}: {why}")
        self.leg = leg


class Leg:
    """One channel. Its ``scope`` ends with ``HungUp`` when the channel ends."""

    def __init__(
        self, exchange: "Exchange", channel_id: str, *, number: str = "", ours: bool = False
    ) -> None:
        self._exchange = exchange
        self._ari = exchange.ari
        self.id = channel_id
        self.number = number
        self.language = MANDARIN
        """In which prompts are played to it."""
        self.ours = ours
        """We made the channel."""
        self.released = False
        """We end it ourselves: its end is no news to the flow."""
        self.scope = HangupScope()
        self.keys = Keys()
        self.ended = asyncio.Event()
        self._hang_ups: set[HangupScope] = set()
        """Of ours, under way."""
        self.bridge: str | None = None
        """Where it is; as soon as it was asked to go to the lobby, that."""
        self._entering: dict[str, asyncio.Event] = {}
        self.entered = asyncio.Event()
        """Set when a leg that we made is in our application, before it is dialled."""
        self.arrived = asyncio.Event()
        """Set when a leg that we made was answered."""
        self.ringing = asyncio.Event()
        self.phone_holds: bool | None = None
        """Its telephone has put us on hold, or taken us back; None: it has said nothing yet."""
        self._refers: deque[Refer] = deque(maxlen=REFERS_MAX)
        self.when_phone_acts: Callable[[], None] | None = None
        """Called when its telephone holds, comes back or refers: whoever heeds it says so here."""
        self.tech_cause: int | None = None
        """The SIP status that ended it, if any."""
        self.music = False
        self.ended_at: datetime | None = None
        """When it ended, if that was found out only later."""
        self.hung_up_at: datetime | None = None
        """When Asterisk heard of its end, by Asterisk's own clock."""
        self.died_with_asterisk = False
        self._plays = 0
        self._tone = Tone(self, exchange)

    def is_in(self, bridge: str) -> None:
        """It has entered this bridge, and so left another one."""
        self.bridge = bridge
        if entered := self._entering.pop(bridge, None):
            entered.set()

    def has_left(self, bridge: str) -> None:
        """It is not in this bridge any more."""
        if self.bridge == bridge:
            self.bridge = None

    def enters(self, bridge: str) -> asyncio.Event:
        """It is asked to enter this bridge; set when it has. Where it is meanwhile is not known."""
        self.bridge = None
        return self._entering.setdefault(bridge, asyncio.Event())

    @property
    def settled(self) -> bool:
        """Asterisk has said something about it: before that it may not exist yet."""
        return not self.ours or self.entered.is_set()

    def hears_of_its_end(self, at: str) -> None:
        """Asterisk reported, at this moment of its own, that the channel ends; the first counts."""
        if self.hung_up_at is None:
            with suppress(ValueError):
                self.hung_up_at = datetime.fromisoformat(at)

    def is_over(self) -> None:
        """Asterisk does not have it any more."""
        self.ended.set()
        for one in self._hang_ups:
            one.hang_up()

    def left_before(self, other: "Leg") -> bool:
        """Whether both have ended, and this one no later, by Asterisk's clock of milliseconds."""
        if self.hung_up_at is None or other.hung_up_at is None:
            return False
        return self.hung_up_at <= other.hung_up_at

    def state_changed(self, state: str) -> None:
        """Asterisk reported another state of the channel."""
        if state == "Ringing":
            self.ringing.set()
        elif state == "Up":
            self.arrived.set()

    def is_held(self, *, held: bool) -> None:
        """Its telephone's own button was pressed."""
        self.phone_holds = held
        if self.when_phone_acts is not None:
            self.when_phone_acts()

    def is_referred(self, refer: Refer) -> None:
        """Its telephone's own transfer button was pressed."""
        if self.when_phone_acts is not None:
            self._refers.append(refer)
            self.when_phone_acts()

    @property
    def heeded(self) -> bool:
        """Somebody acts on what its telephone wants."""
        return self.when_phone_acts is not None

    def next_refer(self) -> Refer | None:
        """What its telephone asked for and nobody has looked after yet."""
        return self._refers.popleft() if self._refers else None

    async def tell_refer(self, progress: Progress) -> None:
        """Tell the telephone what becomes of its transfer; never fails, never takes long."""
        if not self.ended.is_set():
            states = progress.value
            await tried(self._ari.channels.transfer_progress(channel_id=self.id, states=states))

    async def answer(self) -> None:
        """Pick the call up; returns when Asterisk did. Said again, it does no harm.

        Not while a sound is being played: Asterisk answers after its end.
        """
        await self.insist(lambda: self._ari.channels.answer(channel_id=self.id))
        await self._music_again()  # Asterisk 22.10 ends it when it answers once more

    async def play(self, *prompts: str | Clip, barge_in: bool = False) -> bool:
        """Play prompts by their catalogue ids, or sounds themselves, one after another.

        True if they were heard to the end. With ``barge_in`` a key, even an early one, ends it.
        A prompt without a file is left out: the next sentence must not wait for it. Nor does a
        sound that Asterisk cannot play end anything but itself.
        """
        clips = [clip for one in prompts if (clip := self._clip(one))]
        if not clips or (barge_in and self.keys):
            return False
        limit_s = sum(clip.duration_s for clip in clips)
        playback = self.new_playback()
        if barge_in:
            self.keys.interrupt(playback.interrupted)
        try:
            await self._tone.break_off()
            if not await self.begins(playback, [clip.media for clip in clips]):
                return False
            heard = await playback.over(limit_s + PLAY_MARGIN_S)
            if playback.failed:
                await self.is_there_still()
            return heard
        finally:
            self.keys.interrupt(None)
            await self._exchange.end_playback(playback, unheard=self.ended.is_set())
            self._tone.go_on()

    async def sound(self, tone: str) -> None:
        """Let it hear a tone that never ends, such as ``ring``, until this is cancelled.

        Words that are played to it meanwhile come between.
        """
        await self._tone.sounds(tone)

    def new_playback(self) -> Playback:
        """What is to be played next, before Asterisk hears of it."""
        self._plays += 1
        return self._exchange.expect_playback(self._playback_id(self._plays))

    async def begins(self, playback: Playback, media: list[str]) -> bool:
        """Order a playback; false if it is refused. One that is not answered may sound."""
        try:
            await self.ask(
                self._ari.channels.play_with_id(
                    channel_id=self.id, playback_id=playback.id, media=media
                )
            )
        except UNANSWERED:
            return True
        except AriError as problem:
            log.warning("nothing can be played", leg=self.id, problem=str(problem))
            playback.finish(heard=False)
            return False
        return True

    def _clip(self, prompt: str | Clip) -> Clip | None:
        return self._exchange.clip(prompt, self.language) if isinstance(prompt, str) else prompt

    def _playback_id(self, number: int) -> str:
        """One of a few ids, so that who comes after us knows what may be sounding."""
        return f"ccbot-play-{self.id}-{number % PLAYBACKS_MAX}"

    async def hush(self) -> None:
        """Stop what was left playing by a process before this one."""
        for number in range(PLAYBACKS_MAX):
            # Its end must not be taken for that of a sound of ours with the same id.
            playback = self._exchange.expect_playback(self._playback_id(number))
            try:
                await self._ari.playbacks.stop(playback_id=playback.id)
                await playback.over(SECOND_NEWS_S_MAX)
            except AriError:
                pass  # nothing sounds under this id
            finally:
                await self._exchange.end_playback(playback, unheard=True)
        await tried(self._ari.channels.stop_silence(channel_id=self.id))
        await self._music_again()  # it may have been stopped, or not begun

    async def _music_again(self) -> None:
        if self.music:
            self.music = False
            await self.start_music()

    async def leave(self, bridge: str) -> None:
        """Go out of a bridge, and stay with us."""

        async def taken_out() -> None:
            with suppress(Unprocessable):  # it is out already: the answer was lost
                await self._ari.bridges.remove_channel(bridge_id=bridge, channel=[self.id])

        await self.insist(taken_out)
        self.has_left(bridge)

    async def end_is_known(self) -> None:
        """Wait for the audit's word on a leg whose end no event told; not if Asterisk has it."""
        with suppress(AriError):
            await self._ari.channels.get(channel_id=self.id)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(UNSEEN_S_MAX):
                await self.ended.wait()

    async def is_there_still(self) -> None:
        """A failed sound or an ended recording may be a hang-up's first news: await the second.

        Else the flow would take its next step with somebody who has left.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(SECOND_NEWS_S_MAX):
                await self.ended.wait()
                await asyncio.sleep(0)

    async def start_music(self) -> None:
        """Music for this caller alone; it comes back by itself after a prompt."""
        if not self.music:
            channels = self._ari.channels
            await self._turn_music(
                lambda: channels.start_moh(channel_id=self.id, moh_class="default"), on=True
            )

    async def stop_music(self) -> None:
        """Silence the music, before the caller meets a human being."""
        if self.music:
            await self._turn_music(
                lambda: self._ari.channels.stop_moh(channel_id=self.id), on=False
            )

    async def _turn_music(
        self, order: Callable[[], Coroutine[Any, Any, None]], *, on: bool
    ) -> None:
        """Known at once, so that nobody orders it twice; what failed may be ordered again."""
        self.music = on
        try:
            await self.insist(order)
        except (LegGone, NotDone):
            self.music = not on
            raise

    async def hang_up(self, reason: str = "normal") -> None:
        """End the channel, if it has not ended; never fails, never takes long.

        Its end is waited for as well as the answer, which may be lost.
        """
        if self.ended.is_set() or self._exchange.detached:
            return
        self.released = True
        over = HangupScope()
        self._hang_ups.add(over)
        try:
            async with over:
                await tidied(self._ari.channels.hangup(channel_id=self.id, reason=reason))
        except HungUp as gone:
            if gone.scope is not over:
                raise
        except NotFound:
            self._exchange.forget(self)
        except (AriError, TimeoutError) as problem:
            log.warning("hang-up failed", leg=self.id, problem=str(problem))
        finally:
            self._hang_ups.discard(over)

    async def insist(self, request: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """A request that does no harm when it is carried out twice: asked again if it failed.

        Not if the leg is gone, or refuses us: ``LegGone``. ``NotDone`` after the last time.
        """
        return await insisted(lambda: self.ask(request()), about=self.id)

    async def ask(self, request: Coroutine[Any, Any, T]) -> T:
        """A request about this leg. If the leg is gone, the hang-up's event ends the scope.

        Once it has ended, the answer is of no use to anybody.
        """
        try:
            return await carried_through(request, leave=self.ended.is_set)
        except GONE_OR_MOVING as problem:
            try:
                async with asyncio.timeout(GONE_S_MAX):
                    await self.ended.wait()
                    await asyncio.sleep(0)
            except TimeoutError:
                pass
            raise LegGone(self, str(problem)) from problem
