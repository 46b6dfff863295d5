"""The world in which ccbot's scenarios are played: the same words, simulated or real."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from ccbot.core.kinds import Role
from ccbot.core.routing_document import RoutingDocument
from tests.world.hearing import Party

SHORT_ENTRY = "10099"
"""A dialled number that leads straight into the group ``short``: small limits, no menu."""

QUICK_ENTRY = "10098"
"""A dialled number whose menu leads to the group ``quick``: no wrap-up, always a survey."""

SURVEY_ENTRIES = {2: "10092", 3: "10093", 4: "10094", 5: "10095"}
"""Levels → a dialled number that leads straight into a group with the whole survey of so many."""

FORMAL_ENTRY = "10097"
"""A dialled number that leads straight into the group ``formal``: agents' numbers are announced."""

LIVE_ENTRY = "10096"
"""A dialled number that leads straight into the group ``live``: its agents greet themselves."""

SWIFT_ENTRY = "10088"
"""A dialled number without a word that leads into the group ``swift``: no wrap-up, no survey."""

CHOIR_ENTRY = "10089"
"""A dialled number that leads straight into the group ``choir``: all its phones ring at once."""

BILINGUAL_ENTRY = "10091"
"""A dialled number that asks for the language first, and then is like the main one."""

CLOSED_ENTRY = "10101"
"""A dialled number that is never open."""

NIGHT_ENTRY = "10102"
"""Never open; 1 leads to a closed group, 2 to ``quick``, 3 to other words, 4 to a message."""

BY_HAND_ENTRY = "10103"
"""Closed by hand, with words of its own."""

NARROW_ENTRY = "10104"
"""Leads straight into ``narrow``; if that is full, or she waits for long, on to ``quick``."""

OFFICE_ENTRY = "10107"
"""Open on working days from 9:00 to 18:00 in Shanghai."""

LAZY_ENTRY = "10106"
"""Leads straight into ``lazy``, which sends callers to ``quick`` when nobody is ready for 5 s."""

ROUND_ENTRY = "10105"
"""Leads straight into ``round_one``, which sends callers to ``round_two``, and that back."""

CHOICES_ENTRY = "10120"
"""A dialled number that leads straight into the group ``choices``, with keys for who waits."""

PATIENT_ENTRY = "10110"
"""Leads straight into ``patient``, whose callers are told about how long it takes."""

SKILLED_ENTRY = "10130"
"""Leads straight into ``skilled``, which asks for English at first, and soon for nothing."""

LADDER_ENTRY = "10131"
"""Leads straight into ``ladder``, whose agents have an order, the second one a delay."""

KNOWN_ENTRY = "10132"
"""Leads straight into ``known``, where a caller waits for the agent whom she had last."""

SINGLE_ENTRY = "10133"
"""Leads straight into ``single``, which has one talk at a time."""

TAPED_ENTRY = "10140"
"""Leads straight into ``taped``, both sides of which are recorded; nobody was told so before."""

UNKNOWN_NUMBER = "10090"
"""A dialled number that was given to nobody."""

MAIN_NUMBERS = tuple(str(number) for number in range(10_000, 10_088))
"""Dialled numbers of the main entry."""

CUSTOMER = "13800001234"

VIP = "13900005678"
"""A customer of the VIP list."""

BLOCKED_CUSTOMER = "13900001234"
"""A customer who is not served."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A call's row in ``call_log``, and the kinds of its segments; words as they are stored."""

    outcome: str
    caller_masked: str
    dialled_number: str
    entry_group: str | None
    last_group: str | None
    wait_ms: int
    talk_ms: int
    lasted_ms: int
    agents: tuple[str, ...]
    hung_up_by: str
    greeting_variant: str | None
    greeting_completed: bool | None
    survey_status: str
    survey_score: int | None
    survey_resolved: bool | None
    degraded: bool
    test: bool
    kinds: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A follow-up task that a call left behind."""

    due_in_s: float
    recorded_s: float | None
    """How long the customer's recorded word is; None: there is none."""


class Caller(Party, Protocol):
    """A customer who dialled in. Every wait fails loudly when it takes longer."""

    async def hears(self, prompt: str, within_s: float, *, language: str = "zh") -> None:
        """Until this prompt is heard; one that an earlier wait found does not count again."""
        ...

    async def hears_music(self, within_s: float) -> None:
        """Until music is heard."""
        ...

    async def hears_agent(self, within_s: float) -> None:
        """Until the agent's voice is heard."""
        ...

    def heard(self, prompt: str) -> bool:
        """Whether this prompt was heard at any time so far."""
        ...

    def press(self, keys: str) -> None:
        """Press keys."""
        ...

    def says(self, seconds: float) -> None:
        """Speak for so long; silence follows."""
        ...

    def hang_up(self) -> None:
        """Hang up."""
        ...

    async def is_let_go(self, within_s: float) -> None:
        """Until the other side has hung up."""
        ...


