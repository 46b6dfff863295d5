"""What it means that an agent hangs up in a talk."""

from ccbot.core.calls import Call
from ccbot.core.facts import EndedBy, SenderLeft, TalkEnded, TransferFailed, TransferFailure
from ccbot.core.ids import AgentId


def parting(call: Call, agent: AgentId) -> TransferFailed | SenderLeft | TalkEnded:
    """The fact that he left: as who was consulted, as who hands her on, or as who serves her."""
    transfer = call.transfer
    if transfer is None:
        return TalkEnded(call=call.id, agent=agent, by=EndedBy.AGENT)
    if transfer.target == agent:
        return TransferFailed(call=call.id, why=TransferFailure.TARGET_HUNG_UP)
    return SenderLeft(call=call.id, agent=agent)
