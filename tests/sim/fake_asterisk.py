"""An Asterisk in memory: as the real one behaves, refusals, races and all.

It stands where the transport stands, so ccbot's own reading of events, its routing and its verbs
are under test. What it does was seen on Asterisk 22.10.1; where a scenario and the real Asterisk
disagree, this is what is wrong.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from ccbot.ari.errors import OutcomeUnknown
from ccbot.ari.transport import Reply
from ccbot.pbx.leg_log import LegEvent
from tests.sim import fake_http_more, fake_http_talk
from tests.sim.delays import Delays
from tests.sim.fake_channels import FakeBridge, FakeChannel, Human, State
from tests.sim.fake_feed import FakeFeed
from tests.sim.fake_http import answer_to
from tests.sim.fake_phones import DeskPhone, Dialplan
from tests.sim.fake_playbacks import FakePlayback, PlayQueue, Stage
from tests.sim.fake_recordings import RECORDING, FakeRecording, Take, wav_s
from tests.sim.loop import Sim
from tests.sim.memory import SimLegLog

REQUEST_S_MAX = 5.0
"""How long ccbot's transport waits for an answer that never comes."""

assert fake_http_more.ACCOUNT_TYPES  # imported for the routes that it registers
assert fake_http_talk.DIRECTIONS

Length = Callable[[str], float | None]
"""A media URI's length in seconds; None: there is no such sound."""

TONE_S = 100_000.0
"""A tone never ends; a day of the simulation does before."""


