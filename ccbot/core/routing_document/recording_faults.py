"""What is wrong, or looks wrong, with what a document says of recordings."""

from collections.abc import Iterator

from ccbot.core.routing_document.document import RoutingDocument

NOTICE = "notice.recording"
"""The prompt that tells a customer that she is recorded."""

BY_THE_HOUSE = ("service", "complaint", "refund")
"""Classes that a call may have whatever its group's is."""


def recording_faults(document: RoutingDocument) -> Iterator[str]:
    """One line each, with the place and how to mend it."""
    classes = document.recording.retention_days
    known = ", ".join(classes)
    for name in BY_THE_HOUSE:
        if name not in classes:
            yield f"recording.retention_days: {name!r} is missing; say for how many days"
    for key, group in document.groups.items():
        if group.retention not in classes:
            yield (
                f"groups.{key}.retention: there is no class {group.retention!r}; there are {known}"
            )


def recording_looks(document: RoutingDocument) -> Iterator[str]:
    """A notice that comes late: it is heard in any case, but then agent and customer wait."""
    for key, entry in document.entries.items():
        groups = [entry.group]
        if entry.menu is not None:
            menu = document.menus[entry.menu]
            groups = [menu.default_group, *menu.keys.values()]
        recorded = [one for one in groups if one and document.groups[one].recording != "off"]
        if recorded and NOTICE not in entry.prompts:
            yield (
                f"entries.{key}.prompts: {recorded[0]} is recorded, and {NOTICE} is not among"
                " them: callers hear it when an agent has answered; put it first"
            )
