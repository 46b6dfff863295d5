"""What a phone's buttons do within a call: hold by a re-INVITE, transfer by REFER."""

from collections.abc import Callable
from urllib.parse import quote

from ccbot.phone import sdp
from ccbot.phone.agent import ALLOW, UserAgent, authenticate
from ccbot.phone.call import Call
from ccbot.phone.dialog import Dialog
from ccbot.phone.digest import Credentials
from ccbot.phone.ears import SoundBook
from ccbot.phone.message import Request, Response, parameter

SDP = ("Content-Type", "application/sdp")
NO_ANSWER = 408


class Midcall(Call):
    """A call with the buttons of a desk phone."""

    def __init__(self, agent: UserAgent, dialog: Dialog, book: SoundBook) -> None:
        super().__init__(dialog, agent.address[0], book)
        self._agent = agent
        self._credentials: Credentials | None = None
        self.refer_told: list[int] = []
        """What the other side said of our REFERs, in order: its answer, then sipfrag statuses."""
        self.referred_to: list[str] = []
        """Where the other side wanted us to go; we decline."""

    async def hold(self, *, within_s: float = 5.0) -> None:
        """Sends nothing and hears nothing until ``unhold``."""
        await self._renegotiates("sendonly", within_s)

    async def unhold(self, *, within_s: float = 5.0) -> None:
        """Speaks and hears again."""
        await self._renegotiates("sendrecv", within_s)

    async def refer(
        self, uri: str, *, replaces: "Midcall | None" = None, within_s: float = 5.0
    ) -> int:
        """The transfer button: blind, or attended with another call of this phone. The answer."""
        if replaces is not None:
            uri += "?Replaces=" + quote(replaces.replaces(), safe="")
        me = ("Referred-By", f"<{self.dialog.local.partition('<')[2].partition('>')[0]}>")
        return await self.refer_with(("Refer-To", f"<{uri}>"), me, within_s=within_s)

    async def refer_with(self, *headers: tuple[str, str], within_s: float = 5.0) -> int:
        """A REFER with these headers, whatever they are. The answer."""
        told = len(self.refer_told)
        self._ask(self.dialog.request("REFER", self._agent, *headers))
        await self.until(
            lambda: len(self.refer_told) > told or None, within_s=within_s, what="REFER answered"
        )
        return self.refer_told[told]

    def replaces(self) -> str:
        """How another call names this one (RFC 3891)."""
        theirs = parameter(self.dialog.remote, "tag")
        return f"{self.dialog.call_id};to-tag={theirs};from-tag={self.dialog.tag}"

    def notified(self, request: Request) -> None:
        """A NOTIFY: the progress of our transfer, if it is one."""
        words = request.body.decode(errors="replace").split()
        if len(words) > 1 and words[0] == "SIP/2.0" and words[1].isdigit():
            self.refer_told.append(int(words[1]))
            self.bell.ring()

    def is_referred(self, request: Request) -> None:
        """A REFER of the other side."""
        self.referred_to.append(request.get("Refer-To"))
        self.bell.ring()

    # ---- the signalling

    def _ask(self, request: Request) -> None:
        """Sends a REFER, with the password if it is wanted."""

        def receive(response: Response | None) -> None:
            if response is not None and not response.is_final:
                return
            again = self._authenticated(request, response)
            if again is not None:
                self._agent.send(again, self.dialog.next_hop(), conclude)
            else:
                conclude(response)

        def conclude(response: Response | None) -> None:
            self.refer_told.append(response.status if response else NO_ANSWER)
            self.bell.ring()

        self._agent.send(request, self.dialog.next_hop(), receive)

    def _authenticated(self, request: Request, response: Response | None) -> Request | None:
        if response is None or response.status not in {401, 407} or self._credentials is None:
            return None
        again = authenticate(request, response, self._credentials, self._agent.branch())
        if again is not None:
            self.dialog.cseq = again.cseq
        return again

    async def _renegotiates(self, direction: str, within_s: float) -> None:
        """A re-INVITE; ``OverdueError`` if it is refused or not answered."""
        answers: list[int] = []
        self._invite_again(direction, answers.append)
        await self.until(
            lambda: 200 in answers or None, within_s=within_s, what=f"{direction} agreed"
        )
        self.sound.is_muted = self.sound.is_deaf = direction == "sendonly"

    def _invite_again(self, direction: str, told: Callable[[int], None]) -> None:
        body = self._description(direction=direction)
        invite = self.dialog.request("INVITE", self._agent, ("Allow", ALLOW), SDP, body=body)
        ack: list[Request] = []

        def receive(response: Response | None) -> None:
            if response is None or not response.is_final:
                return
            again = self._authenticated(invite, response)
            if again is not None:
                self._agent.send(again, self.dialog.next_hop(), receive)
                return
            if response.is_success:
                if not ack:
                    ack.append(self.dialog.request("ACK", self._agent))
                    self._connect_sound(sdp.parse(response.body))
                self._agent.wire.send(ack[0].encode(), self.dialog.next_hop())
            told(response.status)
            self.bell.ring()

        self._agent.send(invite, self.dialog.next_hop(), receive)
