"""A human's recording becomes a sentence like the others: trimmed, levelled, or refused."""

import io
import math
import wave
from pathlib import Path

import pytest

from ccbot.core.ids import AgentId
from ccbot.phone.alaw import LINEAR, RATE_HZ
from ccbot.speech.own_greetings import OwnGreetings
from ccbot.speech.voice import sentence_of


def wav(*parts: tuple[float, float], rate: int = RATE_HZ) -> bytes:
    """A file of these (seconds, level) of a tone, one after another."""
    samples = [
        round(32_767 * level * math.sin(2 * math.pi * 300 * n / rate))
        for seconds, level in parts
        for n in range(round(seconds * rate))
    ]
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes(b"".join(s.to_bytes(2, "little", signed=True) for s in samples))
    return file.getvalue()


def level_db(sentence: bytes) -> float:
    """The mean power of what is audible in it."""
    heard = [LINEAR[code] / 32_768 for code in sentence]
    loud = [x * x for x in heard[400 : 400 + RATE_HZ]]
    return 10 * math.log10(sum(loud) / len(loud))


def test_silence_around_the_words_is_trimmed() -> None:
    sentence = sentence_of(wav((1, 0), (2, 0.2), (3, 0)))
    assert sentence is not None
    assert len(sentence) / RATE_HZ == pytest.approx(2.29, abs=0.02)


@pytest.mark.parametrize("level", [0.03, 0.1, 0.8])
def test_every_voice_comes_out_at_the_prompts_level(level: float) -> None:
    sentence = sentence_of(wav((2, level)))
    assert sentence is not None
    assert level_db(sentence) == pytest.approx(-20, abs=0.5)


def test_pause_within_the_words_stays() -> None:
    sentence = sentence_of(wav((1, 0.2), (0.5, 0), (1, 0.2)))
    assert sentence is not None
    assert len(sentence) / RATE_HZ == pytest.approx(2.79, abs=0.05)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(wav((0.9, 0.2), (3, 0)), id="too short"),
        pytest.param(wav((4, 0.01)), id="too quiet"),
        pytest.param(wav((4, 0)), id="silent"),
        pytest.param(wav(), id="empty"),
        pytest.param(wav((2, 0.2), rate=16_000), id="not of the telephone"),
        pytest.param(wav((2, 0.2))[:30], id="broken off"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"no sound at all", id="no sound"),
    ],
)
def test_what_nobody_would_hear_is_refused(content: bytes) -> None:
    assert sentence_of(content) is None


async def test_kept_greeting_is_a_file_until_it_is_dropped(tmp_path: Path) -> None:
    greetings = OwnGreetings(tmp_path / "sounds")
    sentence = await greetings.sentence(wav((2, 0.2)))
    assert sentence is not None
    assert greetings.keep(AgentId("1001"), sentence)

    file = tmp_path / "sounds/zh/greeting.1001.own.alaw"

    assert file.read_bytes() == sentence
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert greetings.drop(AgentId("1001"))
    assert greetings.drop(AgentId("1001"))
    assert not file.exists()


async def test_greeting_that_cannot_be_stored_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("no folder")
    greetings = OwnGreetings(tmp_path / "sounds")
    assert not greetings.keep(AgentId("1001"), b"sound")
    assert not greetings.drop(AgentId("1001"))
