"""Ears: which prompt or music is heard, since when, and for how long nothing was.

Asterisk passes A-law files on byte for byte unless something mixes, so a few bytes of a frame tell
the file and the place in it. Where something does mix (a room of two with a greeting in it), the
octaves of the samples still agree; that is the second, tolerant look.
"""

import operator
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ccbot.phone.alaw import FRAME_BYTES, FRAME_S, RATE_HZ, is_quiet, power_at
from ccbot.phone.bell import Bell
from ccbot.phone.soundbook import COARSE, Entry, Kind, SoundBook, places

__all__ = ["Ears", "Heard", "SoundBook"]

PROBE_BYTES = 24
PROBE_AT = (0, 68, 136)
DISTINCT_MIN = 6
"""A probe with fewer different bytes (silence, a low tone) would fit in too many places."""
COARSE_PROBE_BYTES = 40
COARSE_DISTINCT_MIN = 4
PLACES_MAX = 8
AGREEMENT_MIN = 0.8
"""Share of a frame's octaves that must agree in the tolerant look."""
FRAMES_MIN = 3
"""So many frames of one sound in a row, and it is recognised."""
UNDECIDED_FRAMES_MAX = 50
"""If two sounds begin alike for so long, the first is named."""
LOST_FRAMES_MAX = 4
"""Packets that may be missing in a row without losing the place."""
MISSES_MAX = 25
"""Frames that may disagree (someone speaks over the prompt) before it counts as over."""
MIDDLE_S_MIN = 0.2
"""Recognised so far behind its beginning, a sound counts as begun in its middle."""
RESUMED_S_MAX = 0.3
SILENCE_S_MIN = 0.3
"""Shorter pauses are part of speech."""
STOPPED_S_MIN = 0.5
"""A sound of which no frame came for so long is not playing any more."""
SEEKS_IN_A_ROW_MAX = 10
SEEK_EVERY_FRAMES = 5
"""An unknown sound (someone talks) is looked up less often after so many failures."""
TONE_FRAMES = 5
TONE_SHARE_MIN = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A sound that was recognised. Times are the loop's clock."""

    name: str
    kind: Kind
    began_s: float
    until_s: float
    from_s: float
    """The place in the file at which it was first heard; 0 from its beginning."""
    is_complete: bool
    """Heard up to its end."""
    is_playing: bool


@dataclass(slots=True)
class _Track:
    """A sound that may be, or is, playing: where its next frame should lie."""

    places: list[int]
    first_places: list[int]
    began_at_s: float
    last_at_s: float
    is_exact: bool
    frames: int = 1
    misses: int = 0
    entry: Entry | None = None
    first: int = 0
    agreed_to: int = 0
    """Up to where it was really heard."""

    @property
    def position(self) -> int:
        return self.places[0]


