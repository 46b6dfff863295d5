"""Which language each number chose last."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccbot.clock import SystemClock, SystemIds
from ccbot.store import languages
from ccbot.store.languages import DRAWERS, IN_A_DRAWER_MAX, NUMBERS_MAX, Languages
from ccbot.store.outbox import open_outbox


def test_the_last_choice_counts_and_outlives_the_process(tmp_path: Path) -> None:
    ids = SystemIds(SystemClock())
    with open_outbox(tmp_path / "outbox.sqlite", ids) as outbox:
        kept = Languages(outbox.load, outbox.save)
        assert kept.language_of("13800001234") is None
        kept.remember("13800001234", "en")
        kept.remember("13800005678", "en")
        kept.remember("13800005678", "zh")
    with open_outbox(tmp_path / "outbox.sqlite", ids) as outbox:
        kept = Languages(outbox.load, outbox.save)
        assert kept.language_of("13800001234") == "en"
        assert kept.language_of("13800005678") == "zh"


def test_a_full_drawer_forgets_who_has_not_chosen_for_the_longest_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(languages, "DRAWERS", 1)
    saved: dict[str, bytes] = {}
    kept = Languages(saved.get, saved.__setitem__)
    for number in range(IN_A_DRAWER_MAX):
        kept.remember(str(number), "en")
    kept.remember("0", "zh")
    kept.remember("new", "en")

    assert kept.language_of("1") is None
    assert (kept.language_of("0"), kept.language_of("2"), kept.language_of("new")) == (
        "zh",
        "en",
        "en",
    )
    assert DRAWERS * IN_A_DRAWER_MAX <= NUMBERS_MAX


def test_a_withheld_number_chooses_anew_each_time() -> None:
    saved: dict[str, bytes] = {}
    kept = Languages(saved.get, saved.__setitem__)
    kept.remember("", "en")

    assert kept.language_of("") is None
    assert not saved


def test_a_broken_drawer_is_empty_and_no_number_is_logged() -> None:
    saved = dict.fromkeys((f"languages.{place:03}" for place in range(DRAWERS)), b'{"1380000')
    kept = Languages(saved.get, saved.__setitem__)
    with capture_logs() as logs:
        assert kept.language_of("13800001234") is None
        kept.remember("13800001234", "en")

    assert kept.language_of("13800001234") == "en"
    assert "1380000" not in str(logs)
