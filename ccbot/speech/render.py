"""Words to files, by the engine that speaks; and which files have still to be made."""

import json
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

from ccbot.settings import PROJECT, Settings
from ccbot.speech import beep, catalogue, manifest
from ccbot.speech.install import VOICES, engine_folder
from ccbot.speech.manifest import Rendered

START_S_MAX: Final = 60.0
SENTENCE_S_MAX: Final = 60.0
"""A loaded machine takes some ten seconds for a sentence."""
WORKER: Final = Path(__file__).with_name("worker.py")
PROJECT_SOUNDS: Final = PROJECT / "dialplan" / "sounds"

Progress = Callable[[str], None]


class SpeechFault(Exception):  # noqa: N818 - named as what it is
    """Nothing could be rendered; the message says why, and what happens instead."""


class Sentence(NamedTuple):
    """One file to be made."""

    prompt: str
    text: str
    folder: Path
    """Its name is the language."""

    @property
    def language(self) -> str:
        return self.folder.name

    @property
    def path(self) -> Path:
        return self.folder / f"{self.prompt}.alaw"

    def noted(self, ms: int) -> Rendered:
        """As it is noted in the manifest."""
        return Rendered(text=self.text, voice=VOICES[self.language], ms=ms)


class Named(NamedTuple):
    """An agent, as greetings need one."""

    number: str
    name: str


def render(
    settings: Settings, texts: Mapping[str, str], folder: Path, progress: Progress | None = None
) -> None:
    """Speak texts (prompt id → words) into ``folder``, one file each."""
    speak(settings, [Sentence(prompt, text, folder) for prompt, text in texts.items()], progress)


def project_sentences() -> list[Sentence]:
    """The whole catalogue without a company, for the project itself."""
    return [
        Sentence(prompt, text, PROJECT_SOUNDS / language)
        for language in catalogue.LANGUAGES
        for prompt, text in catalogue.sentences("", language).items()
    ]


def own_sentences(home: Path, company: str, agents: Iterable[Named]) -> list[Sentence]:
    """What names the company or an agent, for ``CCBOT_HOME/sounds``."""
    staff = list(agents)
    wanted: list[Sentence] = []
    for language in catalogue.LANGUAGES:
        texts = catalogue.company_sentences(company, language)
        for agent in staff:
            texts |= catalogue.greetings_of(agent.number, agent.name, company, language)
        folder = home / "sounds" / language
        wanted += [Sentence(prompt, text, folder) for prompt, text in texts.items()]
    return wanted


def stale(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Those whose file is missing, or was rendered from other words."""
    noted: dict[Path, dict[str, Rendered]] = {}
    found: list[Sentence] = []
    for one in sentences:
        if one.folder not in noted:
            noted[one.folder] = manifest.read(one.folder)
        if not manifest.is_fresh(one.folder, one.prompt, one.noted(0), noted[one.folder]):
            found.append(one)
    return found


def forget_unwanted(home: Path, wanted: Iterable[Sentence]) -> None:
    """Remove what was rendered here and is wanted no more: of a former company or agent."""
    kept = {(one.language, one.prompt) for one in wanted}
    for language in catalogue.LANGUAGES:
        folder = home / "sounds" / language
        unwanted = [one for one in manifest.read(folder) if (language, one) not in kept]
        for prompt in unwanted:
            (folder / f"{prompt}.alaw").unlink(missing_ok=True)
        if unwanted:
            manifest.change(folder, dict.fromkeys(unwanted))


def render_agent(settings: Settings, company: str, agent: Named) -> None:
    """An agent's own greetings, into ``CCBOT_HOME/sounds``."""
    of_agent = f"greeting.{agent.number}."
    wanted = own_sentences(settings.home, company, [agent])
    speak(settings, [one for one in wanted if one.prompt.startswith(of_agent)])


def render_project(settings: Settings, progress: Progress | None = None) -> None:
    """Whatever of the project's own prompts is missing, or has other words by now."""
    speak(settings, stale(project_sentences()), progress)
    (PROJECT_SOUNDS / "zh" / f"{beep.PROMPT}.alaw").write_bytes(beep.sound())


def speak(
    settings: Settings, sentences: Sequence[Sentence], progress: Progress | None = None
) -> None:
    """Make these files, one after the other; each is whole and noted as soon as it is told."""
    if not sentences:
        return
    for folder in {one.folder for one in sentences}:
        if folder.name not in VOICES:
            raise SpeechFault(f"{folder}: no voice speaks the language {folder.name!r}")
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(folder.stat().st_mode | 0o700)
    with tempfile.TemporaryFile("w+") as requests, tempfile.TemporaryFile("w+") as complaints:
        requests.writelines(_request(one) for one in sentences)
        requests.seek(0)
        made = _serve(_engine(settings, sentences), requests, complaints, sentences, progress)
        if made != len(sentences):
            complaints.seek(0)
            lines = complaints.read().strip().splitlines()
            why = lines[-1] if lines else "it took too long"
            raise SpeechFault(f"the speech engine failed at {sentences[made].prompt}: {why}")


def _engine(settings: Settings, sentences: Iterable[Sentence]) -> list[str]:
    engine = engine_folder(settings)
    if engine is None:
        raise SpeechFault("no speech engine is installed (script/setup does it)")
    for voice in {VOICES[one.language] for one in sentences}:
        if not (engine / f"{voice}.bin").exists():
            raise SpeechFault(f"the voice {voice} is not installed (script/setup does it)")
    # The engine ends with whoever started it.
    dying = ["setpriv", "--pdeathsig", "KILL", "--"]
    return [*dying, str(engine / "venv" / "bin" / "python"), str(WORKER), str(engine)]


def _request(one: Sentence) -> str:
    request = {
        "text": one.text,
        "language": one.language,
        "voice": VOICES[one.language],
        "file": str(one.path.resolve()),
    }
    return json.dumps(request, ensure_ascii=False) + "\n"


def _serve(
    argv: list[str],
    requests: IO[str],
    complaints: IO[str],
    sentences: Sequence[Sentence],
    progress: Progress | None,
) -> int:
    """How many sentences the engine made."""
    made = 0
    limit_s = START_S_MAX + SENTENCE_S_MAX * len(sentences)
    with _ended(
        subprocess.Popen(
            argv, stdin=requests, stdout=subprocess.PIPE, stderr=complaints, text=True
        ),
        within_s=limit_s,
    ) as replies:
        for one, reply in zip(sentences, replies, strict=False):
            manifest.change(one.folder, {one.prompt: one.noted(json.loads(reply)["ms"])})
            made += 1
            if progress is not None:
                progress(f"{one.language} {one.prompt}")
    return made


@contextmanager
def _ended(process: "subprocess.Popen[str]", within_s: float) -> "Iterator[IO[str]]":
    """The lines that a program says; it is ended at the end of the block, or of its time."""
    overdue = threading.Timer(within_s, process.kill)
    overdue.start()
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        overdue.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
