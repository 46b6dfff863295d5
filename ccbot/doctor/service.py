"""Checks of the running centre: ready, the way to Postgres, prompts, the voice."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ccbot.core.routing_document import RoutingDocument
from ccbot.doctor.finding import Check, Finding

BACKLOG_MAX = 10_000
"""Facts that wait; a large centre makes some hundred a second."""
LAG_S_MAX = 10.0
PROMPTS_NAMED_MAX = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """What ccbot tells of itself."""

    alive: bool
    expected: bool
    """Somebody started it and it has not been stopped."""
    ready: bool = False
    degraded: tuple[str, ...] = ()
    backlog: int | None = None
    lag_s: float | None = None
    refused: int = 0
    """Facts that Postgres refused for good."""
    lost: int = 0
    """Facts that could only be logged."""


def readiness(seen: Service) -> Iterator[Finding]:
    """It runs and takes calls."""
    check = Check("ccbot")
    if not seen.alive:
        if seen.expected:
            mend = "see CCBOT_HOME/log/ccbot.log, or `journalctl -u ccbot`"
            yield check.wrong("it was started, but does not answer", mend)
        else:
            yield check.unseen("it does not run: script/up starts it")
        return
    if seen.ready:
        yield check.good("it takes calls")
    else:
        yield check.wrong("it runs, but takes no calls", "see what is degraded, and its log")
    for what in seen.degraded:
        yield check.warning(f"degraded: {what}", "calls go on; mend it before they cannot")


def log_shipping(seen: Service) -> Iterator[Finding]:
    """Facts get from the outbox to Postgres."""
    check = Check("outbox")
    if seen.backlog is None or seen.lag_s is None:
        yield check.unseen("ccbot does not tell")
        return
    said = f"{seen.backlog} facts wait, the oldest for {seen.lag_s:.0f} s"
    if seen.backlog > BACKLOG_MAX or seen.lag_s > LAG_S_MAX:
        yield check.wrong(said, "see that Postgres answers and is not overloaded")
    else:
        yield check.good(said)
    if seen.lost:
        says = f"{seen.lost} facts could only be written to the log"
        yield check.wrong(says, "make room on the disk, and keep that log")
    if seen.refused:
        says = f"{seen.refused} facts were refused by Postgres, and set aside in the outbox"
        yield check.warning(says, "keep the outbox, and report `fact set aside` from the log")


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """Postgres, as ccbot would reach it."""

    known: bool
    """Somebody said where it is."""
    problem: str = ""
    applied: frozenset[str] = frozenset()
    live: RoutingDocument | None = None
    """The routing document that is live; None: not known, or none of this ccbot's."""


def database(seen: Database, migrations: Collection[str]) -> Finding:
    """Postgres answers, and its schema is that of this ccbot."""
    check = Check("Postgres")
    if not seen.known:
        return check.unseen("no centre runs, and CCBOT_DATABASE_URL is not set")
    if seen.problem:
        mend = "start it, or mend CCBOT_DATABASE_URL"
        return check.wrong(f"it does not serve: {seen.problem}", mend)
    missing = sorted(set(migrations) - seen.applied)
    if missing:
        says = f"its schema lacks {len(missing)} migrations, from {missing[0]} on"
        return check.wrong(says, "script/ccbot migrate")
    newer = sorted(seen.applied - set(migrations))
    if newer:
        says = f"its schema is newer than this ccbot: {newer[-1]}"
        return check.warning(says, "update ccbot")
    return check.good("it serves, with the newest schema")


def working_copy(copy: RoutingDocument, live: RoutingDocument | None) -> Finding:
    """The draft of the routing document is what callers have."""
    check = Check("routing")
    if live is None or copy == live:
        return check.good("the working copy is valid")
    mend = "`routing diff` shows how; publish it, or take the live text: `routing show > FILE`"
    return check.warning("the working copy differs from what is live", mend)


def prompts(wanted: Sequence[str], recorded: Collection[str]) -> Finding:
    """Every sentence that customers and agents may hear is there."""
    check = Check("prompts")
    missing = [name for name in wanted if name not in recorded]
    if not missing:
        return check.good(f"all {len(wanted)} are recorded")
    named = ", ".join(missing[:PROMPTS_NAMED_MAX])
    more = len(missing) - PROMPTS_NAMED_MAX
    says = f"{len(missing)} are not recorded: {named}{f' and {more} more' if more > 0 else ''}"
    return check.warning(says, "script/ccbot prompts render; until then neutral ones are said")


def speech(*, wanted: bool, there: bool) -> Finding:
    """Sentences with the company's and agents' names can be rendered."""
    check = Check("speech")
    if not wanted:
        return check.good("off (CCBOT_SPEECH): greetings stay neutral")
    if there:
        return check.good("the engine is there")
    mend = "script/setup installs it; CCBOT_SPEECH=off does without"
    return check.warning("there is no engine: agents' greetings stay neutral", mend)