class Ears:
    """Listens to one call, frame by frame."""

    def __init__(self, book: SoundBook, bell: Bell, now_s: Callable[[], float]) -> None:
        self._book = book
        self._bell = bell
        self._now_s = now_s
        self._heard: list[Heard] = []
        self._told = 0
        self._now: _Track | None = None
        """The sound that is recognised and goes on."""
        self._maybe: _Track | None = None
        self._began_at_s: float | None = None
        self._audible_at_s: float | None = None
        self._silences: list[tuple[float, float]] = []
        self._failed_seeks = 0
        self._frame_at_s = 0.0
        self._last_frames: deque[bytes] = deque(maxlen=TONE_FRAMES)

    # ---- what was heard

    def heard(self) -> list[Heard]:
        """Every sound recognised so far, in order."""
        self._end_if_stopped()
        return list(self._heard)

    def next(self, fits: Callable[[Heard], bool]) -> Heard | None:
        """The first fitting sound after the one told last; that one too while it goes on."""
        self._end_if_stopped()
        begin = self._told
        if begin and self._heard[begin - 1].is_playing:
            begin -= 1
        for index in range(begin, len(self._heard)):
            if fits(self._heard[index]):
                self._told = index + 1
                return self._heard[index]
        return None

    def silences(self) -> list[tuple[float, float]]:
        """Spans (from, to) in which nothing was audible, the present one included."""
        since = self._audible_at_s if self._audible_at_s is not None else self._began_at_s
        if since is None or self._now_s() - since < SILENCE_S_MIN:
            return list(self._silences)
        return [*self._silences, (since, self._now_s())]

    def longest_silence_s(self) -> float:
        """The longest span in which nothing was audible."""
        return max((end - start for start, end in self.silences()), default=0.0)

    def hears_tone(self, frequency_hz: float) -> bool:
        """Whether this tone, or one within a few per cent of it, is what is heard now."""
        return len(self._last_frames) == TONE_FRAMES and all(
            power_at(frame, frequency_hz) >= TONE_SHARE_MIN for frame in self._last_frames
        )

    @property
    def audible_at_s(self) -> float | None:
        """When something was last audible."""
        return self._audible_at_s

    # ---- listening

    def begin(self, at_s: float) -> None:
        """The sound path is open: silence counts from here."""
        if self._began_at_s is None:
            self._began_at_s = at_s

    def listen(self, frame: bytes, at_s: float) -> None:
        """The next frame."""
        self.begin(at_s)
        self._frame_at_s = at_s
        self._last_frames.append(frame)
        audible = not is_quiet(frame)
        if audible:
            self._break_silence(at_s)
        if self._now is not None and self._goes_on(self._now, frame, at_s):
            self._maybe = None
        elif audible:
            self._consider(frame, at_s)
        if self._now is not None:
            self._note(self._now)
        if audible:
            self._bell.ring()

    def _break_silence(self, at_s: float) -> None:
        since = self._audible_at_s if self._audible_at_s is not None else self._began_at_s
        if since is not None and at_s - since >= SILENCE_S_MIN:
            self._silences.append((since, at_s))
        self._audible_at_s = at_s

    def _goes_on(self, track: _Track, frame: bytes, at_s: float) -> bool:
        """Follows the recognised sound; ends it when it is over or no longer heard."""
        assert track.entry is not None
        if track.position >= track.entry.end:
            self._end()
            return False
        if is_quiet(frame):
            there = self._book.exact[track.position : track.position + len(frame)]
            track.misses += not is_quiet(there)
        elif self._keeps_place(track, track.entry, frame, at_s):
            return True
        else:
            track.misses += 1
        track.places = [track.position + FRAME_BYTES]
        if track.misses > MISSES_MAX:
            self._end()
        return False

    def _keeps_place(self, track: _Track, entry: Entry, frame: bytes, at_s: float) -> bool:
        """Whether an audible frame is the sound's next one, or one a few lost packets later."""
        for lost in range(LOST_FRAMES_MAX):
            place = track.position + lost * FRAME_BYTES
            if place < entry.end and self._agrees(frame, place, track):
                track.places, track.agreed_to = [place + FRAME_BYTES], place + FRAME_BYTES
                track.last_at_s, track.misses = at_s, 0
                return True
        return False

    def _agrees(self, frame: bytes, place: int, track: _Track) -> bool:
        if place < 0:
            return False
        size = len(frame)
        if self._book.exact[place : place + size] == frame:
            return True
        if track.is_exact and track.frames < FRAMES_MIN:
            return False
        there = self._book.coarse[place : place + size]
        here = frame.translate(COARSE)
        agreeing: int = sum(map(operator.eq, there, here))
        return agreeing >= AGREEMENT_MIN * size

    def _consider(self, frame: bytes, at_s: float) -> None:
        """An audible frame that belongs to nothing recognised: what could it be?"""
        track = self._maybe
        if track is not None:
            left = [
                (place, first)
                for place, first in zip(track.places, track.first_places, strict=True)
                if self._agrees(frame, place, track)
            ]
            if left:
                track.places = [place + FRAME_BYTES for place, _ in left]
                track.first_places = [first for _, first in left]
                track.last_at_s = at_s
                track.frames += 1
                self._decide(track)
                return
        self._maybe = self._seek(frame, at_s)

    def _seek(self, frame: bytes, at_s: float) -> _Track | None:
        self._failed_seeks += 1
        if self._failed_seeks > SEEKS_IN_A_ROW_MAX and self._failed_seeks % SEEK_EVERY_FRAMES:
            return None
        for coarse in (False, True):
            found = self._find(frame, coarse=coarse)
            if found:
                return _Track(
                    places=[place + FRAME_BYTES for place in found],
                    first_places=found,
                    began_at_s=at_s,
                    last_at_s=at_s,
                    is_exact=not coarse,
                )
        return None

    def _find(self, frame: bytes, *, coarse: bool) -> list[int]:
        size, distinct, book = (
            (COARSE_PROBE_BYTES, COARSE_DISTINCT_MIN, self._book.coarse)
            if coarse
            else (PROBE_BYTES, DISTINCT_MIN, self._book.exact)
        )
        sound = frame.translate(COARSE) if coarse else frame
        for offset in PROBE_AT:
            probe = sound[offset : offset + size]
            if len(probe) < PROBE_BYTES or len(set(probe)) < distinct:
                continue
            found = [
                place - offset
                for place in places(book, probe, at_most=PLACES_MAX)
                if self._book.entry_at(place) is not None
            ]
            if found:
                return found
        return []

    def _decide(self, track: _Track) -> None:
        """Names the sound once enough frames fit and only one is left, or time is up."""
        if track.frames < FRAMES_MIN:
            return
        if len(track.places) > 1 and track.frames < UNDECIDED_FRAMES_MAX:
            return
        place, first = track.places[0], track.first_places[0]
        entry = self._book.entry_at(max(0, place - 1))
        if entry is None:
            return
        self._end()
        self._failed_seeks = 0
        track.places, track.entry, track.first = [place], entry, max(entry.start, first)
        track.agreed_to = place
        self._now, self._maybe = track, None
        self._remember(track, entry)

    def _remember(self, track: _Track, entry: Entry) -> None:
        offset_s = (track.first - entry.start) / RATE_HZ
        began_s, from_s = track.began_at_s - offset_s, 0.0
        if offset_s > entry.lead / RATE_HZ + MIDDLE_S_MIN:
            began_s, from_s = track.began_at_s, offset_s
        last = self._heard[-1] if self._heard else None
        if last is not None and last.name == entry.name and self._is_same(last, track, offset_s):
            self._heard[-1] = replace(last, is_playing=True)
            return
        self._heard.append(
            Heard(
                name=entry.name,
                kind=entry.kind,
                began_s=began_s,
                until_s=track.last_at_s,
                from_s=from_s,
                is_complete=False,
                is_playing=True,
            )
        )

    @staticmethod
    def _is_same(last: Heard, track: _Track, offset_s: float) -> bool:
        """Whether the sound lost before is the one found now, and only a few frames were bad."""
        implied_s = track.began_at_s - offset_s + last.from_s
        return abs(implied_s - last.began_s) < RESUMED_S_MAX

    def _note(self, track: _Track) -> None:
        assert track.entry is not None
        self._heard[-1] = replace(
            self._heard[-1],
            until_s=track.last_at_s + FRAME_S,
            is_complete=track.agreed_to >= track.entry.tail,
        )

    def _end_if_stopped(self) -> None:
        if self._now is not None and self._now_s() - self._frame_at_s > STOPPED_S_MIN:
            self._end()

    def _end(self) -> None:
        if self._now is None:
            return
        self._note(self._now)
        self._heard[-1] = replace(self._heard[-1], is_playing=False)
        self._now = None
        self._bell.ring()
