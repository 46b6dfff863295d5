"""What a flow holds of the caller whom it serves."""

from dataclasses import dataclass

from ccbot.core.calls import Call
from ccbot.core.ids import CallId
from ccbot.core.routing_document import RoutingDocument
from ccbot.desk import Desk
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.leg import Leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a flow needs to serve one caller."""

    id: CallId
    leg: Leg
    desk: Desk
    exchange: Exchange
    routing: RoutingDocument

    @property
    def call(self) -> Call:
        """The call as the floor knows it; it stays there until the visit is over."""
        call = self.desk.call(self.id)
        assert call is not None, f"{self.id} is not on the floor"
        return call

    @property
    def waited_s(self) -> float:
        """How long the call has been in its queue."""
        since = self.call.waiting_since
        assert since is not None, f"{self.id} is in no queue"
        return max(0.0, (self.desk.now() - since).total_seconds())
