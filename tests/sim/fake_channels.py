"""Channels and bridges of a simulated Asterisk, and what their humans hear."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from tests.sim.ears import SILENCE, Ears, Kind, Sound
from tests.sim.fake_playbacks import FakePlayback, PlayQueue

if TYPE_CHECKING:
    from tests.sim.fake_asterisk import FakeAsterisk
    from tests.sim.fake_recordings import FakeRecording
    from tests.sim.fake_snoops import FakeSnoop

NORMAL_CLEARING = 16


class State(StrEnum):
    """A channel's state."""

    DOWN = "Down"
    RING = "Ring"
    """It dialled in and was not answered yet."""
    RINGING = "Ringing"
    """It was dialled, and its telephone rings."""
    UP = "Up"


@dataclass(slots=True)
class Quality:
    """How well RTP arrives from a channel's telephone."""

    loss: float = 0.0
    """The share of packets that are lost."""
    jitter_s: float = 0.001
    rtt_s: float = 0.005
    mes: float = 88.0
    """Asterisk's own score, 0 to 100."""


class Human(Protocol):
    """Whoever holds the telephone at the other end of a channel."""

    def line_answered(self, channel: "FakeChannel") -> None:
        """The call was picked up, at whichever end."""
        ...

    def line_ended(self, channel: "FakeChannel") -> None:
        """The line is dead."""
        ...

    def transfer_told(self, channel: "FakeChannel") -> None:
        """The telephone shows how its transfer goes."""
        ...


class FakeBridge:
    """A bridge: ``holding`` or ``mixing``, with or without ``dtmf_events``."""

    def __init__(self, asterisk: "FakeAsterisk", bridge_id: str, kinds: list[str], name: str):
        self._asterisk = asterisk
        self.id = bridge_id
        self.kinds = kinds
        self.name = name
        self.channels: list[FakeChannel] = []
        self.music: str | None = None
        self.queue = asterisk.new_queue(self)
        self.recording: FakeRecording | None = None

    @property
    def holding(self) -> bool:
        """Nobody hears anybody."""
        return "holding" in self.kinds

    @property
    def reports_keys(self) -> bool:
        """Two plain SIP legs in a plain mixing bridge go native: their keys are not reported."""
        if self.holding or {"dtmf_events", "proxy_media"} & set(self.kinds):
            return True
        return len(self.channels) != 2 or self.queue.sound is not None

    def tell(self, kind: str, **fields: Any) -> None:
        self._asterisk.feed.send(self._asterisk.app_of_bridges, kind, fields)

    def playing_changed(self) -> None:
        for channel in list(self.channels):
            channel.listen()
        if self.recording is not None:
            self.recording.listen()

    def recorded(self) -> set[Sound]:
        """A recording of it holds everything that is said in it."""
        heard = {sound for channel in self.channels for sound in channel.says()}
        return heard if self.queue.sound is None else heard | {self.queue.sound}

    def json(self) -> dict[str, Any]:
        """The bridge as ARI shows it."""
        return {
            "id": self.id,
            "technology": "holding_bridge" if self.holding else "simple_bridge",
            "bridge_type": "holding" if self.holding else "mixing",
            "bridge_class": "stasis",
            "creator": "Stasis",
            "name": self.name,
            "channels": [channel.id for channel in self.channels],
            "creationtime": self._asterisk.now(),
            "video_mode": "talker",
        }


