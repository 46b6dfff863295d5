"""What became of each transfer of a call."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.records import record
from ccbot.core.records.transfers import TransferEnd, TransferRow, transfers
from tests.core.test_record import CALL, ENTERED, LEFT, LI, QUEUED, T0, WANG, offer, talk
from tests.core.test_record_in_talk import (
    AGAIN,
    ALL_THREE,
    BACK,
    BLIND,
    COMPLETED,
    CONSULT,
    IN_TECH,
    MADE_LI,
    SENDER_LEFT,
    STARTED,
    TAKEN_OVER,
    TO_TECH,
    failed,
)
from tests.core.test_record_properties import calls

BUSY = failed(f.TransferFailure.BUSY)
TOO_LONG = f.QueueLeft(call=CALL, reason=f.GaveUp.WAITED_TOO_LONG)
LOST = f.CallEnded(call=CALL, by=f.EndedBy.SYSTEM, failed=True)


def told(*facts: f.AnyFact) -> tuple[TransferRow, ...]:
    """The transfers of a call whose facts come ten seconds apart."""
    all_facts = [ENTERED, QUEUED, offer(), talk(), *facts]
    stamped = [f.Stamped(T0 + timedelta(seconds=10 * n), one) for n, one in enumerate(all_facts)]
    return transfers(stamped, record(stamped))


@pytest.mark.parametrize(
    ("facts", "ended_as", "why", "taken_by"),
    [
        ([CONSULT, MADE_LI, STARTED, COMPLETED, LEFT], "completed", "", LI),
        ([BLIND, MADE_LI, SENDER_LEFT, COMPLETED, LEFT], "completed", "", LI),
        ([TO_TECH, IN_TECH, MADE_LI, talk("offer-2"), LEFT], "completed", "", LI),
        ([CONSULT, MADE_LI, STARTED, BACK, LEFT], "back", "", None),
        ([CONSULT, MADE_LI, STARTED, ALL_THREE, BACK, LEFT], "conference", "", LI),
        ([CONSULT, MADE_LI, STARTED, ALL_THREE, LEFT], "conference", "", LI),
        ([CONSULT, MADE_LI, STARTED, ALL_THREE, COMPLETED, LEFT], "completed", "", LI),
        ([CONSULT, MADE_LI, BUSY, LEFT], "failed", "busy", None),
        ([BLIND, MADE_LI, SENDER_LEFT, BUSY, AGAIN, LEFT], "failed", "busy", None),
        ([CONSULT, MADE_LI, LEFT], "caller_left", "", None),
        ([TO_TECH, IN_TECH, LEFT], "caller_left", "", None),
        ([TO_TECH, IN_TECH, TOO_LONG, LEFT], "nobody_came", "waited_too_long", None),
        ([CONSULT, MADE_LI, LOST], "failed", "failed", None),
        ([CONSULT, MADE_LI, STARTED, TAKEN_OVER, LEFT], "back", "", None),
    ],
)
def test_transfer_ends_in_one_way(
    facts: list[f.AnyFact], ended_as: str, why: str, taken_by: AgentId | None
) -> None:
    [one] = told(*facts)
    assert (one.ended_as.value, one.why, one.taken_by) == (ended_as, why, taken_by)


def test_transfer_tells_who_why_and_for_how_long() -> None:
    asked = msgspec.structs.replace(
        TO_TECH, reason=f.TransferReason.OTHER_GROUP, note="her router again"
    )
    [one] = told(asked, IN_TECH, MADE_LI, talk("offer-2"), LEFT)
    assert (one.sender, one.group_key, one.to_group) == (WANG, "service", "tech")
    assert (one.reason, one.note) == (f.TransferReason.OTHER_GROUP, "her router again")
    assert one.ended_at - one.asked_at == timedelta(seconds=30)


def test_group_of_a_sender_is_the_one_whose_talk_he_had() -> None:
    consult = msgspec.structs.replace(CONSULT, to_agent=None, to_group=GroupKey("tech"))
    back = f.TransferAsked(call=CALL, agent=LI, kind=f.TransferKind.BLIND, to_agent=WANG)
    rows = told(consult, MADE_LI, STARTED, COMPLETED, back, LEFT)
    assert [(one.transfer_no, one.sender, one.group_key) for one in rows] == [
        (1, WANG, "service"),
        (2, LI, "tech"),
    ]


@given(calls())
def test_completed_transfers_are_those_of_the_row(facts: list[f.Stamped]) -> None:
    row = record(facts)
    rows = transfers(facts, row)
    assert sum(one.ended_as is TransferEnd.COMPLETED for one in rows) == row.transfers
    assert sum(isinstance(one.fact, f.TransferAsked) for one in facts) == len(rows)
    assert all(row.entered_at <= one.asked_at <= one.ended_at <= row.ended_at for one in rows)
    had = {TransferEnd.COMPLETED, TransferEnd.CONFERENCE}
    assert all((one.taken_by is not None) == (one.ended_as in had) for one in rows)
    assert {one.sender for one in rows} <= set(row.agents)
