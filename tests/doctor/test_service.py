"""The running centre: ready, its log, its database, its sentences."""

from dataclasses import replace

import pytest
from msgspec import structs

from ccbot.doctor import service
from ccbot.doctor.finding import Level
from ccbot.doctor.service import Database, Service
from tests.core.story import routing

WELL = Service(alive=True, expected=True, ready=True, backlog=3, lag_s=0.1)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (WELL, [Level.GOOD]),
        (replace(WELL, ready=False), [Level.WRONG]),
        (replace(WELL, degraded=("postgres: no connection",)), [Level.GOOD, Level.WARNING]),
        (Service(alive=False, expected=False), [Level.UNSEEN]),
        (Service(alive=False, expected=True), [Level.WRONG]),
    ],
)
def test_ccbot_runs_and_takes_calls(seen: Service, expected: list[Level]) -> None:
    assert [finding.level for finding in service.readiness(seen)] == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (WELL, [Level.GOOD]),
        (replace(WELL, backlog=10_001), [Level.WRONG]),
        (replace(WELL, lag_s=10.5), [Level.WRONG]),
        (replace(WELL, lost=1), [Level.GOOD, Level.WRONG]),
        (replace(WELL, refused=1), [Level.GOOD, Level.WARNING]),
        (replace(WELL, backlog=None), [Level.UNSEEN]),
    ],
)
def test_facts_get_to_postgres(seen: Service, expected: list[Level]) -> None:
    assert [finding.level for finding in service.log_shipping(seen)] == expected


@pytest.mark.parametrize(
    ("seen", "expected", "word"),
    [
        (Database(known=False), Level.UNSEEN, "no centre"),
        (Database(known=True, problem="no route"), Level.WRONG, "no route"),
        (Database(known=True, applied=frozenset({"1"})), Level.WRONG, "lacks 1 migrations, from 2"),
        (Database(known=True, applied=frozenset({"1", "2"})), Level.GOOD, "newest"),
        (Database(known=True, applied=frozenset({"1", "2", "3"})), Level.WARNING, "newer"),
    ],
)
def test_the_schema_is_that_of_this_ccbot(seen: Database, expected: Level, word: str) -> None:
    found = service.database(seen, {"1", "2"})
    assert found.level is expected
    assert word in found.says


def test_a_working_copy_that_is_not_live_is_told() -> None:
    draft = structs.replace(routing(), company="另一家")
    assert service.working_copy(routing(), routing()).level is Level.GOOD
    assert service.working_copy(routing(), None).level is Level.GOOD
    assert service.working_copy(draft, routing()).level is Level.WARNING


def test_sentences_without_a_recording_are_named_but_not_all() -> None:
    wanted = [f"prompt.{n}" for n in range(9)]
    assert service.prompts(wanted, wanted).level is Level.GOOD
    found = service.prompts(wanted, wanted[:1])
    assert found.level is Level.WARNING
    assert "prompt.5 and 3 more" in found.says
    assert "more" not in service.prompts(wanted, wanted[2:]).says


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [(False, False, Level.GOOD), (True, True, Level.GOOD), (True, False, Level.WARNING)],
)
def test_a_missing_voice_is_a_warning(wanted: bool, there: bool, expected: Level) -> None:
    assert service.speech(wanted=wanted, there=there).level is expected
