"""SIP messages as text on the wire (RFC 3261 §7 and §25): parse and format, nothing more."""

from dataclasses import dataclass, replace

Headers = tuple[tuple[str, str], ...]

VERSION = "SIP/2.0"

_COMPACT = {
    "i": "Call-ID",
    "m": "Contact",
    "e": "Content-Encoding",
    "l": "Content-Length",
    "c": "Content-Type",
    "f": "From",
    "s": "Subject",
    "k": "Supported",
    "t": "To",
    "v": "Via",
    "r": "Refer-To",
}
_LISTS = {"via", "route", "record-route", "contact"}
"""Headers whose values may stand in one line with commas between them."""

REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    302: "Moved Temporarily",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    603: "Decline",
}


class MessageError(ValueError):
    """The datagram is no SIP message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Message:
    headers: Headers = ()
    body: bytes = b""

    def get(self, name: str) -> str:
        """The header's first value, empty if it is not there."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the header, in order."""
        return tuple(v for n, v in self.headers if n.lower() == name.lower())

    @property
    def call_id(self) -> str:
        return self.get("Call-ID")

    @property
    def cseq(self) -> int:
        """The number in ``CSeq``."""
        return int(self.get("CSeq").split()[0])

    @property
    def cseq_method(self) -> str:
        """The method in ``CSeq``."""
        return self.get("CSeq").split()[1]

    @property
    def branch(self) -> str:
        """The topmost Via's branch: what a transaction is known by."""
        return parameter(self.get("Via"), "branch")

    def _format(self, start: str) -> bytes:
        lines = [start, *(f"{name}: {value}" for name, value in self.headers)]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, kw_only=True, slots=True)
class Request(_Message):
    """A request: ``INVITE sip:10000@127.0.0.1 SIP/2.0`` and its headers."""

    method: str
    uri: str

    def encode(self) -> bytes:
        """The datagram."""
        return self._format(f"{self.method} {self.uri} {VERSION}")

    def with_headers(self, *more: tuple[str, str]) -> "Request":
        """The same request with further headers at the end."""
        return replace(self, headers=(*self.headers, *more))


@dataclass(frozen=True, kw_only=True, slots=True)
class Response(_Message):
    """A response: ``SIP/2.0 180 Ringing`` and its headers."""

    status: int
    reason: str

    def encode(self) -> bytes:
        """The datagram."""
        return self._format(f"{VERSION} {self.status} {self.reason}")

    @property
    def is_final(self) -> bool:
        return self.status >= 200

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def parse(datagram: bytes) -> Request | Response:
    """The message in a datagram; ``MessageError`` if it holds none."""
    head, gap, body = datagram.partition(b"\r\n\r\n")
    if not gap:
        raise MessageError("no empty line after the headers")
    try:
        start, *lines = head.decode().split("\r\n")
    except UnicodeDecodeError:
        raise MessageError("the headers are not UTF-8") from None
    headers = _headers(lines)
    length = next((v for n, v in headers if n.lower() == "content-length"), "")
    kept = tuple(h for h in headers if h[0].lower() != "content-length")
    if length:
        if not length.isdigit() or int(length) > len(body):
            raise MessageError(f"Content-Length {length} but {len(body)} bytes of body")
        body = body[: int(length)]
    message = _start(start, kept, body)
    _check(message)
    return message


def _start(line: str, headers: Headers, body: bytes) -> Request | Response:
    parts = line.split(" ", 2)
    if len(parts) != 3:
        raise MessageError(f"start line {line[:60]!r}")
    if parts[0] == VERSION:
        if not parts[1].isdigit():
            raise MessageError(f"status {parts[1]!r}")
        return Response(status=int(parts[1]), reason=parts[2], headers=headers, body=body)
    if parts[2] != VERSION:
        raise MessageError(f"start line {line[:60]!r}")
    return Request(method=parts[0], uri=parts[1], headers=headers, body=body)


def _check(message: Request | Response) -> None:
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        if not message.get(name):
            raise MessageError(f"no {name}")
    number, _, method = message.get("CSeq").partition(" ")
    if not number.isdigit() or not method.strip():
        raise MessageError(f"CSeq {message.get('CSeq')!r}")


def _headers(lines: list[str]) -> Headers:
    unfolded: list[str] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and unfolded:
            unfolded[-1] += " " + line.strip()
        else:
            unfolded.append(line)
    found: list[tuple[str, str]] = []
    for line in unfolded:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise MessageError(f"header {line[:60]!r}")
        name = _COMPACT.get(name.strip().lower(), name.strip())
        values = split(value) if name.lower() in _LISTS else (value.strip(),)
        found.extend((name, part) for part in values)
    return tuple(found)


def split(text: str, separator: str = ",") -> tuple[str, ...]:
    """Parts between separators that stand outside quotes and angle brackets."""
    parts, part, quoted, angle = [], "", False, False
    for at, letter in enumerate(text):
        if letter == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        elif not quoted and letter in "<>":
            angle = letter == "<"
        if letter == separator and not quoted and not angle:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    parts.append(part.strip())
    return tuple(parts)


def parameter(value: str, name: str) -> str:
    """A header parameter (``;tag=…``), empty if it is not there."""
    for part in split(value, ";")[1:]:
        key, _, text = part.partition("=")
        if key.strip().lower() == name.lower():
            return text.strip()
    return ""


def uri_of(value: str) -> str:
    """The URI in a From, To or Contact value."""
    if "<" in value:
        return value.split("<", 1)[1].split(">", 1)[0]
    return value.split(";", 1)[0].strip()


def user_of(uri: str) -> str:
    """The user part of a URI: ``10000`` of ``sip:10000@127.0.0.1:5060``."""
    rest = uri.partition(":")[2]
    return rest.rpartition("@")[0].partition(":")[0]


def address_of(uri: str) -> tuple[str, int]:
    """Where a URI's host listens; the host must be an IPv4 address."""
    rest = uri.partition(":")[2].rpartition("@")[2]
    host, _, port = rest.partition(";")[0].partition("?")[0].partition(":")
    return host, int(port) if port.isdigit() else 5060
