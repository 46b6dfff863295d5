"""Facts about users of the API."""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import AgentId, CallId


class UserActed(Fact, frozen=True, kw_only=True, tag="user_acted"):
    """A user did something that no other fact tells in his name: it is for the audit trail."""

    user: str
    what: str
    """The deed, such as ``call.hold``."""
    call: CallId | None = None
    agent: AgentId | None = None
    """Whom it concerned."""
    why: str = ""
