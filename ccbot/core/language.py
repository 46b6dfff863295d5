"""In which language a caller is spoken to."""

from dataclasses import dataclass

from ccbot.core.calls import Call
from ccbot.core.facts import LanguageChosenBy
from ccbot.core.routing_document import Entry, RoutingDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The language of a call from here on."""

    language: str
    by: LanguageChosenBy


def spoken_language(call: Call, document: RoutingDocument) -> str:
    """What she chose, now or before; else what her customer record says; else the entry's."""
    if call.language is not None and call.language_by is not LanguageChosenBy.DEFAULT:
        return call.language
    if call.customer_language in document.languages:
        return call.customer_language
    return call.language or document.entries[call.entry].language


def to_name(entry: Entry, remembered: str | None) -> list[str]:
    """The languages to name to a caller, each in its own words: the entry's first.

    Whom we know hears of the others alone: if she keeps silent, she gets her own.
    """
    return [one for one in _languages(entry) if one != _known(entry, remembered)]


def language_step(entry: Entry, key: str | None, remembered: str | None) -> Spoken:
    """What a key (None: silence) means; never a dead end."""
    if key is not None:
        chosen = entry.language_menu.get(key, entry.language)
        return Spoken(language=chosen, by=LanguageChosenBy.KEY)
    known = _known(entry, remembered)
    if known is not None:
        return Spoken(language=known, by=LanguageChosenBy.REMEMBERED)
    return Spoken(language=entry.language, by=LanguageChosenBy.DEFAULT)


def _known(entry: Entry, remembered: str | None) -> str | None:
    """What she chose last time, if this entry still has it."""
    return remembered if remembered in _languages(entry) else None


def _languages(entry: Entry) -> list[str]:
    return list(dict.fromkeys((entry.language, *entry.language_menu.values())))
