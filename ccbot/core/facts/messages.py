"""Facts about messages that callers leave."""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import CallId
from ccbot.core.kinds import EndedBy, NotTaken


class VoicemailBegun(Fact, frozen=True, kw_only=True, tag="voicemail_begun"):
    """The caller is to leave a message (留言) instead of being served; nobody is asked any more."""

    call: CallId
    by: EndedBy
    """Who ended the wait: the caller with a key, or else the system."""


class MessageLeft(Fact, frozen=True, kw_only=True, tag="message_left"):
    """The caller left a message; perhaps her last words before she hung up."""

    call: CallId
    recording: str
    """The file's name in Asterisk's spool, without ``.wav``."""
    duration_s: float
    due_h: float = 24.0
    """Within so many hours somebody is to see to it."""


class MessageNotTaken(Fact, frozen=True, kw_only=True, tag="message_not_taken"):
    """What the caller said, if anything, is no message; after a short one she is asked again."""

    call: CallId
    why: NotTaken
