"""What a call without a talk was: the outcome, by what ended it and where."""

from ccbot.core.kinds import GaveUp, Outcome, TurnedAway
from ccbot.core.records.rows import SegmentKind

GAVE_UP = {
    GaveUp.WAITED_TOO_LONG: Outcome.WAITED_TOO_LONG,
    GaveUp.QUEUE_FULL: Outcome.QUEUE_FULL,
    GaveUp.NO_AGENTS: Outcome.NO_AGENTS,
    GaveUp.GROUP_GONE: Outcome.NO_AGENTS,
    GaveUp.NOT_READY: Outcome.NO_AGENTS,
    GaveUp.CLOSED: Outcome.AFTER_HOURS,
}

TURNED_AWAY = {
    reason: Outcome.BLOCKED if reason is TurnedAway.BLOCKED else Outcome.AFTER_HOURS
    for reason in TurnedAway
}

ABANDONED = {
    SegmentKind.GREETING: Outcome.ABANDONED_MENU,
    SegmentKind.MENU: Outcome.ABANDONED_MENU,
    SegmentKind.WAITING: Outcome.ABANDONED_WAITING,
    SegmentKind.RINGING: Outcome.ABANDONED_RINGING,
    SegmentKind.VOICEMAIL: Outcome.ABANDONED_WAITING,
}
