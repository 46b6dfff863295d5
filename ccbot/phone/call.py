"""One call of a built-in phone: what its owner can do and wait for."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar

from ccbot.phone import alaw, sdp
from ccbot.phone.bell import Bell, OverdueError
from ccbot.phone.dialog import Dialog
from ccbot.phone.ears import Ears, Heard, SoundBook
from ccbot.phone.message import Request, Response
from ccbot.phone.rtp import Sound
from ccbot.phone.voices import LEVEL, Voices

T = TypeVar("T")

LOOK_S = 0.05


class Stage(StrEnum):
    """How far a call is."""

    DIALLING = "dialling"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a call ended."""

    by: Literal["us", "them", "network"]
    status: int
    """The final status of a call that was never answered; 200 for one that was."""
    reason: str = ""
    """The other side's ``Reason`` header."""
    at_s: float = 0.0


class CallFailedError(Exception):
    """The call ended before it was answered."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(f"the call ended unanswered: {ending.status}, by {ending.by}")
        self.ending = ending


class Call:
    """A call: its stage, its sound, its ears. ``Outgoing`` and ``Incoming`` add the signalling."""

    def __init__(self, dialog: Dialog, host: str, book: SoundBook) -> None:
        self._loop = asyncio.get_running_loop()
        self.dialog = dialog
        self.bell = Bell()
        self.ears = Ears(book, self.bell, self._loop.time)
        self.voices = Voices({}, self._loop.time)
        self.stage = Stage.DIALLING
        self.ending: Ending | None = None
        self.began_s = self._loop.time()
        self.answered_s: float | None = None
        self.rang_s: float | None = None
        self._host = host
        self._sound: Sound | None = None
        self._version = 0

    # ---- waiting

    async def answered(self, *, within_s: float) -> None:
        """Until both sides are connected; ``CallFailedError`` if the call ends before."""
        await self._reaches(Stage.TALKING, within_s)

    async def ringing(self, *, within_s: float) -> None:
        """Until the other side rings (or answers at once)."""
        await self._reaches(Stage.RINGING, within_s)

    async def ended(self, *, within_s: float) -> Ending:
        """Until the call is over, however it ended."""
        return await self.until(lambda: self.ending, within_s=within_s, what="the end of the call")

    async def hears(self, name: str, *, within_s: float) -> Heard:
        """Until this prompt is recognised; sounds told by an earlier wait do not count again."""
        return await self.hears_which(lambda heard: heard.name == name, name, within_s=within_s)

    async def hears_music(self, *, within_s: float) -> Heard:
        """Until the music on hold is recognised."""
        return await self.hears_which(
            lambda heard: heard.kind == "music", "music", within_s=within_s
        )

    async def hears_which(
        self, fits: Callable[[Heard], bool], name: str, *, within_s: float
    ) -> Heard:
        """Until a sound is recognised that fits; ``name`` is what messages call it."""

        def look() -> Heard | bool | None:
            return self.ears.next(fits) or (True if self.ending else None)

        found = await self.until(look, within_s=within_s, what=f"hearing {name}")
        if not isinstance(found, Heard):
            raise OverdueError(f"the call ended before {name} was heard; {self.story()}")
        return found

    async def hears_tone(self, frequency_hz: float, *, within_s: float) -> None:
        """Until this tone is what is heard."""
        await self.until(
            lambda: self.ears.hears_tone(frequency_hz) or None,
            within_s=within_s,
            what=f"a tone of {frequency_hz:g} Hz",
        )

    async def until_hears(self, *who: str, within_s: float) -> None:
        """Until exactly these parties are heard, of those whom ``listen_for`` names."""
        wanted = frozenset(who)
        until_s = self._loop.time() + within_s
        while self._loop.time() < until_s:
            if self.voices.now() == wanted:
                return
            await asyncio.sleep(LOOK_S)  # silence rings no bell
        heard = sorted(self.voices.now())
        raise OverdueError(
            f"not within {within_s:g} s: hearing {sorted(wanted)}, but {heard}; {self.story()}"
        )

    async def hears_anything(self, *, within_s: float) -> None:
        """Until something is audible from now on."""
        since_s = self._loop.time()
        await self.until(
            lambda: (self.ears.audible_at_s or 0.0) > since_s or None,
            within_s=within_s,
            what="any sound",
        )

    async def hears_keys(self, keys: str, *, within_s: float) -> None:
        """Until the other side has pressed these keys, all told."""
        await self.until(
            lambda: self.keys_heard == keys or None, within_s=within_s, what=f"the keys {keys}"
        )

    async def until(self, look: Callable[[], T | None], *, within_s: float, what: str) -> T:
        """Until ``look`` finds something; whatever happens on this call makes it look again."""
        return await self.bell.until(
            look, within_s=within_s, what=lambda: f"{what}; {self.story()}"
        )

    async def _reaches(self, stage: Stage, within_s: float) -> None:
        reached = (stage, Stage.TALKING)

        def look() -> bool | None:
            return True if self.stage in reached or self.ending else None

        await self.until(look, within_s=within_s, what=f"{stage} call")
        if self.ending is not None and self.answered_s is None:
            raise CallFailedError(self.ending)

    def story(self) -> str:
        """What happened so far, for a message."""
        heard = ", ".join(
            f"{h.name} at {h.began_s - self.began_s:.2f} s" for h in self.ears.heard()
        )
        end = f", ended by {self.ending.by} with {self.ending.status}" if self.ending else ""
        return f"the call is {self.stage}{end}; heard: {heard or 'nothing known'}"

    # ---- speaking

    def press(self, keys: str) -> None:
        """Presses keys, one after the other (RFC 4733)."""
        self._sounding().press(keys)

    def say(self, clip: bytes, *, repeats: bool = False) -> None:
        """Speaks A-law; silence follows."""
        self._sounding().say(clip, repeats=repeats)

    def say_tone(self, frequency_hz: float) -> None:
        """Speaks a tone until something else is said."""
        self.say(alaw.tone(frequency_hz, seconds=1.0), repeats=True)

    def say_pitch(self, pitch_hz: float) -> None:
        """Speaks a tone by which others know this party, until something else is said."""
        self.say(alaw.tone(pitch_hz, seconds=1.0, level=LEVEL), repeats=True)

    def mute(self) -> None:
        """Sends no packet any more."""
        self._sounding().is_muted = True

    # ---- what came

    def listen_for(self, pitches_hz: Mapping[str, float]) -> None:
        """From now on ``voices`` tells which of these parties are heard."""
        self.voices = Voices(pitches_hz, self._loop.time)

    @property
    def sound(self) -> Sound:
        """Counts and recording; only while or after there was sound."""
        return self._sounding()

    @property
    def keys_heard(self) -> str:
        """The keys that the other side pressed."""
        return self._sound.keys_heard if self._sound else ""

    @property
    def recording(self) -> bytes:
        """Everything received, as A-law on the clock's time line."""
        kept = self._sound.recording if self._sound else None
        return bytes(kept.sound) if kept else b""

    @property
    def recording_began_s(self) -> float:
        """When the recording's first sample was heard, on the loop's clock."""
        kept = self._sound.recording if self._sound else None
        return kept.began_s if kept else self.began_s

    def save(self, path: Path) -> None:
        """Writes what was received as a WAV file."""
        alaw.save_wav(path, self.recording)

    # ---- for the signalling

    def hang_up(self) -> None:
        """Ends the call, whatever stage it is in. Does not wait for the other side."""
        raise NotImplementedError

    def abandon(self) -> None:
        """Forgets the call without a word to anyone."""
        self._end("us", 0)

    def asked(self, request: Request) -> Response:
        """The answer to a request inside this call's dialog."""
        raise NotImplementedError

    async def open_sound(self) -> None:
        """Opens the socket of the sound."""
        if self._sound is not None:
            return
        _, sound = await self._loop.create_datagram_endpoint(
            lambda: Sound(on_frame=self._listen, on_key=self.bell.ring), local_addr=(self._host, 0)
        )
        self._sound = sound
        if self.ending is not None:
            sound.close()

    def _listen(self, frame: bytes, at_s: float) -> None:
        self.ears.listen(frame, at_s)
        self.voices.listen(frame, at_s)

    def _sounding(self) -> Sound:
        if self._sound is None:
            raise RuntimeError("the call has no sound yet")
        return self._sound

    def _description(self, *, event: int | None = sdp.EVENT, direction: str = "sendrecv") -> bytes:
        self._version += 1
        media = sdp.Media(
            host=self._host, port=self._sounding().port, event=event, direction=direction
        )
        return sdp.describe(media, session=1, version=self._version)

    def _connect_sound(self, media: sdp.Media) -> None:
        self._sounding().start((media.host, media.port), media.event)
        self.ears.begin(self._loop.time())

    def _ring(self) -> None:
        if self.stage is Stage.DIALLING:
            self.stage, self.rang_s = Stage.RINGING, self._loop.time()
            self.bell.ring()

    def _talk(self) -> None:
        if self.stage in {Stage.DIALLING, Stage.RINGING}:
            self.stage, self.answered_s = Stage.TALKING, self._loop.time()
            self.bell.ring()

    def _end(self, by: Literal["us", "them", "network"], status: int, reason: str = "") -> None:
        if self.ending is not None:
            return
        self.stage = Stage.ENDED
        self.ending = Ending(by=by, status=status, reason=reason, at_s=self._loop.time())
        if self._sound is not None:
            self._sound.close()
        self.bell.ring()
