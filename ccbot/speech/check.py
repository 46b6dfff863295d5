"""What is wrong with the recorded prompts: one line each, with how to mend it."""

import re
import statistics
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ccbot.core.routing_document import RoutingDocument
from ccbot.core.routing_document.prompts import prompts_of
from ccbot.speech import beep, catalogue, manifest
from ccbot.speech.catalogue import ENGLISH
from ccbot.speech.loudness import Measures, measure
from ccbot.speech.places import File, Source, files, is_known
from ccbot.speech.prompt_files import MANDARIN
from ccbot.speech.render import PROJECT_SOUNDS, Sentence, stale

AT_TOP_MAX: Final = 8
"""So many samples at the top are no accident."""
LEVEL_DB_OFF_MAX: Final = 5.0
"""From the others' level: more is heard as a jump."""
HEAD_S_MAX: Final = 0.5
TAIL_S_MAX: Final = 1.0
SIGN_S: Final = {MANDARIN: 0.23, ENGLISH: 0.065}
"""A Chinese sign, an English letter."""
_SIGNS: Final = {MANDARIN: re.compile(r"[\u4e00-\u9fff]"), ENGLISH: re.compile(r"[A-Za-z]")}
PAUSES_S: Final = 0.4
RENDERED_SPAN: Final = (0.6, 1.7)
UPLOADED_SPAN: Final = (0.25, 5.0)
"""How much shorter or longer than its words a file may be; people word things anew."""


def expected_s(text: str, language: str) -> float:
    """About how long the words take."""
    return PAUSES_S + SIGN_S[language] * len(_SIGNS[language].findall(text))


def faults(home: Path, company: str, own: Iterable[Sentence]) -> Iterator[str]:
    """What is wrong with the files of the project and of this centre."""
    yield from _missing()
    own = list(own)
    found = list(files(home))
    measured = {file.path: measure(file.path.read_bytes()) for file in found}
    usual_db = statistics.median(one.level_db for one in measured.values()) if measured else 0.0
    texts = _texts(company, own)
    for file in found:
        for fault in _file_faults(file, measured[file.path], usual_db, texts):
            yield f"{_place(file.language, file.prompt)}: {fault} ({_mend(file)})"
    for sentence in stale(own):
        here = _place(sentence.language, sentence.prompt)
        yield f"{here}: not rendered from its present words (`prompts render`)"


def _missing() -> Iterator[str]:
    if not (PROJECT_SOUNDS / MANDARIN / f"{beep.PROMPT}.alaw").exists():
        yield f"{_place(MANDARIN, beep.PROMPT)}: missing (`prompts render`)"
    for language in catalogue.LANGUAGES:
        folder = PROJECT_SOUNDS / language
        noted = manifest.read(folder)
        for prompt in catalogue.sentences(""):
            here = _place(language, prompt)
            text = catalogue.sentences("", language).get(prompt)
            if text is None:
                yield f"{here}: no words (write them into ccbot/speech/prompts.{language}.yaml)"
            elif not (folder / f"{prompt}.alaw").exists():
                yield f"{here}: missing (`prompts render {prompt}`)"
            elif prompt not in noted or noted[prompt].text != text:
                yield f"{here}: its words are others than were rendered (`prompts render {prompt}`)"


def _texts(company: str, own: Iterable[Sentence]) -> Mapping[tuple[str, str], str]:
    texts = {
        (prompt, language): text
        for language in catalogue.LANGUAGES
        for prompt, text in catalogue.sentences(company, language).items()
    }
    return {**texts, **{(one.prompt, one.language): one.text for one in own}}


def _file_faults(
    file: File, found: Measures, usual_db: float, texts: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    if not is_known(file.prompt):
        yield "there is no such prompt"
    yield from sound_faults(found, usual_db)
    text = texts.get((file.prompt, file.language))
    if file.source is Source.PROJECT:
        text = catalogue.sentences("", file.language).get(file.prompt)
    if text is not None:
        span = UPLOADED_SPAN if file.source is Source.UPLOADED else RENDERED_SPAN
        yield from length_faults(found.length_s, expected_s(text, file.language), span)


def sound_faults(found: Measures, usual_db: float) -> Iterator[str]:
    """What is wrong with a clip's sound."""
    if found.at_top > AT_TOP_MAX:
        yield f"clipped at {found.at_top} samples"
    off_db = found.level_db - usual_db
    if off_db < -LEVEL_DB_OFF_MAX:
        yield f"{-off_db:.0f} dB quieter than the others"
    if off_db > LEVEL_DB_OFF_MAX:
        yield f"{off_db:.0f} dB louder than the others"
    if found.head_s > HEAD_S_MAX:
        yield f"{found.head_s:.1f} s of silence before the first word"
    if found.tail_s > TAIL_S_MAX:
        yield f"{found.tail_s:.1f} s of silence after the last word"


def length_faults(length_s: float, usual_s: float, span: tuple[float, float]) -> Iterator[str]:
    """Whether a clip is far shorter or longer than its words take."""
    shortest, longest = span
    if not usual_s * shortest <= length_s <= usual_s * longest:
        yield f"{length_s:.1f} s long, but its words take about {usual_s:.1f} s"


def routing_faults(document: RoutingDocument, home: Path) -> Iterator[str]:
    """Ids of the routing document that nothing is recorded for."""
    recorded = {file.prompt for file in files(home)}
    for place, prompt in prompts_of(document):
        if prompt not in recorded and prompt not in catalogue.load():
            yield f"routing: {place}: there is no prompt {prompt!r} (`prompts list` shows all)"


def _place(language: str, prompt: str) -> str:
    return f"{language} {prompt}"


def _mend(file: File) -> str:
    if not is_known(file.prompt):
        return f"remove {file.path}"
    if file.source is Source.UPLOADED:
        tongue = "" if file.language == MANDARIN else f" --language {file.language}"
        return f"`prompts set {file.prompt} FILE{tongue}` with another recording"
    if file.prompt.endswith(".own"):
        return "let the agent record it again"
    return f"`prompts render {file.prompt}`"
