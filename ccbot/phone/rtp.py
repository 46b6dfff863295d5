"""The sound of one call: A-law out and in over RTP, RFC 4733 keys, paced on the loop's clock."""

import asyncio
import secrets
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from ccbot.phone.alaw import FRAME_BYTES, FRAME_S, RATE_HZ, SILENCE
from ccbot.phone.sdp import EVENT, PCMA

LATE_S_MAX = 0.2
"""If the loop was away for longer, the lost time is skipped instead of sent in a burst."""
JITTER_S_MAX = 0.06
"""In a recording a packet may be so late before silence is put in its place."""
KEYS = "0123456789*#ABCD"
KEY_VOLUME = 10

_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")


@dataclass(frozen=True, slots=True)
class Packet:
    """An RTP packet (RFC 3550) without the parts that telephones do not use."""

    payload_type: int
    sequence: int
    timestamp: int
    source: int
    payload: bytes
    marker: bool = False

    def encode(self) -> bytes:
        """The datagram."""
        second = self.payload_type | (0x80 if self.marker else 0)
        head = _HEADER.pack(0x80, second, self.sequence, self.timestamp, self.source)
        return head + self.payload


def parse(data: bytes) -> Packet | None:
    """The packet in a datagram; None if it is none (RTCP included)."""
    if len(data) < _HEADER.size or data[0] >> 6 != 2 or 72 <= data[1] & 0x7F <= 76:
        return None
    first, second, sequence, timestamp, source = _HEADER.unpack_from(data)
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:
        if len(data) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    end = len(data) - (data[-1] if first & 0x20 else 0)
    return Packet(
        payload_type=second & 0x7F,
        sequence=sequence,
        timestamp=timestamp,
        source=source,
        payload=data[start:end],
        marker=bool(second & 0x80),
    )


@dataclass(slots=True)
class Counts:
    """What was received, and sent."""

    sent: int = 0
    packets: int = 0
    lost: int = 0
    longest_gap_s: float = 0.0
    """Between two packets, from the first one on."""
    last_at_s: float | None = None


@dataclass(slots=True)
class Recording:
    """Everything received, as A-law on the clock's time line."""

    began_s: float
    sound: bytearray = field(default_factory=bytearray)

    def add(self, payload: bytes, at_s: float) -> None:
        """A frame that came at this moment; what was not sent is silence."""
        due = int((at_s - self.began_s) * RATE_HZ)
        if due - len(self.sound) > JITTER_S_MAX * RATE_HZ:
            self.sound.extend(SILENCE[:1] * (due - len(self.sound)))
        self.sound.extend(payload)


@dataclass(slots=True)
class _Key:
    event: int
    frames: int
    pause_frames: int
    sent: int = 0
    timestamp: int = 0