class AgentPhone(Party, Protocol):
    """An agent at a desk phone."""

    @property
    def number(self) -> str:
        """The agent's number (工号)."""
        ...

    async def rings(self, within_s: float) -> None:
        """Until the phone rings."""
        ...

    async def stops_ringing(self, within_s: float) -> None:
        """Until the caller's side takes the ringing back."""
        ...

    async def stays_quiet(self, for_s: float) -> None:
        """The phone does not ring for so long."""
        ...

    def shows(self) -> str:
        """What the phone shows of the caller."""
        ...

    async def answers(self) -> None:
        """Pick up."""
        ...

    async def declines(self) -> None:
        """603."""
        ...

    async def holds(self) -> None:
        """The phone's own button: it sends nothing and hears nothing."""
        ...

    async def unholds(self) -> None:
        """The button once more."""
        ...

    async def refers(self, target: str) -> None:
        """The phone's transfer button, blind."""
        ...

    async def is_told_of_refer(self, *statuses: int, within_s: float) -> None:
        """Until the phone was told exactly this of its transfer, its first answer included."""
        ...

    async def redirects(self, contact: str) -> None:
        """302: the phone wants the call to go elsewhere."""
        ...

    async def hangs_up(self) -> None:
        """Hang up."""
        ...

    def press(self, keys: str) -> None:
        """Press keys in the talk."""
        ...

    def says(self, seconds: float) -> None:
        """Speak for so long; silence follows."""
        ...

    async def hears(self, prompt: str, within_s: float) -> None:
        """Until this prompt is heard."""
        ...

    def heard(self, prompt: str) -> bool:
        """Whether this prompt was heard in the present call, or the last one."""
        ...

    async def is_let_go(self, within_s: float) -> None:
        """Until the other side has hung up."""
        ...

    async def dials_beside(self, code: str, answer: str) -> None:
        """The same on a second line: the call that the phone has goes on."""
        ...

    async def hears_himself(self, within_s: float) -> None:
        """Until what he said last is played to him."""
        ...

    async def starts(self, code: str) -> None:
        """Dial a code that asks back, and see what comes."""
        ...

    async def dials(self, code: str, *answers: str) -> None:
        """Dial a feature code, hear the answers in order to the last one's end, be let go."""
        ...

    async def asks(self, code: str, question: str, key: str, answer: str) -> None:
        """Dial a code that asks back; press a key, or none; hear the answer to its end."""
        ...

    async def is_refused(self, code: str) -> None:
        """Dial a number that leads nowhere: 404, and nothing is heard."""
        ...

    async def turns_busy(self) -> None:
        """From now on the phone answers 486."""
        ...

    async def vanishes(self) -> None:
        """The network is gone, and nobody is told."""
        ...

    async def unregisters(self) -> None:
        """The phone says goodbye to its registrar."""
        ...


class World(Protocol):
    """A running centre, with its telephones."""

    def everybody_speaks(self) -> None:
        """Whoever comes from now on speaks all the time, at a pitch of his own."""
        ...

    def patience(self, seconds: float) -> float:
        """How long to wait for what must happen within so many seconds: exact in simulation."""
        ...

    async def agent(
        self,
        number: str = "1001",
        groups: Sequence[str] = ("service",),
        *,
        signed_in: bool = True,
        role: Role = Role.AGENT,
        leads: Sequence[str] = (),
    ) -> AgentPhone:
        """A new agent with a registered phone; with a role, the phone of a user who has it."""
        ...

    async def caller(self, dialled: str = "10000", number: str = CUSTOMER) -> Caller:
        """A customer dials in; returns while the call is being set up."""
        ...

    async def calls_again(self, caller: Caller, dialled: str) -> Caller:
        """The same customer dials in once more; her line is free."""
        ...

    async def row(self, caller: Caller) -> Row:
        """The call's row, two seconds after its end at the latest."""
        ...

    async def home_phone(self, caller: Caller) -> AgentPhone:
        """The telephone at which this caller is called back."""
        ...

    async def row_of_callback(self, caller: Caller) -> Row:
        """The row of the call by which she was called back."""
        ...

    async def follow_up(self, caller: Caller) -> Task | None:
        """The task that her call left behind, once the row is there."""
        ...

    def own_greeting_s(self, agent: str) -> float | None:
        """How long the agent's greeting in his own voice is; None: there is none."""
        ...

    async def passes(self, seconds: float) -> None:
        """Time passes."""
        ...

    async def publishes(self, change: Callable[[RoutingDocument], RoutingDocument]) -> None:
        """The live routing, changed so, goes live; on the real Asterisk until the scenario ends."""
        ...

    async def settled(self) -> None:
        """No channel, bridge or call is left."""
        ...

    def ccbot_away(self) -> AbstractAsyncContextManager[None]:
        """ccbot is not there inside the block, and back after it."""
        ...
