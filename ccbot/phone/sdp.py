"""The little of SDP (RFC 4566, RFC 3264) that a telephone with A-law and RFC 4733 keys needs."""

from dataclasses import dataclass

PCMA = 8
EVENT = 101
"""The payload type that our offers give to telephone-event."""


class SdpError(ValueError):
    """The description has no audio that this phone can carry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """Where one side hears, and how it counts its payloads."""

    host: str
    port: int
    event: int | None = EVENT
    """Payload type of telephone-event; None: the side takes no keys in RTP."""
    direction: str = "sendrecv"


_REVERSED = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


def answering(direction: str) -> str:
    """The direction that answers an offered one."""
    return _REVERSED.get(direction, "sendrecv")


def describe(media: Media, *, session: int, version: int) -> bytes:
    """The description of our side."""
    formats = str(PCMA) if media.event is None else f"{PCMA} {media.event}"
    lines = [
        "v=0",
        f"o=ccbot {session} {version} IN IP4 {media.host}",
        "s=ccbot",
        f"c=IN IP4 {media.host}",
        "t=0 0",
        f"m=audio {media.port} RTP/AVP {formats}",
        f"a=rtpmap:{PCMA} PCMA/8000",
    ]
    if media.event is not None:
        lines += [
            f"a=rtpmap:{media.event} telephone-event/8000",
            f"a=fmtp:{media.event} 0-15",
        ]
    lines += ["a=ptime:20", f"a={media.direction}"]
    return ("\r\n".join(lines) + "\r\n").encode()


def parse(body: bytes) -> Media:
    """The other side's audio; ``SdpError`` if it offers no A-law."""
    session_host, audio = _audio_section(body.decode(errors="replace").splitlines())
    if audio is None:
        raise SdpError("no audio in the description")
    _, port, _, *formats = audio[0][2:].split()
    if str(PCMA) not in formats:
        raise SdpError(f"no A-law among the formats {' '.join(formats)}")
    host, event, direction = session_host, None, "sendrecv"
    for line in audio[1:]:
        if line.startswith("c="):
            host = line.split()[-1]
        elif line.startswith("a=rtpmap:") and "telephone-event/8000" in line.lower():
            event = int(line[9:].split()[0])
        elif line[2:] in {"sendrecv", "sendonly", "recvonly", "inactive"}:
            direction = line[2:]
    if not host:
        raise SdpError("no address in the description")
    return Media(host=host, port=int(port), event=event, direction=direction)


def _audio_section(lines: list[str]) -> tuple[str, list[str] | None]:
    """The session's address, and the lines of the first audio stream."""
    host, audio, in_stream, in_audio = "", None, False, False
    for raw in lines:
        line = raw.strip()
        if line.startswith("m="):
            in_stream, in_audio = True, audio is None and line.startswith("m=audio ")
            if in_audio:
                audio = [line]
        elif in_audio and audio is not None:
            audio.append(line)
        elif not in_stream and line.startswith("c="):
            host = line.split()[-1]
    return host, audio
