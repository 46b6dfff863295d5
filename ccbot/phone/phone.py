"""A telephone: it registers, dials, rings and answers."""

import asyncio
from collections import deque
from contextlib import suppress
from enum import StrEnum
from typing import Self

from ccbot.phone.agent import ALLOW, UserAgent, authenticate, response_to, token
from ccbot.phone.bell import Bell, OverdueError
from ccbot.phone.dialog import Dialog
from ccbot.phone.digest import Credentials
from ccbot.phone.ears import SoundBook
from ccbot.phone.legs import Incoming, Leg, Outgoing, dialogue_key
from ccbot.phone.message import Request, Response, address_of, parameter
from ccbot.phone.transaction import Address, ServerTransaction, Timers

REGISTER_S = 120
REFRESH_SHARE = 0.8
"""A registration is refreshed when so much of its life is over."""
REGISTER_ATTEMPTS_MAX = 3
RETRY_S = 5.0
"""After a refresh that failed."""
GOODBYE_S_MAX = 1.0
"""How long a phone that is put away waits for the answers to its farewells."""


class Manner(StrEnum):
    """What a phone does by itself when it is called."""

    RING = "ring"
    SILENT = "silent"
    """Not even 100 Trying: a phone that is gone without a word."""
    BUSY = "busy"
    DECLINE = "decline"


