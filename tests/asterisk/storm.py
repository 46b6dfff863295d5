"""Many callers and agents at once, and what their telephones say of it afterwards."""

import asyncio
import random
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise

from ccbot.phone import CallFailedError, OverdueError, Phone
from ccbot.phone.call import Stage
from ccbot.phone.legs import Incoming, Outgoing
from tests.asterisk.guests import NOISE_S, TRUNK, Guests

TALK_S = 1.2
"""Longer than the guard: it is a talk."""
ELSEWHERE = "Call completed elsewhere"
SHIFT_S_MAX = 600.0


class Customer:
    """Dials in, talks when somebody answers, and hangs up after it or when she has enough."""

    def __init__(self, call: Outgoing, number: str) -> None:
        self.call = call
        self.number = number

    @property
    def shown(self) -> str:
        """How agents' phones know her: the last digits, which the masking leaves."""
        return self.number[-4:]


class Storm:
    """The people of one storm."""

    def __init__(self, guests: Guests, dialled: str, seed: int) -> None:
        self.guests = guests
        self.dialled = dialled
        self.rng = random.Random(seed)
        self.phones: list[Phone] = []
        self.customers: list[Customer] = []

    async def staff(self, count: int, group: str) -> list[Phone]:
        """So many more agents, signed in."""
        first = len(self.phones) + 1
        numbers = [f"17{place:02d}" for place in range(first, first + count)]
        phones = [await self.guests.agent(number, group) for number in numbers]
        self.phones += phones
        return phones

    async def dials_in(self, dialled: str | None = None) -> Customer:
        """One more customer, with a number of her own."""
        number = f"139{self.rng.randrange(1000):03d}0{len(self.customers) + 1:04d}"
        phone = await self.guests.stack.enter_async_context(Phone(local=TRUNK, user=number))
        port = self.guests.hotline.sip_port
        call = await phone.dial(f"sip:{dialled or self.dialled}@127.0.0.1:{port}", caller=number)
        self.customers.append(Customer(call, number))
        return self.customers[-1]

    # ---- what must be true of it ----------------------------------------------------------------

    def problems(self) -> Iterable[str]:
        """What the telephones saw that must never be."""
        for phone in self.phones:
            yield from two_calls(phone)
        for customer in self.customers:
            yield from self._two_agents(customer)

    def talks(self) -> dict[str, list[Incoming]]:
        """Customer's last digits → the agents' legs on which she was answered for good."""
        found: dict[str, list[Incoming]] = {one.shown: [] for one in self.customers}
        for phone in self.phones:
            for call in rung(phone):
                if lasted_s(call) > TALK_S / 2:
                    found[shown_on(call)].append(call)
        return found

    def agent_of(self, call: Incoming) -> str:
        """The agent on whose phone the call rang."""
        return next(one.user.removeprefix("p-") for one in self.phones if call in one.history)

    def _two_agents(self, customer: Customer) -> Iterable[str]:
        talks = self.talks()[customer.shown]
        for one, other in pairwise(sorted(talks, key=lambda call: call.answered_s or 0)):
            if (other.answered_s or 0) < ended_s(one):
                yield f"{customer.number} had two agents at once"

    async def rows(self) -> dict[str, tuple[str, list[str]]]:
        """Customer's last digits → outcome and agents of her one row."""
        found = {}
        for customer in self.customers:
            row, _ = await self.guests.row_of_caller(customer.number)
            found[customer.shown] = row["outcome"], list(row["agents"])
        return found

    async def agrees(self) -> None:
        """Rows and telephones tell the same; nothing is left behind."""
        await self.guests.settled()
        assert list(self.problems()) == []
        rows = await self.rows()
        agents = {
            shown: [self.agent_of(call) for call in sorted(calls, key=_answered)]
            for shown, calls in self.talks().items()
        }
        assert {shown: row[1] for shown, row in rows.items()} == agents
        for shown, (outcome, served_by) in rows.items():
            assert (outcome == "answered") == bool(served_by), shown


def rung(phone: Phone) -> list[Incoming]:
    """The calls that rang this phone."""
    return [call for call in phone.history if isinstance(call, Incoming)]


def shown_on(call: Incoming) -> str:
    """The last digits of the customer's number."""
    return call.invite.get("From").split('"')[1][-4:]


def _answered(call: Incoming) -> float:
    return call.answered_s or 0.0


def ended_s(call: Incoming) -> float:
    """When it was over; for ever, if it is not."""
    return call.ending.at_s if call.ending else float("inf")


def lasted_s(call: Incoming) -> float:
    """From the answer to the end; 0 if there was none."""
    return ended_s(call) - call.answered_s if call.answered_s is not None else 0.0


def two_calls(phone: Phone) -> Iterable[str]:
    for one, other in pairwise(sorted(rung(phone), key=lambda call: call.began_s)):
        if other.began_s < ended_s(one):
            early_s = ended_s(one) - other.began_s
            yield f"{phone.user} was rung {early_s:.4f} s before its last call was over"


# ---- how agents and customers behave ------------------------------------------------------------


async def works(phone: Phone, rng: random.Random, *, declines: float = 0.0) -> None:
    """Answer, or now and then decline, and talk until the customer leaves; for ever."""
    while True:
        incoming = await phone.rings(within_s=SHIFT_S_MAX)
        await asyncio.sleep(rng.uniform(0, 0.3))
        if rng.random() < declines:
            await incoming.decline()
        else:
            await answers(incoming)


async def answers(incoming: Incoming) -> None:
    """Pick up, and stay until the other side hangs up; somebody else may have been faster."""
    with suppress(CallFailedError):
        await incoming.answer()
        with suppress(OverdueError):
            await incoming.ended(within_s=NOISE_S)
            return
        incoming.hang_up()


async def talks_and_leaves(storm: Storm, customer: Customer, *, patience_s: float) -> None:
    """She hangs up after a short talk, or when her patience is over."""
    with suppress(OverdueError):
        async with asyncio.timeout(patience_s):
            while not is_served(storm, customer):
                await asyncio.sleep(0.02)
            await asyncio.sleep(TALK_S)
    customer.call.hang_up()


def is_served(storm: Storm, customer: Customer) -> bool:
    """Whether an agent's phone has answered her call."""
    return any(
        call.stage is Stage.TALKING and shown_on(call) == customer.shown
        for phone in storm.phones
        for call in rung(phone)
    )
