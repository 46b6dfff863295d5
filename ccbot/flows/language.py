"""The language menu of a bilingual entry: each language offers itself in its own words."""

from ccbot.core.facts import LanguageChosen, LanguageChosenBy
from ccbot.core.language import language_step, to_name
from ccbot.flows.visitor import Visit
from ccbot.pbx.leg import Leg

OFFER = "menu.language"


async def choose_language(visit: Visit) -> None:
    """Ask once; silence or another key gives her usual language, or the entry's."""
    entry, leg, number = visit.entry, visit.leg, visit.call.caller
    remembered = visit.memory.language_of(number)
    for language in to_name(entry, remembered):
        await _name(visit, leg, language)
    key = await leg.keys.next(within_s=entry.language_wait_s)
    spoken = language_step(entry, key, remembered)
    leg.language = spoken.language
    if spoken.by is LanguageChosenBy.KEY:
        visit.memory.remember(number, spoken.language)
    visit.desk.post(LanguageChosen(call=visit.id, language=spoken.language, by=spoken.by))


async def _name(visit: Visit, leg: Leg, language: str) -> None:
    """A language that has no recording yet keeps silent: another one cannot offer it."""
    clip = visit.exchange.clip(OFFER, language)
    if clip is not None and clip.language == language:
        leg.language = language
        await leg.play(OFFER, barge_in=True)
