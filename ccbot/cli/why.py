"""``calls why``: who could be asked for a caller, who could not, and why it was this one."""

import argparse
from contextlib import aclosing

import msgspec

from ccbot.cli.database import read_settings, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.tables import print_json
from ccbot.core.ids import AgentId, CallId
from ccbot.core.masking import mask
from ccbot.core.routing import Excluded
from ccbot.core.why import Moment, Story, What
from ccbot.store.pool import Pool, connection
from ccbot.store.told import journal_of

EXCLUDED = {
    Excluded.LACKS_SKILL: "without the skills",
    Excluded.SIGNED_OUT: "signed out",
    Excluded.NOT_READY: "not ready",
    Excluded.TALKING: "talking",
    Excluded.OFFERED: "rung already",
    Excluded.WRAP_UP: "in wrap-up",
    Excluded.SUPERVISING: "beside a colleague's talk",
    Excluded.PHONE_UNREACHABLE: "phone out of reach",
    Excluded.PHONE_BUSY: "phone busy",
    Excluded.RESTING: "resting after an offer in vain",
    Excluded.MISSED_THIS_CALL: "missed this call a short while ago",
    Excluded.GROUP_FULL: "held back, since the group has as many talks as it may",
    Excluded.DELAYED: "asked only for callers who have waited longer",
    Excluded.ON_THE_LINE: "held back, since she was at the telephone herself",
    Excluded.HELD_FOR_PREFERRED: "held back, since she waits a moment for the agent whom she knows",
}
"""What is said of agents who could not be asked; their names follow."""

HAPPENED = {
    What.TURNED_AWAY: "was not received: {why}",
    What.CHOSE: "outside the hours she chose {why}",
    What.QUEUED: "came to {group}{asks}{before}; {ahead} ahead of her",
    What.WAITED: "still waits, {waited_s:.0f} s by now{asks}",
    What.RELAXED: "after {waited_s:.0f} s, step {step} of {group} asks for less{asks}",
    What.WIDENED: "after {waited_s:.0f} s, more agents may be asked",
    What.ANOTHER_FIRST: "{who} was asked for {other_call}, who comes before her: "
    "priority {other_priority}, hers {priority}",
    What.OFFERED: "{who} was asked, {because}",
    What.MISSED: "{who} did not take it: {why}",
    What.WITHDRAWN: "{who} was rung no more: {why}",
    What.ANSWERED: "{who} answered, {waited_s:.0f} s after she came in line",
    What.TARGET_ANSWERED: "{who} answered",
    What.LEFT: "{group} looked for nobody any more: {why}",
    What.INSTEAD: "{reason}",
    What.IN_TALK: "{did}",
    What.ENDED: "the call ended, by {why}",
}
"""How each moment begins."""

STRATEGIES = {
    "longest_idle": ("idle for the longest time", "idle {:.0f} s"),
    "fewest_calls": ("with the fewest talks", "{:.0f} talks"),
    "round_robin": ("whose turn it is", "asked {:.0f} s ago"),
    "ordered": ("the first in the order", "number {:.0f}"),
    "weighted_random": ("by weighted chance", "weight {:.0f}"),
    "ring_all": ("as all of them", ""),
    "preferred": ("whom she knows", ""),
    "pulled": ("to whom she was given", ""),
    "transfer": ("whom the sender wanted", ""),
}
"""Strategy → why him, and how the number behind it is told."""


def tell_why(arguments: argparse.Namespace) -> int:
    """The handler of ``calls why``."""

    async def read(pool: Pool) -> Story:
        story = Story(CallId(arguments.call))
        async with (
            connection(pool) as connected,
            aclosing(journal_of(connected, CallId(arguments.call))) as journal,
        ):
            async for stamped in journal:
                story.take(stamped)
        return story

    try:
        story = with_database(read_settings(), read)
    except msgspec.MsgspecError as problem:
        raise Fault(f"a newer ccbot wrote into the journal: ask that one ({problem})") from None
    if story.entered is None:
        raise UsageFault(
            f"there is no call {arguments.call!r} in the journal: `calls list` shows the newest"
        )
    if story.replay.floor is None:
        raise UsageFault(
            f"call {arguments.call!r} is older than what the journal can explain: it tells how "
            "everybody stood since a later start"
        )
    if arguments.json:
        print_json({"call": arguments.call, "moments": story.moments})
    else:
        _print(story)
    return 0


def _print(story: Story) -> None:
    entered = story.entered
    assert entered is not None
    print(f"{entered.call}: {mask(entered.caller)} dialled {entered.dialled_number} (times in UTC)")
    if not any(moment.what is What.QUEUED for moment in story.moments):
        print("she came to no queue, so nobody was asked for her")
    for moment in story.moments:
        for number, line in enumerate(_lines(story, moment)):
            print(f"{moment.at:%H:%M:%S}  {line}" if number == 0 else f"          {line}")
    if story.replay.refused:
        print(f"some of the journal is missing: {story.replay.refused} facts do not fit")


def _lines(story: Story, moment: Moment) -> list[str]:
    """A moment in words: what happened, then how everybody stood."""
    first = _happened(story, moment)
    if moment.what is What.OFFERED and moment.strategy != "transfer":
        return [first, *_counted(story, moment), *_excluded(story, moment)]
    if moment.what in {What.QUEUED, What.RELAXED, What.WIDENED, What.WAITED, What.LEFT}:
        return [first, *_candidates(story, moment), *_excluded(story, moment)]
    return [first]


def _happened(story: Story, moment: Moment) -> str:
    words = {name: getattr(moment, name) for name in moment.__struct_fields__}
    return HAPPENED[moment.what].format(
        **words,
        who=_name(story, moment.agent),
        why=(moment.reason or "").replace("_", " "),
        did=f"{_name(story, moment.agent)} {moment.reason}" if moment.agent else moment.reason,
        because=STRATEGIES[moment.strategy][0] if moment.strategy else "",
        asks=_asks(moment),
        before=f", in line for {moment.waited_s:.0f} s before" if moment.waited_s >= 1 else "",
    )


def _asks(moment: Moment) -> str:
    skills = ", ".join(f"{skill} {level}" for skill, level in sorted(moment.skills.items()))
    priority = f", priority {moment.priority}" if moment.priority else ""
    return f"{priority}, needs {skills}" if skills else priority


def _candidates(story: Story, moment: Moment) -> list[str]:
    if not moment.candidates:
        return ["nobody could be asked"]
    return [f"could be asked: {', '.join(_name(story, one) for one in moment.candidates)}"]


def _counted(story: Story, moment: Moment) -> list[str]:
    """What the choice was made by, if there was one."""
    words = STRATEGIES[moment.strategy or ""][1]
    told = []
    for agent, number in moment.counted.items():
        how = words.format(number) if number is not None else "never asked"
        told.append(f"{_name(story, agent)} ({how})" if words else _name(story, agent))
    told += [
        f"{_name(story, one)} (of a later priority)"
        for one in moment.candidates
        if one not in moment.counted
    ]
    return [f"of {', '.join(told)}"] if len(told) > 1 else ["nobody else could be asked"]


def _excluded(story: Story, moment: Moment) -> list[str]:
    by_reason: dict[Excluded, list[str]] = {}
    for agent, reason in moment.excluded.items():
        by_reason.setdefault(reason, []).append(_name(story, agent))
    return [f"{EXCLUDED[reason]}: {', '.join(agents)}" for reason, agents in by_reason.items()]


def _name(story: Story, agent: AgentId | None) -> str:
    name = story.names.get(agent, "") if agent else ""
    return f"{agent} {name}" if name and name != agent else str(agent)