class RegistrationError(Exception):
    """The registrar refused, or did not answer (408)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the registrar answered {status}" if status != 408 else "no answer")
        self.status = status


class Phone:
    """A SIP phone over UDP at one local address; an asynchronous context manager.

    ``user`` names it in From and Contact; with ``credentials`` it answers 401 and 407.
    """

    def __init__(
        self,
        *,
        local: str = "127.0.0.1",
        port: int = 0,
        user: str = "",
        credentials: Credentials | None = None,
        sounds: SoundBook | None = None,
        timers: Timers | None = None,
    ) -> None:
        self.manner = Manner.RING
        self.user = user or (credentials.user if credentials else "")
        self.is_registered = False
        self._local = (local, port)
        self._credentials = credentials
        self._sounds = sounds or SoundBook.of({})
        self._agent = UserAgent(self, timers or Timers())
        self._bell = Bell()
        self._calls: dict[tuple[str, str], Leg] = {}
        self._ringing: deque[Incoming] = deque()
        self._registrar: Address | None = None
        self._registration = (token(), token())
        self._register_cseq = 0
        self._register_status: int | None = None
        self._refresh: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self._agent, local_addr=self._local)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.put_away()

    @property
    def address(self) -> Address:
        """Where the phone is reached."""
        return self._agent.address

    @property
    def calls(self) -> list[Leg]:
        """The calls that are not over."""
        return [call for call in self._calls.values() if call.ending is None]

    @property
    def history(self) -> list[Leg]:
        """Every call so far, those of now included, in the order in which they began."""
        return list(self._calls.values())

    # ---- registration

    async def register(
        self, server: Address, *, expires_s: int = REGISTER_S, within_s: float = 5.0
    ) -> None:
        """Registers and keeps it up; ``RegistrationError`` if the registrar refuses."""
        self._registrar = server
        await self._registered(expires_s, within_s)

    async def unregister(self, *, within_s: float = 5.0) -> None:
        """Takes the registration back."""
        self._agent.wire.forget(self._refresh)
        await self._registered(0, within_s)

    async def _registered(self, expires_s: int, within_s: float) -> None:
        self._register_status = None
        self._send_register(expires_s)
        status = await self._bell.until(
            lambda: self._register_status, within_s=within_s, what=lambda: "REGISTER answered"
        )
        if status != 200:
            raise RegistrationError(status)

    def _send_register(self, expires_s: int) -> None:
        assert self._registrar is not None
        host, port = self._registrar
        self._register_cseq += 1
        uri = f"sip:{host}:{port}"
        name = f"<sip:{self.user}@{host}:{port}>"
        request = Request(
            method="REGISTER",
            uri=uri,
            headers=(
                self._agent.via(),
                ("Max-Forwards", "70"),
                ("From", f"{name};tag={self._registration[1]}"),
                ("To", name),
                ("Call-ID", self._registration[0]),
                ("CSeq", f"{self._register_cseq} REGISTER"),
                ("Contact", self._agent.contact(self.user)),
                ("Expires", str(expires_s)),
                ("User-Agent", "ccbot"),
            ),
        )
        self._try_register(request, expires_s, 1)

    def _try_register(self, request: Request, expires_s: int, attempt: int) -> None:
        assert self._registrar is not None

        def receive(response: Response | None) -> None:
            again = None
            if response is not None and not response.is_final:
                return
            if response is not None and response.status in {401, 407} and self._credentials:
                again = authenticate(request, response, self._credentials, self._agent.branch())
            if again is not None and attempt < REGISTER_ATTEMPTS_MAX:
                self._register_cseq = again.cseq
                self._try_register(again, expires_s, attempt + 1)
            else:
                self._note_registration(response, expires_s)

        self._agent.send(request, self._registrar, receive)

    def _note_registration(self, response: Response | None, expires_s: int) -> None:
        status = response.status if response else 408
        self.is_registered = status == 200 and expires_s > 0
        self._register_status = status
        self._bell.ring()
        if expires_s == 0:
            return
        delay_s = RETRY_S
        if response is not None and status == 200:
            delay_s = REFRESH_SHARE * self._granted_s(response, expires_s)
        self._agent.wire.forget(self._refresh)
        self._refresh = self._agent.wire.later(delay_s, lambda: self._send_register(expires_s))

    def _granted_s(self, response: Response, asked_s: int) -> int:
        host, port = self.address
        for contact in response.all("Contact"):
            if f"{host}:{port}" in contact and parameter(contact, "expires").isdigit():
                return int(parameter(contact, "expires"))
        text = response.get("Expires")
        return int(text) if text.isdigit() else asked_s

    # ---- calls

    async def dial(
        self, uri: str, *, caller: str = "", headers: tuple[tuple[str, str], ...] = ()
    ) -> Outgoing:
        """Calls ``sip:10000@127.0.0.1:5060``; returns as soon as the INVITE is sent."""
        host, port = self.address
        dialog = Dialog.outgoing(
            target=uri,
            local=f"<sip:{caller or self.user or 'anonymous'}@{host}:{port}>",
            server=address_of(uri),
            user=self.user or caller,
        )
        call = Outgoing(self._agent, dialog, self._sounds, self._credentials, headers)
        self._calls[dialog.call_id, dialog.tag] = call
        await call.dial()
        return call

    async def rings(self, *, within_s: float) -> Incoming:
        """The next call that rings here and was not told yet; calls taken back are passed over."""

        def look() -> Incoming | None:
            while self._ringing:
                call = self._ringing.popleft()
                if call.ending is None:
                    return call
            return None

        return await self._bell.until(
            look, within_s=within_s, what=lambda: f"phone {self.user or self.address} rings"
        )

    # ---- the end

    async def put_away(self) -> None:
        """Ends the calls, unregisters, and closes; waits a moment for the answers, no longer."""
        for call in self.calls:
            call.hang_up()
        if self.is_registered:
            with suppress(OverdueError, RegistrationError):
                await self.unregister(within_s=GOODBYE_S_MAX)
        self._agent.wire.forget(self._refresh)
        with suppress(OverdueError):
            await self._agent.quiet(within_s=GOODBYE_S_MAX)
        self.vanish()

    def vanish(self) -> None:
        """The cable is pulled: no word to anyone any more."""
        self.is_registered = False
        for call in self.calls:
            call.abandon()
        self._agent.wire.close()

    # ---- requests that arrive

    def received(self, server: ServerTransaction) -> None:
        """A request: in a dialog of ours, a new call, or a question."""
        request = server.request
        call = self._calls.get(dialogue_key(request))
        if parameter(request.get("To"), "tag"):
            response = call.asked(request) if call else response_to(request, 481)
            server.respond(response)
        elif request.method == "INVITE":
            self._called(server)
        elif request.method in {"OPTIONS", "NOTIFY", "MESSAGE", "INFO"}:
            server.respond(response_to(request, 200, ("Allow", ALLOW), tag=token()))
        else:
            status = 481 if request.method == "BYE" else 405
            server.respond(response_to(request, status, ("Allow", ALLOW), tag=token()))

    def cancelled(self, invite: ServerTransaction, cancel: Request) -> None:
        """A CANCEL for a call that rings."""
        for call in self.calls:
            if isinstance(call, Incoming) and call.belongs_to(invite):
                call.cancel(cancel.get("Reason"))

    def _called(self, server: ServerTransaction) -> None:
        if self.manner is Manner.SILENT:
            return
        call = Incoming(self._agent, server, self._sounds)
        self._calls[call.dialog.call_id, call.dialog.tag] = call
        if self.manner is Manner.RING:
            call.ring()
            self._ringing.append(call)
            self._bell.ring()
        else:
            call.refuse(486 if self.manner is Manner.BUSY else 603)
