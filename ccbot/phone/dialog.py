"""What two telephones agree on for the length of a call (RFC 3261 §12)."""

from dataclasses import dataclass

from ccbot.phone.agent import UserAgent, token
from ccbot.phone.message import Headers, Request, Response, address_of, parameter, uri_of
from ccbot.phone.transaction import Address


@dataclass(slots=True, kw_only=True)
class Dialog:
    """Names, tags, numbers and the way to the other side."""

    call_id: str
    local: str
    """Our From (or To), tag included."""
    remote: str
    """Theirs; its tag comes with the first response that has one."""
    target: str
    """Their Contact: the request URI of what we send."""
    route: tuple[str, ...] = ()
    cseq: int = 0
    server: Address
    """Where our requests go."""
    user: str = ""
    """Our user name in Contact."""

    @classmethod
    def outgoing(cls, *, target: str, local: str, server: Address, user: str) -> "Dialog":
        """Before the INVITE is sent."""
        return cls(
            call_id=token(),
            local=f"{local};tag={token()}",
            remote=f"<{target}>",
            target=target,
            server=server,
            user=user,
        )

    @classmethod
    def incoming(cls, invite: Request, source: Address) -> "Dialog":
        """From an INVITE that came."""
        to = invite.get("To")
        return cls(
            call_id=invite.call_id,
            local=to if parameter(to, "tag") else f"{to};tag={token()}",
            remote=invite.get("From"),
            target=uri_of(invite.get("Contact")),
            route=invite.all("Record-Route"),
            server=source,
        )

    @property
    def tag(self) -> str:
        """Our tag."""
        return parameter(self.local, "tag")

    def learn(self, response: Response) -> None:
        """Their tag, contact and route, from a response to our INVITE."""
        if parameter(response.get("To"), "tag"):
            self.remote = response.get("To")
        if response.get("Contact"):
            self.target = uri_of(response.get("Contact"))
            self.route = tuple(reversed(response.all("Record-Route")))

    def request(
        self, method: str, agent: UserAgent, *more: tuple[str, str], body: bytes = b""
    ) -> Request:
        """The next request of ours in this dialog; an ACK takes the INVITE's number."""
        if method != "ACK":
            self.cseq += 1
        routes: Headers = tuple(("Route", value) for value in self.route)
        return Request(
            method=method,
            uri=self.target,
            headers=(
                agent.via(),
                *routes,
                ("Max-Forwards", "70"),
                ("From", self.local),
                ("To", self.remote),
                ("Call-ID", self.call_id),
                ("CSeq", f"{self.cseq} {method}"),
                ("Contact", agent.contact(self.user)),
                ("User-Agent", "ccbot"),
                *more,
            ),
            body=body,
        )

    def next_hop(self) -> Address:
        """Where a request goes: the first route's host, else their contact's."""
        try:
            return address_of(uri_of(self.route[0]) if self.route else self.target)
        except ValueError:
            return self.server
