"""The exchange: every leg and playback of ours, and the one place where events reach them.

Ids are chosen here and registered before Asterisk hears of them, since an event may overtake the
reply to the request that caused it. ``deliver`` never waits and never drops.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog

from ccbot.ari.client import Ari
from ccbot.ari.errors import Conflict
from ccbot.ari.events import Event, Unknown
from ccbot.ari.generated import events as ev
from ccbot.ari.generated.models import RequiredDestination
from ccbot.clock import Ids
from ccbot.pbx.insist import NotDone, insisted
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.playback import Playback
from ccbot.pbx.record import Recording
from ccbot.pbx.refer import Refer
from ccbot.pbx.room import NoRoom, Room
from ccbot.pbx.sounds import Sounds
from ccbot.pbx.tidy import tried
from ccbot.speech.prompt_files import Clip

log = structlog.get_logger()

APP = "ccbot"
"""The name of our Stasis application."""

LEG_ID = "ccbot-leg"
"""What the ids of channels begin with that we make."""

ROOM = "ccbot-room"
"""What the ids of rooms begin with."""

LOBBY = "ccbot-lobby"
"""The one holding bridge in which callers wait, each with music of her own."""

Newcomer = Callable[[ev.StasisStart], None]


class Exchange:
    """All legs under our control."""

    def __init__(self, ari: Ari, *, sounds: Sounds, ids: Ids, newcomer: Newcomer) -> None:
        self.ari = ari
        self.ids = ids
        self.may_call_out = False
        """There is a way out for callbacks: whoever knows of one says so here."""
        self.detached = False
        self._sounds = sounds
        self._newcomer = newcomer
        self._legs: dict[str, Leg] = {}
        self._playbacks: dict[str, Playback] = {}
        self.rooms: set[str] = set()
        """The rooms in use."""
        self._recordings: dict[str, Recording] = {}
        self.unknown_events = 0

    # ---- what flows and verbs use -----------------------------------------------------------

    def adopt(self, channel_id: str, *, number: str = "", bridges: Iterable[str] = ()) -> Leg:
        """Take a channel under control; its events reach the leg from now on.

        ``bridges``: where it is already.
        """
        leg = Leg(self, channel_id, number=number)
        self._legs[channel_id] = leg
        for bridge in bridges:
            leg.is_in(bridge)
        leg.music = leg.bridge == LOBBY
        return leg

    def new_leg(self, leg_id: str | None = None) -> Leg:
        """A leg with an id of ours, this one or a fresh one, before Asterisk knows of it."""
        leg = Leg(self, leg_id or self.ids.new(LEG_ID), ours=True)
        self._legs[leg.id] = leg
        return leg

    def forget(self, leg: Leg) -> None:
        """Asterisk does not have this leg, and perhaps never had it: no event will say so."""
        leg.released = True
        self._end(leg.id, cause=None)

    def clip(self, prompt: str, language: str) -> Clip | None:
        """What is to be played for a prompt, or None when there is nothing (logged each time)."""
        clip = self._sounds.find(prompt, language)
        if clip is None:
            log.error("a prompt has no recording", prompt=prompt, language=language)
        return clip

    def choose(self, prompts: Sequence[str], language: str) -> str:
        """The first of these prompts that was itself recorded, in this language if any was.

        With none of them recorded it is the last one, and whatever is said in its place.
        """
        found = [(one, self._sounds.find(one, language)) for one in prompts]
        own = [clip for asked, clip in found if clip is not None and clip.prompt == asked]
        in_language = [clip for clip in own if clip.language == language]
        return next((clip.prompt for clip in (*in_language, *own)), prompts[-1])

    def expect_playback(self, playback_id: str) -> Playback:
        """A playback with an id of ours, registered before the request."""
        playback = Playback(playback_id)
        self._playbacks[playback.id] = playback
        return playback

    async def end_playback(self, playback: Playback, *, unheard: bool = False) -> None:
        """Forget a playback, and stop it if it still sounds; ``unheard``: its leg is gone."""
        self._playbacks.pop(playback.id, None)
        if unheard or playback.is_over or self.detached:
            return
        await tried(self.ari.playbacks.stop(playback_id=playback.id))

    def expect_recording(self, name: str) -> Recording:
        """A recording with a name of ours, registered before the request."""
        recording = Recording(name)
        self._recordings[recording.name] = recording
        return recording

    def end_recording(self, recording: Recording) -> None:
        """Nobody waits for this recording any more."""
        self._recordings.pop(recording.name, None)

    async def enter_lobby(self, leg: Leg) -> None:
        """Let the caller wait with music; nothing changes for one who already does."""
        if leg.bridge != LOBBY:
            leg.bridge = LOBBY
            bridges = self.ari.bridges
            try:
                await leg.insist(lambda: bridges.add_channel(bridge_id=LOBBY, channel=[leg.id]))
            except (LegGone, NotDone):
                leg.has_left(LOBBY)
                raise
        await leg.start_music()

    async def leave_lobby(self, leg: Leg) -> None:
        """The caller waits no more: no music, and nothing else is done with her in a bridge."""
        await leg.stop_music()
        if leg.bridge == LOBBY:
            await leg.leave(LOBBY)

    async def open_lobby(self) -> None:
        """Make the lobby, or find it as it stands."""
        with suppress(Conflict):  # it outlives our connections
            await self.ari.bridges.create_with_id(bridge_id=LOBBY, type="holding", name=LOBBY)

    @asynccontextmanager
    async def room(self, found: str | None = None) -> AsyncIterator[Room]:
        """A room for one talk, made now or found as it stands; gone with the block."""
        room = Room(self, found or self.ids.new(ROOM))
        self.rooms.add(room.id)
        try:
            await self._make(room.id)
            yield room
        finally:
            self.rooms.discard(room.id)
            if not self.detached:
                await self._destroy(room.id)

    async def _make(self, room: str) -> None:
        async def made() -> None:
            with suppress(Conflict):  # it was found, or made though the answer was lost
                await self.ari.bridges.create_with_id(
                    bridge_id=room, type="mixing,dtmf_events", name=room
                )

        try:
            await insisted(made, about=room)
        except NotDone as problem:
            raise NoRoom(str(problem)) from problem

    async def _destroy(self, room: str) -> None:
        await tried(self.ari.bridges.destroy(bridge_id=room))

    async def demolish(self, room: str) -> None:
        """Nobody will use this room any more."""
        await self._destroy(room)

    def leg(self, channel_id: str) -> Leg | None:
        """The leg of that channel, unless it has ended."""
        return self._legs.get(channel_id)

    def legs(self) -> list[Leg]:
        """Every leg that has not ended."""
        return list(self._legs.values())

    def lost(self, leg_id: str, at: datetime | None) -> None:
        """Asterisk does not have this leg any more, and its event was missed."""
        if leg := self._legs.get(leg_id):
            leg.ended_at = at
        self._end(leg_id, cause=None)

    def detach(self) -> None:
        """Ask Asterisk for nothing any more: this process stops, its calls go on."""
        self.detached = True

    # ---- events -----------------------------------------------------------------------------

    def deliver(self, event: Event | Unknown) -> None:  # noqa: C901, PLR0912 - one case an event
        """Bring an event to whom it concerns."""
        match event:
            case ev.StasisStart():
                self._started(event)
            case ev.ChannelDtmfReceived():
                if leg := self._legs.get(event.channel.id):
                    leg.keys.press(event.digit)
            case ev.ChannelHold() | ev.ChannelUnhold():
                if leg := self._legs.get(event.channel.id):
                    leg.is_held(held=isinstance(event, ev.ChannelHold))
            case ev.ChannelTransfer():
                if leg := self._legs.get(event.referred_by.source_channel.id):
                    leg.is_referred(_refer(event.refer_to.requested_destination))
            case ev.PlaybackFinished():
                if playback := self._playbacks.get(event.playback.id):
                    playback.finish(heard=event.playback.state == "done")
            case ev.RecordingStarted() | ev.RecordingFinished() | ev.RecordingFailed():
                if recording := self._recordings.get(event.recording.name):
                    recording.reported(event.recording.state, event.recording.duration)
            case ev.ChannelEnteredBridge():
                if event.channel is not None and (leg := self._legs.get(event.channel.id)):
                    leg.is_in(event.bridge.id)
            case ev.ChannelLeftBridge():
                if leg := self._legs.get(event.channel.id):
                    leg.has_left(event.bridge.id)
            case ev.ChannelStateChange():
                if leg := self._legs.get(event.channel.id):
                    leg.state_changed(event.channel.state)
            case ev.ChannelHangupRequest() | ev.StasisEnd() | ev.ChannelDestroyed():
                self._ends(event)
            case Unknown():
                self.unknown_events += 1
            case _:
                pass

    def _started(self, event: ev.StasisStart) -> None:
        leg = self._legs.get(event.channel.id)
        if leg is None:
            self._newcomer(event)
        else:
            leg.entered.set()

    def _ends(self, event: ev.ChannelHangupRequest | ev.StasisEnd | ev.ChannelDestroyed) -> None:
        """The first of these tells when, the last one why."""
        leg = self._legs.get(event.channel.id)
        if leg is None:
            return
        leg.hears_of_its_end(event.timestamp)
        if isinstance(event, ev.ChannelDestroyed):
            leg.tech_cause = event.tech_cause
            self._end(leg.id, cause=event.cause)
        elif isinstance(event, ev.StasisEnd) and (not leg.ours or leg.arrived.is_set()):
            # Why a phone was not answered is said by the event that follows.
            self._end(leg.id, cause=None)

    def _end(self, channel_id: str, cause: int | None) -> None:
        leg = self._legs.pop(channel_id, None)
        if leg is None:
            return
        leg.is_over()
        leg.scope.cause = leg.scope.cause if cause is None else cause
        if not leg.released:
            leg.scope.hang_up(cause)


def _refer(wanted: RequiredDestination) -> Refer:
    attended = wanted.protocol_id is not None
    return Refer(destination=wanted.destination or "", attended=attended)
