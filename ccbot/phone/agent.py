"""The user agent core: one UDP socket, its transactions, and whom a message concerns."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Protocol

from ccbot.phone.bell import Bell
from ccbot.phone.digest import Credentials, DigestError, authorization, choose
from ccbot.phone.message import (
    REASONS,
    Headers,
    MessageError,
    Request,
    Response,
    parameter,
    parse,
)
from ccbot.phone.transaction import Address, ClientTransaction, ServerTransaction, Timers, Wire

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY, REFER"
SWEEP_AT_TRANSACTIONS = 64
"""When the tables have grown by so many, finished transactions are dropped."""


class Handler(Protocol):
    """Whoever acts on the requests that arrive."""

    def received(self, server: ServerTransaction) -> None:
        """A request other than ACK, CANCEL and retransmissions."""
        ...

    def cancelled(self, invite: ServerTransaction, cancel: Request) -> None:
        """The other side cancels an INVITE that has no final answer yet."""
        ...


def token() -> str:
    """A fresh tag, branch part or Call-ID."""
    return secrets.token_hex(8)


def response_to(
    request: Request, status: int, *more: tuple[str, str], tag: str = "", body: bytes = b""
) -> Response:
    """A response with the headers that every response copies from its request."""
    copied: Headers = tuple(
        h for h in request.headers if h[0].lower() in {"via", "from", "call-id", "cseq"}
    )
    to = request.get("To")
    if tag and not parameter(to, "tag"):
        to += f";tag={tag}"
    routes: Headers = tuple(h for h in request.headers if h[0].lower() == "record-route")
    return Response(
        status=status,
        reason=REASONS.get(status, "Unspecified"),
        headers=(*copied, ("To", to), *routes, *more),
        body=body,
    )


def authenticate(
    request: Request, response: Response, who: Credentials, branch: str
) -> Request | None:
    """The request once more, with the answer to the challenge; None: it cannot be answered.

    A challenge to a request that already carried an answer is met only if it says that the nonce
    had grown stale: else the password is wrong and would be sent for ever.
    """
    proxy = response.status == 407
    asked, given = (
        ("Proxy-Authenticate", "Proxy-Authorization")
        if proxy
        else ("WWW-Authenticate", "Authorization")
    )
    try:
        challenge = choose(response.all(asked))
    except DigestError:
        return None
    if request.get(given) and not challenge.stale:
        return None
    value = authorization(challenge, who, method=request.method, uri=request.uri, cnonce=token())
    number = request.cseq + 1
    headers = tuple(
        ("CSeq", f"{number} {request.method}")
        if name == "CSeq"
        else (name, _with_branch(text, branch))
        if name == "Via"
        else (name, text)
        for name, text in request.headers
        if name != given
    )
    return Request(
        method=request.method,
        uri=request.uri,
        headers=(*headers, (given, value)),
        body=request.body,
    )


def _with_branch(via: str, branch: str) -> str:
    return via.replace(parameter(via, "branch"), branch)


class UserAgent(asyncio.DatagramProtocol):
    """Receives datagrams, keeps the transactions, hands requests to its handler."""

    def __init__(self, handler: Handler, timers: Timers) -> None:
        self.wire = Wire(timers)
        self.address: Address = ("", 0)
        self._handler = handler
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._servers: dict[tuple[str, str], ServerTransaction] = {}
        self._sweep_at = SWEEP_AT_TRANSACTIONS
        self._bell = Bell()

    # ---- the socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the socket is open."""
        self.address = transport.get_extra_info("sockname")[:2]
        self.wire.open(transport)  # type: ignore[arg-type]

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """asyncio: a datagram came. What is no SIP message is dropped."""
        try:
            message = parse(data)
        except MessageError:
            return
        if isinstance(message, Response):
            self._receive_response(message)
        else:
            self._receive_request(message, (str(addr[0]), addr[1]))

    def error_received(self, exc: Exception) -> None:
        """asyncio: nobody listens there. The transaction's own limit says so."""

    # ---- sending

    def via(self) -> tuple[str, str]:
        """A Via with a fresh branch."""
        host, port = self.address
        return ("Via", f"SIP/2.0/UDP {host}:{port};branch={self.branch()};rport")

    @staticmethod
    def branch() -> str:
        return f"z9hG4bK{token()}"

    def contact(self, user: str) -> str:
        """Where requests inside a dialog reach this phone."""
        host, port = self.address
        return f"<sip:{user}@{host}:{port}>" if user else f"<sip:{host}:{port}>"

    def send(
        self, request: Request, to: Address, on_response: Callable[[Response | None], None]
    ) -> ClientTransaction:
        """Starts a transaction of ours."""
        self._sweep()
        client = ClientTransaction(request, to, self.wire, on_response)
        self._clients[request.branch, request.method] = client
        return client

    async def quiet(self, *, within_s: float) -> None:
        """Until every request of ours is answered, or was given up."""
        await self._bell.until(
            lambda: all(c.is_answered or c.is_over for c in self._clients.values()) or None,
            within_s=within_s,
            what=lambda: "every request answered",
        )

    # ---- receiving

    def _receive_response(self, response: Response) -> None:
        client = self._clients.get((response.branch, response.cseq_method))
        if client is not None and not client.is_over:
            client.receive(response)
            self._bell.ring()

    def _receive_request(self, request: Request, source: Address) -> None:
        if request.method == "ACK":
            self._acknowledge(request)
            return
        known = self._servers.get((request.branch, request.method))
        if known is not None:
            known.repeat()
            return
        self._sweep()
        server = ServerTransaction(request, source, self.wire)
        self._servers[request.branch, request.method] = server
        if request.method == "CANCEL":
            self._cancel(server)
        else:
            self._handler.received(server)

    def _acknowledge(self, ack: Request) -> None:
        for server in self._servers.values():
            invite = server.request
            same = invite.call_id == ack.call_id and invite.cseq == ack.cseq
            if invite.method == "INVITE" and same:
                server.acknowledge(ack)

    def _cancel(self, server: ServerTransaction) -> None:
        invite = self._servers.get((server.request.branch, "INVITE"))
        if invite is None:
            server.respond(response_to(server.request, 481, tag=token()))
            return
        server.respond(response_to(server.request, 200, tag=token()))
        if not invite.is_answered:
            self._handler.cancelled(invite, server.request)

    def _sweep(self) -> None:
        if len(self._clients) + len(self._servers) < self._sweep_at:
            return
        self._clients = {key: c for key, c in self._clients.items() if not c.is_over}
        self._servers = {key: s for key, s in self._servers.items() if not s.is_over}
        left = len(self._clients) + len(self._servers)
        self._sweep_at = left + SWEEP_AT_TRANSACTIONS
