"""SIP transactions over UDP (RFC 3261 §17, RFC 6026): what is lost is sent again, with limits."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ccbot.phone.message import Headers, Request, Response

Address = tuple[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timers:
    """RFC 3261's T1 and T2, and all that follows from them."""

    t1_s: float = 0.5
    t2_s: float = 4.0

    @property
    def give_up_s(self) -> float:
        """Timers B, F, H: how long something unanswered is sent again; D, J: is remembered."""
        return 64 * self.t1_s


class Wire:
    """The socket, as transactions see it. A closed wire loses everything silently."""

    def __init__(self, timers: Timers) -> None:
        self.timers = timers
        self._transport: asyncio.DatagramTransport | None = None
        self._handles: set[asyncio.TimerHandle] = set()

    def open(self, transport: asyncio.DatagramTransport) -> None:
        """Datagrams go here from now on."""
        self._transport = transport

    def send(self, datagram: bytes, to: Address) -> None:
        """One datagram, once."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(datagram, to)

    def later(self, delay_s: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Calls back after a while, unless the wire is closed by then."""

        def fire() -> None:
            self._handles.discard(handle)
            callback()

        handle = asyncio.get_running_loop().call_later(delay_s, fire)
        self._handles.add(handle)
        return handle

    def forget(self, handle: asyncio.TimerHandle | None) -> None:
        """The timer does not fire any more."""
        if handle is not None:
            handle.cancel()
            self._handles.discard(handle)

    def close(self) -> None:
        """No datagram and no timer after this."""
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
        if self._transport is not None:
            self._transport.close()
            self._transport = None


class ClientTransaction:
    """A request of ours: sent until answered, then every response is handed on.

    ``on_response`` is called for each provisional response, for the final one, and for each copy
    of a 2xx to an INVITE (the dialog acknowledges those). ``on_response(None)`` means: no answer.
    """

    def __init__(
        self,
        request: Request,
        to: Address,
        wire: Wire,
        on_response: Callable[[Response | None], None],
    ) -> None:
        self.request = request
        self.is_over = False
        self._to = to
        self._wire = wire
        self._on_response = on_response
        self._is_invite = request.method == "INVITE"
        self._final: Response | None = None
        self._datagram = request.encode()
        self._interval_s = wire.timers.t1_s
        wire.send(self._datagram, to)
        self._again = wire.later(self._interval_s, self._resend)
        self._limit = wire.later(wire.timers.give_up_s, self._give_up)

    @property
    def is_answered(self) -> bool:
        """The final answer is there."""
        return self._final is not None

    def receive(self, response: Response) -> None:
        """A response with this transaction's branch and method."""
        if self._final is not None:
            self._receive_copy(response)
        elif response.is_final:
            self._final = response
            self._wire.forget(self._again)
            self._wire.forget(self._limit)
            if self._is_invite and not response.is_success:
                self._acknowledge(response)
            self._wire.later(self._wire.timers.give_up_s, self._finish)
            self._on_response(response)
        else:
            if self._is_invite:
                self._wire.forget(self._again)
                self._wire.forget(self._limit)
            else:
                self._interval_s = self._wire.timers.t2_s
            self._on_response(response)

    def _receive_copy(self, response: Response) -> None:
        if not self._is_invite or not response.is_final:
            return
        if response.is_success:
            self._on_response(response)
        else:
            self._acknowledge(response)

    def _acknowledge(self, response: Response) -> None:
        names = {"via", "from", "call-id", "route", "max-forwards"}
        kept: Headers = tuple(h for h in self.request.headers if h[0].lower() in names)
        ack = Request(
            method="ACK",
            uri=self.request.uri,
            headers=(*kept, ("To", response.get("To")), ("CSeq", f"{self.request.cseq} ACK")),
        )
        self._wire.send(ack.encode(), self._to)

    def _resend(self) -> None:
        self._wire.send(self._datagram, self._to)
        self._interval_s *= 2
        if not self._is_invite:
            self._interval_s = min(self._interval_s, self._wire.timers.t2_s)
        self._again = self._wire.later(self._interval_s, self._resend)

    def _give_up(self) -> None:
        self._wire.forget(self._again)
        self._finish()
        self._on_response(None)

    def _finish(self) -> None:
        self.is_over = True


class ServerTransaction:
    """A request of the other side: answered once, and again whenever it is asked again.

    A final answer to an INVITE is also sent again by itself until the ACK is there.
    """

    def __init__(self, request: Request, source: Address, wire: Wire) -> None:
        self.request = request
        self.source = source
        self.is_over = False
        self.on_ack: Callable[[Request | None], None] = lambda _ack: None
        """Called with the ACK of an INVITE's final answer, or with None if none came."""
        self._wire = wire
        self._last: bytes | None = None
        self._final: Response | None = None
        self._again: asyncio.TimerHandle | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._interval_s = wire.timers.t1_s
        self._is_acked = False

    @property
    def is_answered(self) -> bool:
        """A final answer was given."""
        return self._final is not None

    def repeat(self) -> None:
        """The request came once more: the answer was lost, if there was one."""
        if self._last is not None and not self._is_acked:
            self._wire.send(self._last, self.source)

    def respond(self, response: Response) -> None:
        """Sends a provisional or the final answer; after a final one nothing."""
        if self._final is not None:
            return
        self._last = response.encode()
        self._wire.send(self._last, self.source)
        if not response.is_final:
            return
        self._final = response
        if self.request.method == "INVITE":
            self._again = self._wire.later(self._interval_s, self._resend)
            self._limit = self._wire.later(self._wire.timers.give_up_s, self._give_up)
        else:
            self._wire.later(self._wire.timers.give_up_s, self._finish)

    def acknowledge(self, ack: Request) -> None:
        """The ACK came."""
        if self._final is None or self._is_acked:
            return
        self._is_acked = True
        self._wire.forget(self._again)
        self._wire.forget(self._limit)
        self._wire.later(self._wire.timers.give_up_s, self._finish)
        self.on_ack(ack)

    def _resend(self) -> None:
        if self._last is not None:
            self._wire.send(self._last, self.source)
        self._interval_s = min(2 * self._interval_s, self._wire.timers.t2_s)
        self._again = self._wire.later(self._interval_s, self._resend)

    def _give_up(self) -> None:
        self._wire.forget(self._again)
        self._finish()
        self.on_ack(None)

    def _finish(self) -> None:
        self.is_over = True