class FakeAsterisk:
    """Everything that one Asterisk holds. Implements ``ccbot.ari.transport.Transport``."""

    version = "22.10.1"

    def __init__(self, sim: Sim, *, length_s: Length, delays: Delays | None = None) -> None:  # noqa: PLR0915 - one for each thing that it holds
        self.loop = sim.loop
        self.delays = delays or Delays()
        self.feed = FakeFeed(sim.clock, self.delays)
        self.channels: dict[str, FakeChannel] = {}
        self.bridges: dict[str, FakeBridge] = {}
        self.playbacks: dict[str, FakePlayback] = {}
        self.spoken: dict[str, list[tuple[float, float]]] = {}
        """From when to when each channel's human spoke, the channels of the past included."""
        self.pitches_hz: dict[str, float] = {}
        """Of the voices of channels, where it matters."""
        self.who: dict[str, str] = {}
        """The number of each channel's telephone, the channels of the past included."""
        self.queues: dict[str, PlayQueue] = {}
        self.on_way_out: Callable[[], None] = lambda: None
        """Called as a customer is called."""
        self.recordings: dict[str, FakeRecording] = {}
        """Those under way, by name."""
        self.stored: dict[str, bytes] = {}
        """The spool: finished recordings, by name."""
        self.takes: dict[str, Take] = {}
        """Those of talks."""
        self.recorder_broken = False
        """The spool cannot be written: every recording fails."""
        self.accounts: dict[tuple[str, str], dict[str, str]] = {}
        """Objects of ``config/dynamic``: (type, id) → attributes."""
        self.phones: dict[str, DeskPhone] = {}
        self.globals: dict[str, str] = {}
        self.app_of_bridges = "ccbot"
        self.requests: list[str] = []
        """Every request as "METHOD path", for the tests of the fake itself."""
        self.swallowed: Callable[[str, str], bool] = lambda method, path: False
        """Requests for which this is true are carried out, but their answers are lost."""
        self.refused: Callable[[str, str], int] = lambda method, path: 0
        """Requests that are refused, with this status; 0: it is not."""
        self.on_new_channel: list[Callable[[FakeChannel], None]] = []
        self.leg_log = SimLegLog()
        self._clock = sim.clock
        self._ids = sim.ids
        self._prompt_s = length_s
        self.dialplan = Dialplan(self)
        self._device_states: dict[str, str] = {}
        self.started_at = self.now()

    # ---- the transport --------------------------------------------------------------------------

    async def request(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """Carry a request out. Once it left, it is carried out even if nobody waits any more."""
        done: asyncio.Future[Reply] = self.loop.create_future()
        self.requests.append(f"{method} {path}")

        def carry_out() -> None:
            status = self.refused(method, path)
            refusal = Reply(status, b'{"message": "refused"}')
            reply = refusal if status else answer_to(self, method, path, query, body)
            if not done.done() and not self.swallowed(method, path):
                self.loop.call_later(self.delays.reply_s(), _settle, done, reply)

        self.loop.call_later(self.delays.request_s(), carry_out)
        try:
            async with asyncio.timeout(REQUEST_S_MAX):
                return await done
        except TimeoutError:
            raise OutcomeUnknown(f"{method} {path}: no answer in {REQUEST_S_MAX} s") from None

    def events(self, app: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """An event socket."""
        return self.feed.open(app)

    # ---- what telephones do ---------------------------------------------------------------------

    def new_channel(
        self,
        *,
        endpoint: str,
        human: Human,
        state: State,
        number: str = "",
        channel_id: str | None = None,
        originated_by: str | None = None,
    ) -> FakeChannel:
        """A channel begins."""
        channel = FakeChannel(
            self,
            channel_id or self._ids.new("asterisk"),
            endpoint=endpoint,
            human=human,
            state=state,
            number=number,
            originated_by=originated_by,
        )
        assert channel.id not in self.channels
        self.channels[channel.id] = channel
        self.who[channel.id] = number_of(channel)
        self.device_touched(endpoint)
        for callback in self.on_new_channel:
            callback(channel)
        return channel

    def forget_channel(self, channel: FakeChannel) -> None:
        """The channel has ended."""
        del self.channels[channel.id]
        self.log_leg(channel, ended=True)

    def log_leg(
        self, channel: FakeChannel, *, ended: bool, context: str = "", dialled: str = "s"
    ) -> None:
        """One line of the log of channels."""
        self.leg_log.write(
            LegEvent(
                leg=channel.id,
                at=self._clock.now(),
                ended=ended,
                context=context,
                dialled=dialled,
                caller=channel.number,
            )
        )

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        """Something happens a little later."""
        self.loop.call_later(seconds, work)

    def has(self, uri: str) -> bool:
        """Whether that channel or bridge is there."""
        kind, _, id = uri.partition(":")
        return id in (self.channels if kind == "channel" else self.bridges)

    def asked_for(self, channel: FakeChannel) -> bool:
        """Whether somebody subscribed to this very channel."""
        return any(channel.id in app.channels for app in self.feed.apps.values())

    def length_s(self, media: str) -> float | None:
        """How long a media URI sounds; None: there is no such sound."""
        if media.startswith(RECORDING):
            stored = self.stored.get(media.removeprefix(RECORDING))
            return None if stored is None else wav_s(stored)
        if media.startswith("tone:"):
            return TONE_S
        return self._prompt_s(media)

    # ---- playbacks ------------------------------------------------------------------------------

    def new_queue(self, stage: Stage) -> PlayQueue:
        """The playbacks of a channel or bridge."""
        return PlayQueue(stage, self.length_s, self._playback_over)

    def play(self, queue: PlayQueue, playback: FakePlayback) -> None:
        """Queue a playback."""
        self.playbacks[playback.id] = playback
        self.queues[playback.id] = queue
        # The reply says "queued" whatever happens next, so it begins a moment later.
        self.loop.call_soon(self._begin, queue, playback)

    def _begin(self, queue: PlayQueue, playback: FakePlayback) -> None:
        if playback.id in self.playbacks:
            queue.add(playback)
            self._fail_if_nobody_listens(queue, playback)

    def _fail_if_nobody_listens(self, queue: PlayQueue, playback: FakePlayback) -> None:
        kind, _, target = playback.target_uri.partition(":")
        there = self.channels.get(target) if kind == "channel" else self.bridges.get(target)
        if there is None or (isinstance(there, FakeBridge) and there.holding):
            queue.fail_all()

    def stop_playback(self, playback: FakePlayback) -> None:
        """``DELETE`` of a playback that is there."""
        if playback.state == "queued" and not self.queues[playback.id].holds(playback):
            self.queues[playback.id].add(playback)
        self.queues[playback.id].stop(playback)

    def _playback_over(self, playback: FakePlayback) -> None:
        self.playbacks.pop(playback.id, None)
        self.queues.pop(playback.id, None)

    # ---- devices --------------------------------------------------------------------------------

    def device_state(self, endpoint: str) -> str:
        """The state of an endpoint's device (``device_state_busy_at=1``)."""
        if ("endpoint", endpoint) not in self.accounts:
            return "INVALID"
        states = {one.state for one in self.channels.values() if one.endpoint == endpoint}
        if states & {State.UP, State.RING}:
            return "BUSY"
        if State.RINGING in states:
            return "RINGING"
        phone = self.phones.get(endpoint)
        return "NOT_INUSE" if phone is not None and phone.reachable else "UNAVAILABLE"

    def told_device_state(self, endpoint: str) -> str:
        """The state as Asterisk tells it when asked: as late as its events."""
        told = self._device_states.get(f"PJSIP/{endpoint}")
        return self.device_state(endpoint) if told is None else told

    def device_touched(self, endpoint: str) -> None:
        """The state may have changed; whoever watches is told a little later."""
        self.after(self.delays.device_s(), lambda: self._publish_device(endpoint))

    def _publish_device(self, endpoint: str) -> None:
        device, state = f"PJSIP/{endpoint}", self.device_state(endpoint)
        if self._device_states.get(device, "INVALID") != state:
            self._device_states[device] = state
            self.feed.device_changed(device, state)

    # ---- all of it ------------------------------------------------------------------------------

    def unix_time(self) -> str:
        """The time of day as the dialplan writes it."""
        return f"{self._clock.now().timestamp():.3f}"

    def now(self) -> str:
        """The time of day as ARI writes it."""
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"

    def restart(self) -> None:
        """Asterisk dies and is there again at once: no channel, bridge or account is left."""
        self.feed.lose_sockets("Asterisk ended")
        for channel in list(self.channels.values()):
            channel.end(0)
        self.bridges.clear()
        self.accounts.clear()
        for phone in self.phones.values():
            phone.registered = phone.reachable = False
        self._device_states.clear()
        self.feed.apps.clear()
        self.started_at = self.now()

    def spool_s(self) -> dict[str, float]:
        """How long each recording in the spool is."""
        return {name: wav_s(content) for name, content in self.stored.items()}

    def left(self) -> list[str]:
        """What is still there, the lobby apart."""
        bridges = [one for one in self.bridges if one != "ccbot-lobby"]
        return [*self.channels, *bridges, *self.playbacks, *self.recordings]


def number_of(channel: FakeChannel) -> str:
    """Of an agent's telephone the agent's, of a customer's her own."""
    return (channel.number or channel.endpoint).removeprefix("p-").removesuffix("@trunk-out")


def _settle(done: "asyncio.Future[Any]", reply: Reply) -> None:
    if not done.done():
        done.set_result(reply)
