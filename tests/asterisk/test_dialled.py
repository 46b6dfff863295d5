"""Whatever a trunk sends as the dialled number, its call reaches us and has a row."""

from dataclasses import dataclass

import pytest

from ccbot.phone import Call, Phone
from tests.asterisk.guests import TRUNK, Guests

pytestmark = pytest.mark.xdist_group("centre 0")


@dataclass(frozen=True)
class Dialled:
    """What a request's URI says, and what is stored."""

    user: str
    stored: str
    caller: str
    """A number of this case's own, to find its row by."""


CASES = [
    Dialled("hotline@", "", "13800007001"),
    Dialled("*400@", "400", "13800007002"),
    Dialled("", "", "13800007003"),
    Dialled("s@", "", "13800007004"),
    Dialled("h@", "", "13800007005"),
    Dialled("+861069@", "+861069", "13800007006"),
    Dialled("7@", "7", "13800007007"),
    Dialled("+@", "+", "13800007008"),
    Dialled("400abc12@", "40012", "13800007009"),
    Dialled("a%2C%24%7BEPOCH%7D%29,Hangup(9)@", "9", "13800007010"),
    Dialled("9%2C%24%7BEPOCH%7D%29@", "9", "13800007011"),
    Dialled("%E7%83%AD%E7%BA%BF@", "", "13800007012"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.user or "no user")
async def test_any_dialled_number_has_its_row_and_only_its_digits(
    guests: Guests, case: Dialled
) -> None:
    call = await dial(guests, case)
    await call.answered(within_s=10)
    await call.hears("error.number", within_s=10)
    call.hang_up()
    await guests.settled()

    row, _ = await guests.row_of_caller(case.caller)
    assert row["dialled_number"] == case.stored


async def dial(guests: Guests, case: Dialled) -> Call:
    """A customer's phone dials."""
    phone = await guests.stack.enter_async_context(
        Phone(local=TRUNK, user=case.caller, sounds=guests.hotline.book)
    )
    return await phone.dial(
        f"sip:{case.user}127.0.0.1:{guests.hotline.sip_port}", caller=case.caller
    )
