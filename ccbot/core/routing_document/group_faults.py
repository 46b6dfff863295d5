"""What is wrong with a group's skills and with the keys of its waiting callers."""

from collections.abc import Iterator
from itertools import pairwise

from ccbot.core.routing_document.document import RoutingDocument
from ccbot.core.routing_document.groups import Group, WaitingKey


def group_faults(document: RoutingDocument) -> Iterator[str]:
    """One line each, with the place and how to mend it."""
    for key, group in document.groups.items():
        yield from _relax_faults(key, group)
        for digit, choice in group.keys.items():
            yield from _key_faults(document, key, digit, choice)
    voicemail = document.voicemail
    if voicemail.s_min >= voicemail.s_max:
        yield f"voicemail.s_min: {voicemail.s_min:g} is not below s_max, {voicemail.s_max:g}"


def _relax_faults(key: str, group: Group) -> Iterator[str]:
    for number, (before, after) in enumerate(pairwise(group.skills.relax), start=1):
        if after.after_s <= before.after_s:
            yield (
                f"groups.{key}.skills.relax.{number}.after_s: {after.after_s:g} is not after"
                f" {before.after_s:g}; put the steps in order of time"
            )


def _key_faults(
    document: RoutingDocument, key: str, digit: str, choice: WaitingKey
) -> Iterator[str]:
    place = f"groups.{key}.keys.{digit}"
    if choice.do != "group":
        if choice.group is not None:
            yield f"{place}.group: a group needs `do: group`"
    elif choice.group is None:
        yield f"{place}: `do: group` needs a group"
    elif choice.group == key:
        yield f"{place}.group: she waits for {key!r} already; name another group"
    elif choice.group not in document.groups:
        known = ", ".join(document.groups)
        yield f"{place}.group: there is no group {choice.group!r}; there are {known}"
