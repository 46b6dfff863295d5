"""Which facts go on the audit trail."""

import pytest

from ccbot.core import facts as f
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId
from ccbot.core.kinds import ResumedBy
from ccbot.core.records.audited import AuditEntry, audited
from tests.core.story import routing
from tests.store.stories import T0

WANG, CALL = AgentId("1001"), CallId("call-1")


def entry_of(fact: f.AnyFact) -> AuditEntry | None:
    return audited(f.Stamped(T0, fact))


def test_what_a_user_did_is_put_down_in_his_name() -> None:
    acted = f.UserActed(user="李娜", what="call.hold", call=CALL, agent=WANG, why="试")
    assert entry_of(acted) == AuditEntry(
        who="李娜", what="call.hold", call=CALL, agent=WANG, why="试"
    )


def test_whoever_pauses_and_resumes_a_recording_is_named() -> None:
    paused = f.RecordingPaused(call=CALL, agent=WANG)
    assert entry_of(paused) == AuditEntry(who=WANG, what="recording.pause", call=CALL, agent=WANG)
    resumed = f.RecordingResumed(call=CALL, by=ResumedBy.AGENT, agent=WANG)
    assert entry_of(resumed) == AuditEntry(who=WANG, what="recording.resume", call=CALL, agent=WANG)
    by_itself = f.RecordingResumed(call=CALL, by=ResumedBy.SYSTEM)
    assert entry_of(by_itself) == AuditEntry(who="system", what="recording.resume", call=CALL)


def test_it_changes_nothing_on_the_floor_and_is_never_refused() -> None:
    floor = Floor(routing())
    assert floor.apply(f.UserActed(user="李娜", what="call.hold", call=CALL), T0) == []
    assert floor.calls == {}


@pytest.mark.parametrize(
    "fact", [f.AgentSignedIn(agent=WANG), f.CallEnded(call=CALL, by=f.EndedBy.CALLER)]
)
def test_what_everybody_does_all_day_is_not(fact: f.AnyFact) -> None:
    assert entry_of(fact) is None
