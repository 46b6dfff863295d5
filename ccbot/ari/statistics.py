"""RTP statistics, the scores included that the declarations of Asterisk 22.10 forget."""

import msgspec

from ccbot.ari.client import Ari
from ccbot.ari.request import quoted


class RtpStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """A channel's sound so far. ``tx…`` of jitter and score is what Asterisk makes of what it
    receives; ``rx…`` is what the other side reports, and 0 as long as it reports nothing."""

    rxcount: int
    rxploss: int = 0
    txploss: int = 0
    txjitter: float = 0.0
    """In seconds."""
    txmes: float = 0.0
    """0 to 100; 0 before the first report, some 5 s after the beginning."""
    rxmes: float = 0.0


async def rtp_statistics(ari: Ari, channel_id: str) -> RtpStatistics:
    """``NotFound`` if the channel is gone; ``AriError`` if it has no RTP."""
    path = f"/channels/{quoted(channel_id)}/rtp_statistics"
    return await ari.requester.ask("GET", path, {}, None, RtpStatistics)
