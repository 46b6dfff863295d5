"""Facts about the centre as a whole."""

from ccbot.core.facts.fact import Fact
from ccbot.core.routing_document import RoutingDocument


class RoutingPublished(Fact, frozen=True, kw_only=True, tag="routing_published"):
    """Another routing document holds from now on."""

    version: int
    """0: the document of a first start, before it has a version."""
    document: RoutingDocument
    by: str = ""
    why: str = ""
    text: str = ""
    """On file alone: the document as JSON once more, since Postgres keeps no order of names, and
    agents may be asked in the order in which it names them."""


class FloorSeen(Fact, frozen=True, kw_only=True, tag="floor_seen"):
    """How everybody stood: told at each start, after a publication, and now and then.

    It changes nothing; a replay of the journal may begin here.
    """

    floor: str
    """``core.snapshot`` as JSON; a text, so that nobody changes the order of what is in it."""
