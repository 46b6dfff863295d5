"""The signalling of one call: ``Outgoing`` dials, ``Incoming`` is rung."""

from collections.abc import Callable

from ccbot.phone import sdp
from ccbot.phone.agent import ALLOW, UserAgent, authenticate, response_to
from ccbot.phone.call import CallFailedError, Stage
from ccbot.phone.dialog import Dialog
from ccbot.phone.digest import Credentials
from ccbot.phone.ears import SoundBook
from ccbot.phone.message import (
    Request,
    Response,
    address_of,
    parameter,
    uri_of,
    user_of,
)
from ccbot.phone.midcall import SDP, Midcall
from ccbot.phone.transaction import ClientTransaction, ServerTransaction

ATTEMPTS_MAX = 3
"""INVITEs for one call: the first, one with the password, one more if the nonce was stale."""


class Leg(Midcall):
    """What both directions share: requests inside the dialog, and BYE."""

    def asked(self, request: Request) -> Response:
        """BYE ends; a re-INVITE or UPDATE moves the sound; the rest is taken note of."""
        if request.method == "BYE":
            response = response_to(request, 200)
            self._end("them", 200, request.get("Reason"))
        elif request.method in {"INVITE", "UPDATE"}:
            response = self._renegotiate(request)
        elif request.method == "REFER":
            self.is_referred(request)
            response = response_to(request, 603)
        else:
            if request.method == "NOTIFY":
                self.notified(request)
            known = {"INFO", "NOTIFY", "OPTIONS", "MESSAGE"}
            response = response_to(request, 200 if request.method in known else 405)
        return response

    def _renegotiate(self, request: Request) -> Response:
        if self._sound is None:
            return response_to(request, 491)
        contact = ("Contact", self._agent.contact(self.dialog.user))
        if request.get("Contact"):
            self.dialog.target = uri_of(request.get("Contact"))
        if not request.body:
            if request.method == "UPDATE":
                return response_to(request, 200, contact)
            return response_to(request, 200, contact, SDP, body=self._description())
        try:
            media = sdp.parse(request.body)
        except sdp.SdpError:
            return response_to(request, 488)
        self._connect_sound(media)
        body = self._description(event=media.event, direction=sdp.answering(media.direction))
        return response_to(request, 200, contact, SDP, body=body)

    def take_late_answer(self, ack: Request) -> None:
        """The SDP in an ACK, when our 200 carried the offer."""
        if ack.body and self._sound is not None and self.ending is None:
            try:
                self._connect_sound(sdp.parse(ack.body))
            except sdp.SdpError:
                self._say_goodbye()

    def _say_goodbye(self) -> None:
        """BYE; the call is over for us whether or not it is answered."""
        request = self.dialog.request("BYE", self._agent)
        self._agent.send(request, self.dialog.next_hop(), self._answer_to_bye(request))
        self._end("us", 200)

    def _answer_to_bye(self, bye: Request) -> Callable[[Response | None], None]:
        def receive(response: Response | None) -> None:
            if response is None or response.status not in {401, 407} or not self._credentials:
                return
            again = authenticate(bye, response, self._credentials, self._agent.branch())
            if again is not None:
                self._agent.send(again, self.dialog.next_hop(), lambda _: None)

        return receive


class Outgoing(Leg):
    """A call that this phone dialled."""

    def __init__(
        self,
        agent: UserAgent,
        dialog: Dialog,
        book: SoundBook,
        credentials: Credentials | None,
        headers: tuple[tuple[str, str], ...],
    ) -> None:
        super().__init__(agent, dialog, book)
        self._credentials = credentials
        self._headers = headers
        self._attempts = 0
        self._invite: Request | None = None
        self._ack: Request | None = None
        self._transaction: ClientTransaction | None = None
        self._is_heard_of = False
        self._is_cancelling = False

    async def dial(self) -> None:
        """Sends the INVITE."""
        await self.open_sound()
        more = (("Allow", ALLOW), SDP, *self._headers)
        invite = self.dialog.request("INVITE", self._agent, *more, body=self._description())
        self._send_invite(invite)

    def _send_invite(self, invite: Request) -> None:
        self._attempts += 1
        self._is_heard_of = False
        self._invite = invite
        self.dialog.cseq = invite.cseq
        self._transaction = self._agent.send(
            invite, self.dialog.server, lambda response: self._receive(invite, response)
        )

    def _receive(self, invite: Request, response: Response | None) -> None:
        if response is None:
            self._end("network", 408)
        elif not response.is_final:
            self._progress(response)
        elif response.is_success:
            self._succeed(response)
        elif response.status in {401, 407}:
            self._try_again(invite, response)
        else:
            self._end("us" if self._is_cancelling else "them", response.status)

    def _progress(self, response: Response) -> None:
        self._is_heard_of = True
        if self._is_cancelling:
            self._send_cancel()
            return
        if response.status > 100:
            self.dialog.learn(response)
        if response.body:
            self._take_sound(response)
        if response.status in {180, 183}:
            self._ring()

    def _succeed(self, response: Response) -> None:
        if self._ack is not None:  # the 2xx came again: its ACK was lost
            self._agent.wire.send(self._ack.encode(), self.dialog.next_hop())
            return
        self.dialog.learn(response)
        self._ack = self.dialog.request("ACK", self._agent)
        self._agent.wire.send(self._ack.encode(), self.dialog.next_hop())
        if self._is_cancelling or self.ending is not None or not self._take_sound(response):
            self._say_goodbye()
            return
        self._talk()

    def _take_sound(self, response: Response) -> bool:
        try:
            self._connect_sound(sdp.parse(response.body))
        except sdp.SdpError:
            return False
        return True

    def _try_again(self, invite: Request, response: Response) -> None:
        again = None
        if self._credentials and self._attempts < ATTEMPTS_MAX and not self._is_cancelling:
            again = authenticate(invite, response, self._credentials, self._agent.branch())
        if again is None:
            self._end("us" if self._is_cancelling else "them", response.status)
        else:
            self._send_invite(again)

    def hang_up(self) -> None:
        """BYE in a talk; before it CANCEL, as soon as RFC 3261 §9.1 allows one."""
        if self.stage is Stage.TALKING:
            self._say_goodbye()
        elif self.ending is None and not self._is_cancelling:
            self._is_cancelling = True
            if self._is_heard_of:
                self._send_cancel()

    def _send_cancel(self) -> None:
        invite = self._invite
        assert invite is not None
        self._is_heard_of = False  # once is enough
        names = {"via", "from", "to", "call-id", "route", "max-forwards"}
        kept = tuple(h for h in invite.headers if h[0].lower() in names)
        cancel = Request(
            method="CANCEL",
            uri=invite.uri,
            headers=(*kept, ("CSeq", f"{invite.cseq} CANCEL")),
        )
        self._agent.send(cancel, self.dialog.server, lambda _: None)