class Sound(asyncio.DatagramProtocol):
    """Sends a frame every 20 ms from the moment it has an address, and hears all the time."""

    def __init__(
        self, *, on_frame: Callable[[bytes, float], None], on_key: Callable[[], None]
    ) -> None:
        self.counts = Counts()
        self.keys_heard = ""
        self.recording: Recording | None = None
        self.is_muted = False
        """Nothing at all is sent, not even silence: a phone whose cable is pulled."""
        self.is_deaf = False
        """Nothing that comes is heard: a phone that holds the call."""
        self._on_frame = on_frame
        self._on_key = on_key
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._remote: tuple[str, int] | None = None
        self._event_type: int | None = EVENT
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        self._sequence = secrets.randbelow(1 << 15)
        self._timestamp = secrets.randbelow(1 << 31)
        self._source = secrets.randbits(32)
        self._clip = b""
        self._clip_at = 0
        self._clip_repeats = False
        self._keys: deque[_Key] = deque()
        self._heard_sequence: int | None = None
        self._heard_source: int | None = None
        self._heard_key: int | None = None

    # ---- the socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the socket is open."""
        self._transport = transport  # type: ignore[assignment]

    def error_received(self, exc: Exception) -> None:
        """asyncio: nobody listens there; the signalling says so."""

    @property
    def port(self) -> int:
        """Where we hear."""
        assert self._transport is not None
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def start(self, remote: tuple[str, int], event_type: int | None) -> None:
        """Sends to this address from now on; said again after a re-INVITE."""
        self._remote = remote if remote[1] else None
        self._event_type = event_type
        if self.recording is None:
            self.recording = Recording(began_s=self._loop.time())
        if self._timer is None:
            self._due_s = self._loop.time()
            self._tick()

    def close(self) -> None:
        """Silence, both ways, for ever."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._remote = None
        if self._transport is not None:
            self._transport.close()

    # ---- speaking

    def say(self, clip: bytes, *, repeats: bool = False) -> None:
        """Sends A-law; silence follows. Replaces what is being said; empty: silence at once."""
        self._clip, self._clip_at, self._clip_repeats = clip, 0, repeats

    @property
    def is_speaking(self) -> bool:
        return self._clip_at < len(self._clip)

    def press(self, keys: str, *, tone_s: float = 0.1, pause_s: float = 0.08) -> None:
        """Queues keys (RFC 4733)."""
        for key in keys:
            if key not in KEYS:
                raise ValueError(f"no key {key!r}: keys are {KEYS}")
            self._keys.append(
                _Key(
                    event=KEYS.index(key),
                    frames=max(2, round(tone_s / FRAME_S)),
                    pause_frames=max(1, round(pause_s / FRAME_S)),
                )
            )

    def _tick(self) -> None:
        now = self._loop.time()
        if now - self._due_s > LATE_S_MAX:
            skipped = int((now - self._due_s) / FRAME_S)
            self._timestamp += skipped * FRAME_BYTES
            self._due_s += skipped * FRAME_S
        if not self.is_muted:
            self._send_frame()
        self._timestamp = (self._timestamp + FRAME_BYTES) & 0xFFFFFFFF
        self._due_s += FRAME_S
        self._timer = self._loop.call_at(self._due_s, self._tick)

    def _send_frame(self) -> None:
        if self._keys and self._event_type is not None:
            key = self._keys[0]
            if key.sent < key.frames:
                self._send_key(key)
                return
            key.pause_frames -= 1
            if key.pause_frames <= 0:
                self._keys.popleft()
        self._send(PCMA, self._timestamp, self._next_frame())

    def _send_key(self, key: _Key) -> None:
        if key.sent == 0:
            key.timestamp = self._timestamp
        key.sent += 1
        event_type = self._event_type
        assert event_type is not None
        is_last = key.sent == key.frames
        for _ in range(3 if is_last else 1):  # RFC 4733 §2.5.1.4: the end is said three times
            flags = KEY_VOLUME | (0x80 if is_last else 0)
            body = _EVENT.pack(key.event, flags, key.sent * FRAME_BYTES)
            self._send(event_type, key.timestamp, body, marker=key.sent == 1)

    def _next_frame(self) -> bytes:
        if not self.is_speaking:
            return SILENCE
        frame = self._clip[self._clip_at : self._clip_at + FRAME_BYTES]
        self._clip_at += FRAME_BYTES
        if self._clip_repeats and self._clip_at >= len(self._clip):
            self._clip_at = 0
        return frame + SILENCE[len(frame) :]

    def _send(
        self, payload_type: int, timestamp: int, payload: bytes, *, marker: bool = False
    ) -> None:
        if self._transport is None or self._remote is None or self._transport.is_closing():
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.counts.sent += 1
        packet = Packet(payload_type, self._sequence, timestamp, self._source, payload, marker)
        self._transport.sendto(packet.encode(), self._remote)

    # ---- hearing

    def datagram_received(self, data: bytes, _addr: tuple[str | object, int]) -> None:
        """asyncio: a packet came."""
        packet = parse(data)
        if packet is None or self.recording is None or self.is_deaf:
            return
        now = self._loop.time()
        if packet.payload_type == PCMA:
            if self._count(packet, now):
                self.recording.add(packet.payload, now)
                self._on_frame(packet.payload, now)
        elif packet.payload_type == self._event_type:
            self._count(packet, now)
            self._hear_key(packet)

    def _count(self, packet: Packet, now: float) -> bool:
        """Keeps the counts; False for a packet that came twice or after a later one."""
        if packet.source == self._heard_source and self._heard_sequence is not None:
            ahead = (packet.sequence - self._heard_sequence) & 0xFFFF
            if ahead == 0 or ahead > 0x8000:
                return False
            self.counts.lost += ahead - 1
        counts = self.counts
        if counts.last_at_s is not None:
            counts.longest_gap_s = max(counts.longest_gap_s, now - counts.last_at_s)
        counts.packets += 1
        counts.last_at_s = now
        self._heard_source, self._heard_sequence = packet.source, packet.sequence
        return True

    def _hear_key(self, packet: Packet) -> None:
        if len(packet.payload) < _EVENT.size or packet.timestamp == self._heard_key:
            return
        event = packet.payload[0]
        if event < len(KEYS):
            self._heard_key = packet.timestamp
            self.keys_heard += KEYS[event]
            self._on_key()
