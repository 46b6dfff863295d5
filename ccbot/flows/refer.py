"""An agent's phone's own transfer button (REFER), where it is left to us: the same as ``*2``.

An attended one is declined. It joins two calls of a phone, and an agent's phone dials codes alone:
what he dialled besides is no colleague. A colleague is consulted by ``*3``.
"""

from ccbot.core.calls import talkers
from ccbot.core.facts import TransferKind
from ccbot.flows.talk_codes import Party, hand_on
from ccbot.pbx.refer import Progress, Refer


async def obey_refer(party: Party, refer: Refer) -> bool:
    """Hand her on as the phone asks; whether it is still to be told what became of it.

    Asterisk itself tells the phone nothing, not even that it is being tried.
    """
    await party.leg.tell_refer(Progress.TRYING)
    if refer.attended or not await hand_on(party, TransferKind.BLIND, refer.digits):
        await party.leg.tell_refer(Progress.DECLINED)
        return False
    if party.agent in talkers(party.visit.call):
        return True
    await party.leg.tell_refer(Progress.ANSWERED)  # she stands in a queue, and he is let go
    return False