class FakeChannel:
    """A channel, its human, and everything that the human hears."""

    def __init__(
        self,
        asterisk: "FakeAsterisk",
        channel_id: str,
        *,
        endpoint: str,
        human: Human,
        state: State,
        number: str = "",
        originated_by: str | None = None,
    ) -> None:
        self._asterisk = asterisk
        self.id = channel_id
        self.endpoint = endpoint
        self.human = human
        self.state = state
        self.number = number
        self.originated_by = originated_by
        self.app: str | None = None
        """The application that it is in, if any."""
        self.app_data = ""
        self.in_dialplan: Sound | None = None
        """What the dialplan itself plays."""
        self.bridge: FakeBridge | None = None
        self.music: str | None = None
        self.queue: PlayQueue = asterisk.new_queue(self)
        self.recording: FakeRecording | None = None
        self.spoken = asterisk.spoken.setdefault(channel_id, [])
        """From when to when the human spoke, or will have spoken."""
        self.muted: set[str] = set()
        """``in``: nobody hears the human; ``out``: he hears nobody."""
        self.held = False
        """Its own telephone has put the call on hold."""
        self.silent = False
        """Silence is sent to it."""
        self.snoops: list[FakeSnoop] = []
        """Those that hear this channel."""
        self.quality = Quality()
        self.told_of_refer: list[int] = []
        """The statuses that its telephone was told of its REFERs."""
        self.refer_is_open = False
        self.variables: dict[str, str] = {}
        self.snoops_on: FakeChannel | None = None
        """The channel that it hears, if it is a snoop."""
        self.spy = self.whisper = "none"
        """In which directions, as seen from that channel."""
        self.gone = False
        self.created_at_s = asterisk.loop.time()
        self.ears = Ears(asterisk.loop.time)

    # ---- events ---------------------------------------------------------------------------------

    def tell(self, kind: str, **fields: Any) -> None:
        """An event for the application that has the channel, or made it."""
        app = self.app or self.originated_by
        if app is not None:
            self._asterisk.feed.send(app, kind, fields)

    def tell_about(self, kind: str, **fields: Any) -> None:
        """The same, with the channel in it."""
        self.tell(kind, channel=self.json(), **fields)

    def json(self) -> dict[str, Any]:
        """The channel as ARI shows it."""
        in_app = self.app is not None
        return {
            "id": self.id,
            "name": f"PJSIP/{self.endpoint}-{self.id.replace('-', '')}",
            "state": self.state.value,
            "protocol_id": f"sip-{self.id}",
            "caller": {"name": "", "number": self.number},
            "connected": {"name": "", "number": ""},
            "accountcode": "",
            "dialplan": {
                "context": "fake",
                "exten": "s",
                "priority": 1,
                "app_name": "Stasis" if in_app else "AppDial2",
                "app_data": self.app_data if in_app else "(Outgoing Line)",
            },
            "creationtime": self._asterisk.now(),
            "language": "zh",
        }

    # ---- what it goes through -------------------------------------------------------------------

    def change_state(self, state: State) -> None:
        """Ringing, or up."""
        if self.state is state:
            return
        self.state = state
        self.tell_about("ChannelStateChange")
        self._asterisk.device_touched(self.endpoint)
        self.listen_all()
        if state is State.UP:
            self.ears.answered_at_s = self.ears.now_s()
            self.human.line_answered(self)

    def enter_app(self, app: str, args: list[str]) -> None:
        """``Stasis(app,args)``."""
        self.app, self.app_data = app, ",".join([app, *args])
        self.in_dialplan = None
        self.listen()
        self.tell_about("StasisStart", args=args)

    def enter(self, bridge: FakeBridge) -> None:
        """Into a bridge, out of the one before in the same step."""
        self.leave()
        self.bridge = bridge
        bridge.channels.append(self)
        self.tell_about("ChannelEnteredBridge", bridge=bridge.json())
        bridge.playing_changed()

    def leave(self) -> None:
        """Out of the bridge, if it is in one."""
        bridge, self.bridge = self.bridge, None
        if bridge is None:
            return
        bridge.channels.remove(self)
        self.tell_about("ChannelLeftBridge", bridge=bridge.json())
        bridge.playing_changed()
        self.listen()

    def pressed(self, key: str) -> None:
        """The human's key arrived."""
        if self.gone or self.app is None:
            return
        if self.bridge is None or self.bridge.reports_keys:
            self.tell_about("ChannelDtmfReceived", digit=key, duration_ms=100)
        if self.recording is not None:
            self.recording.pressed(key)

    def spoke(self, seconds: float) -> None:
        """The human's voice arrives for so long."""
        now_s = self._asterisk.loop.time()
        self.spoken.append((now_s, now_s + seconds))

    def hold(self, *, held: bool) -> None:
        """Its telephone put the call on hold by a re-INVITE, or took it back."""
        if self.gone or self.held == held:
            return
        self.held = held
        self.ears.holds()
        if held:
            self.tell_about("ChannelHold", musicclass="default")
        else:
            self.tell_about("ChannelUnhold")
        self.listen_all()

    def mute(self, direction: str, *, muted: bool) -> None:
        """By ARI: nobody hears the human (``in``), he hears nobody (``out``), or both."""
        sides = {"in", "out"} if direction == "both" else {direction}
        self.muted = self.muted | sides if muted else self.muted - sides
        self.listen_all()

    def refer_told(self, status: int) -> None:
        """Its telephone hears how its transfer goes; after the final word no more."""
        if self.refer_is_open:
            self.told_of_refer.append(status)
            self.refer_is_open = status < 200
            self.human.transfer_told(self)

    def end(self, cause: int, tech_cause: int = 0, *, asked: bool = False) -> None:
        """The channel is no more."""
        if self.gone:
            return
        self.gone = True
        was_in_app = self.app is not None
        if was_in_app:
            self.tell_about("ChannelHangupRequest", cause=cause)
        self.queue.fail_all()
        if self.recording is not None:
            self.recording.stop()
        self.leave()
        for snoop in list(self.snoops):
            snoop.target_ended()
        self._asterisk.forget_channel(self)
        if was_in_app:
            self.tell_about("StasisEnd")
        self._tell_destroyed(cause, tech_cause)
        self.ears.close()
        self._asterisk.device_touched(self.endpoint)
        self.human.line_ended(self)

    def _tell_destroyed(self, cause: int, tech_cause: int) -> None:
        """Callers' own channels are not reported destroyed, unless somebody asked for it."""
        more: dict[str, Any] = {"cause": cause, "cause_txt": f"cause {cause}"}
        if tech_cause:
            more["tech_cause"] = tech_cause
        if self.originated_by is not None or self._asterisk.asked_for(self):
            self.tell_about("ChannelDestroyed", **more)

    # ---- what is heard --------------------------------------------------------------------------

    def playing_changed(self) -> None:
        """A playback began or ended. Music outside a bridge does not come back after one."""
        if self.bridge is None and self.queue.sound is not None:
            self.music = None
        self.listen()

    def listen_all(self) -> None:
        """What this channel's humans and those in its bridge hear may have changed."""
        if self.bridge is None:
            self.listen()
        else:
            self.bridge.playing_changed()

    def listen(self) -> None:
        """What the human hears may have changed."""
        self.write_down()
        for snoop in self.snoops:
            snoop.overhears()

    def write_down(self) -> None:
        """Write down what the human hears now, and a recording with him."""
        self.ears.hear(self._sounds())
        if self.recording is not None:
            self.recording.listen()

    def _sounds(self) -> frozenset[Sound]:
        if self.gone or self.state is State.RINGING or self.held or "out" in self.muted:
            return SILENCE
        if not self.is_sent_anything():
            return SILENCE
        whispered = [one.whispers() for one in self.snoops if one.whisper in {"out", "both"}]
        return frozenset(self.sent().union(*whispered))

    def is_sent_anything(self) -> bool:
        """A whisper is mixed into what is sent anyway: else it is not heard (22.10)."""
        others = self.bridge.channels if self.bridge is not None and not self.bridge.holding else []
        return self.silent or bool(self.sent()) or any(one is not self for one in others)

    def sent(self) -> set[Sound]:
        """What Asterisk sends to it, before anybody whispers."""
        if (own := self.queue.sound) is not None:
            return {own}
        heard = {self.in_dialplan} if self.in_dialplan is not None else set()
        if self.music is not None:
            heard.add(Sound(Kind.MUSIC, self.music))
        if self.bridge is not None:
            heard |= self._from_bridge(self.bridge)
        return heard

    def own_voice(self) -> set[Sound]:
        """What the human says, if it gets as far as Asterisk."""
        quiet = self.state is not State.UP or self.held or "in" in self.muted
        return set() if quiet else {Sound(Kind.VOICE, self.id)}

    def says(self) -> set[Sound]:
        """What others in its bridge hear of it."""
        whispered = [one.whispers() for one in self.snoops if one.whisper in {"in", "both"}]
        return self.own_voice().union(*whispered)

    def recorded(self) -> set[Sound]:
        """A recording of it holds the human's own voice."""
        return self.own_voice()

    def _from_bridge(self, bridge: FakeBridge) -> set[Sound]:
        if bridge.holding:
            return set() if bridge.music is None else {Sound(Kind.MUSIC, bridge.music)}
        others = [other for other in bridge.channels if other is not self]
        heard = {sound for other in others for sound in other.says()}
        if bridge.queue.sound is not None:
            heard.add(bridge.queue.sound)
        if len(others) == 1 and others[0].held:  # of two alone, Asterisk passes the hold on
            heard.add(Sound(Kind.MUSIC, "default"))
        return heard


__all__ = ["NORMAL_CLEARING", "FakeBridge", "FakeChannel", "FakePlayback", "Human", "State"]
