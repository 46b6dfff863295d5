"""Playbacks of a simulated Asterisk: one after another on a channel or a bridge."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from tests.sim.ears import Kind, Sound


class Stage(Protocol):
    """A channel or a bridge, as far as a queue of playbacks cares."""

    def tell(self, kind: str, **fields: Any) -> None:
        """Send an event to the application."""
        ...

    def playing_changed(self) -> None:
        """Another sound is heard now, or none."""
        ...


class FakePlayback:
    """One playback: a list of media, played one after another."""

    def __init__(self, playback_id: str, media: list[str], target_uri: str) -> None:
        self.id = playback_id
        self.media = media
        self.target_uri = target_uri
        self.part = 0
        self.state = "queued"

    def json(self) -> dict[str, str]:
        """The playback as ARI shows it."""
        shown = {
            "id": self.id,
            "media_uri": self.media[self.part],
            "target_uri": self.target_uri,
            "language": "zh",
            "state": self.state,
        }
        if self.part + 1 < len(self.media):
            shown["next_media_uri"] = self.media[self.part + 1]
        return shown


class PlayQueue:
    """First come, first played."""

    def __init__(
        self,
        stage: Stage,
        length_s: Callable[[str], float | None],
        finished: Callable[[FakePlayback], None],
    ) -> None:
        self._stage = stage
        self._length_s = length_s
        self._finished = finished
        self._queue: deque[FakePlayback] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def sound(self) -> Sound | None:
        """What is heard of it now."""
        if not self._queue or self._timer is None:
            return None
        front = self._queue[0]
        return Sound(Kind.PROMPT, front.media[front.part], front.id)

    def add(self, playback: FakePlayback) -> None:
        """Play it as soon as those before it are over."""
        self._queue.append(playback)
        if len(self._queue) == 1:
            self._start()

    def holds(self, playback: FakePlayback) -> bool:
        """Whether it plays, or waits to."""
        return playback in self._queue

    def stop(self, playback: FakePlayback) -> None:
        """``DELETE``: one that still waits is started and finished at once."""
        if self._queue[0] is playback:
            self._finish("done")
            return
        self._queue.remove(playback)
        playback.state = "playing"
        self._tell("PlaybackStarted", playback)
        self._over(playback, "done")

    def fail_all(self) -> None:
        """The channel or bridge is gone."""
        self._cancel_timer()
        while self._queue:
            self._over(self._queue.popleft(), "failed")

    def _start(self) -> None:
        front = self._queue[0]
        front.state = "playing"
        self._tell("PlaybackStarted", front)
        length_s = self._length_s(front.media[front.part])
        if length_s is None:
            self._next("failed")
        else:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(length_s, self._next, "done")
            self._stage.playing_changed()

    def _next(self, state: str) -> None:
        """The present part is over; ``state`` is the playback's, were it the last one."""
        front = self._queue[0]
        if front.part + 1 == len(front.media):
            self._finish(state)
            return
        self._cancel_timer()
        front.part += 1
        front.state = "continuing"
        self._tell("PlaybackContinuing", front)
        self._start()

    def _finish(self, state: str) -> None:
        self._cancel_timer()
        self._over(self._queue.popleft(), state)
        if self._queue:
            self._start()
        else:
            self._stage.playing_changed()

    def _over(self, playback: FakePlayback, state: str) -> None:
        playback.state = state
        self._finished(playback)
        self._tell("PlaybackFinished", playback)

    def _tell(self, kind: str, playback: FakePlayback) -> None:
        self._stage.tell(kind, playback=playback.json())

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
