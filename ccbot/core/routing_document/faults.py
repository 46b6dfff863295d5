"""What is wrong between the parts of a document, one line each."""

from collections.abc import Iterator

from ccbot.core.routing_document.document import RoutingDocument
from ccbot.core.routing_document.entries import Entry, Menu
from ccbot.core.routing_document.group_faults import group_faults
from ccbot.core.routing_document.reception_faults import reception_faults
from ccbot.core.routing_document.recording_faults import recording_faults


def faults(document: RoutingDocument) -> Iterator[str]:
    """What is wrong between the parts, one line each, with the place and how to mend it."""
    if document.default_entry not in document.entries:
        yield f"default_entry: there is no entry {document.default_entry!r}"
    for number, entry_key in document.numbers.items():
        if entry_key not in document.entries:
            yield f"numbers.{number}: there is no entry {entry_key!r}"
    for key, entry in document.entries.items():
        yield from _entry_faults(document, key, entry)
    for key, menu in document.menus.items():
        yield from _menu_faults(document, key, menu)
    yield from _survey_faults(document)
    yield from reception_faults(document)
    yield from group_faults(document)
    yield from recording_faults(document)


def _survey_faults(document: RoutingDocument) -> Iterator[str]:
    for key, group in document.groups.items():
        if group.survey is not None and group.survey not in document.surveys:
            yield f"groups.{key}.survey: there is no survey {group.survey!r}"
    for key, survey in document.surveys.items():
        if not survey.scores:
            yield f"surveys.{key}.scores: at least one key needs a score"


def _menu_faults(document: RoutingDocument, key: str, menu: Menu) -> Iterator[str]:
    known = ", ".join(document.groups)
    places = [(f"keys.{digit}", group) for digit, group in menu.keys.items()]
    for place, group in [*places, ("default_group", menu.default_group)]:
        if group not in document.groups:
            yield f"menus.{key}.{place}: there is no group {group!r}; there are {known}"
    for name in ("operator_key", "repeat_key"):
        if getattr(menu, name) in menu.keys:
            yield f"menus.{key}.{name}: key {getattr(menu, name)} has a group already"
    if menu.operator_key is not None and menu.operator_key == menu.repeat_key:
        yield f"menus.{key}.repeat_key: {menu.repeat_key} is the operator's key; take another"


def _entry_faults(document: RoutingDocument, key: str, entry: Entry) -> Iterator[str]:
    yield from _language_faults(document, key, entry)
    if (entry.menu is None) == (entry.group is None):
        yield f"entries.{key}: needs either a menu or a group"
    if entry.menu is not None and entry.menu not in document.menus:
        yield f"entries.{key}.menu: there is no menu {entry.menu!r}"
    if entry.group is not None and entry.group not in document.groups:
        yield f"entries.{key}.group: there is no group {entry.group!r}"


def _language_faults(document: RoutingDocument, key: str, entry: Entry) -> Iterator[str]:
    known = ", ".join(document.languages)
    spoken = [("language", entry.language)]
    spoken += [(f"language_menu.{digit}", one) for digit, one in entry.language_menu.items()]
    for place, language in spoken:
        if language not in document.languages:
            yield f"entries.{key}.{place}: {language!r} is none of the languages ({known})"
