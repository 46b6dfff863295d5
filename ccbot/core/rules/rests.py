"""How long an agent is left alone after an offer that came to nothing."""

from ccbot.core.facts import Missed
from ccbot.core.routing_document import Group


def rest_s(group: Group, missed: Missed) -> float:
    """The rest after an offer of this group's call that ended so."""
    match missed:
        case Missed.BUSY:
            return group.busy_rest_s
        case Missed.UNREACHABLE:
            return group.unreachable_rest_s
        case Missed.PHONE_ERROR:
            return group.phone_error_rest_s
        case Missed.NO_ANSWER:
            return group.no_answer_rest_s
        case Missed.DECLINED | Missed.HUNG_UP_AT_ANSWER | Missed.FAILED | Missed.EXPIRED:
            return group.decline_rest_s