class Incoming(Leg):
    """A call that rings this phone."""

    def __init__(self, agent: UserAgent, server: ServerTransaction, book: SoundBook) -> None:
        super().__init__(agent, Dialog.incoming(server.request, server.source), book)
        self._server = server
        self.invite = server.request
        self.dialog.user = user_of(server.request.uri)
        self.is_acknowledged = False
        server.on_ack = self._acknowledged

    @property
    def caller(self) -> str:
        """Who calls, as a phone shows it: the name that is told, else the number."""
        value = self.invite.get("From")
        name = value.partition("<")[0].strip().strip('"') if "<" in value else ""
        return name or user_of(uri_of(value))

    def ring(self) -> None:
        """180: the phone rings."""
        self._respond(180)
        self._ring()

    async def answer(self) -> None:
        """200, and the talk begins; ``CallFailedError`` if the caller was faster to give up."""
        await self.open_sound()
        if self.ending is not None:
            raise CallFailedError(self.ending)
        event: int | None = sdp.EVENT
        direction = "sendrecv"
        if self.invite.body:
            try:
                media = sdp.parse(self.invite.body)
            except sdp.SdpError:
                self.refuse(488)
                assert self.ending is not None
                raise CallFailedError(self.ending) from None
            event, direction = media.event, sdp.answering(media.direction)
            self._connect_sound(media)
        body = self._description(event=event, direction=direction)
        self._respond(200, ("Allow", ALLOW), SDP, body=body)
        self._talk()

    async def decline(self, status: int = 603, *, contact: str = "") -> None:
        """A refusal: 603 declined, 486 busy, 302 with the contact to ask instead."""
        self.refuse(status, *([("Contact", f"<{contact}>")] if contact else []))

    async def cancelled(self, *, within_s: float) -> None:
        """Until the caller's side takes the ringing back."""
        ending = await self.ended(within_s=within_s)
        if ending.status != 487:
            raise CallFailedError(ending)

    def hang_up(self) -> None:
        """BYE in a talk, a refusal before it."""
        if self.stage is Stage.TALKING:
            self._say_goodbye()
        elif self.ending is None:
            self.refuse(603)

    def cancel(self, reason: str) -> None:
        """The caller's side sent CANCEL."""
        self._respond(487)
        self._end("them", 487, reason)

    def belongs_to(self, server: ServerTransaction) -> bool:
        """Whether this INVITE is the one that rang us."""
        return self._server is server

    def refuse(self, status: int, *more: tuple[str, str]) -> None:
        """The refusal, at once; nothing if the call is answered or over."""
        if self.stage is Stage.TALKING or self.ending is not None:
            return
        self._respond(status, *more)
        self._end("us", status)

    def _respond(self, status: int, *more: tuple[str, str], body: bytes = b"") -> None:
        contact = ("Contact", self._agent.contact(self.dialog.user))
        has_contact = any(name == "Contact" for name, _ in more)
        headers = more if has_contact or status >= 300 else (contact, *more)
        self._server.respond(
            response_to(self.invite, status, *headers, tag=self.dialog.tag, body=body)
        )

    def _acknowledged(self, ack: Request | None) -> None:
        if ack is None:
            if self.stage is Stage.TALKING:
                self._say_goodbye()
            return
        self.is_acknowledged = True
        if not self.invite.body:
            self.take_late_answer(ack)
        self.bell.ring()


def dialogue_key(request: Request) -> tuple[str, str]:
    """What an in-dialog request is known by on our side: Call-ID and our tag."""
    return request.call_id, parameter(request.get("To"), "tag")


__all__ = ["Incoming", "Leg", "Outgoing", "address_of", "dialogue_key"]
