"""A test call through a whole centre: what a customer and an agent do and hear, step by step."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields

from ccbot.phone.bell import OverdueError
from ccbot.phone.call import Call, CallFailedError
from ccbot.phone.ears import Heard
from ccbot.phone.legs import Incoming, Outgoing
from ccbot.phone.phone import Phone

AGENT_HZ = 440
CUSTOMER_HZ = 1000
ANSWER_S_MAX = 5.0
WELCOME_S_MAX = 8.0
MENU_S_MAX = 20.0
RINGS_S_MAX = 45.0
LOOK_S = 0.5
GREETING_S_MAX = 3.0
GREETING_LENGTH_S_MAX = 15.0
TONE_S_MAX = 3.0
SURVEY_S_MAX = 6.0
THANKS_S_MAX = 8.0
GOODBYE_S_MAX = 20.0
CALL_S_MAX = 900.0
THINKS_S = 1.0
"""How long a person needs before a key or the receiver is touched."""

AFTER_SCORE = ("survey.resolved", "survey.reason", "survey.thanks")
GREETINGS = ("greeting.", "greet.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What the customer and the agent are to do."""

    uri: str
    key: str = "1"
    score: str = "1"
    settled: str = "1"
    """Pressed when asked whether the matter is settled."""
    talk_s: float = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that was done, heard, or missed."""

    at_s: float
    """Since the customer dialled."""
    who: str
    what: str
    prompt: str = ""


@dataclass(slots=True)
class Findings:
    """What was seen of a call that goes as it should."""

    greeting: bool = False
    menu: bool = False
    key: bool = False
    agent: bool = False
    customer_heard_agent: bool = False
    agent_heard_customer: bool = False
    survey: bool = False

    def missing(self) -> list[str]:
        """The names of what was not seen."""
        return [f.name for f in fields(self) if not getattr(self, f.name)]


@dataclass(slots=True)
class Trial:
    """One test call. Without an agent's phone somebody else has to answer."""

    plan: Plan
    customer: Phone
    agent: Phone | None
    tell: Callable[[Step], None]
    findings: Findings = field(default_factory=Findings)
    steps: list[Step] = field(default_factory=list)
    call: Outgoing | None = None
    leg: Incoming | None = None
    _began_s: float = 0.0

    async def run(self) -> Findings:
        """Goes through the call and tells what happens; a step that fails ends it."""
        self._began_s = asyncio.get_running_loop().time()
        self._say("customer", f"dials {self.plan.uri}")
        self.call = await self.customer.dial(self.plan.uri)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._narrate(self.call, "customer"))
            try:
                await self._go_through(self.call, tasks)
            except OverdueError as late:
                self._say("customer", f"MISSED: {late}")
            except CallFailedError as failed:
                self._say("customer", f"FAILED: {failed}")
            finally:
                self._put_down()
        return self.findings

    async def _go_through(self, call: Outgoing, tasks: asyncio.TaskGroup) -> None:
        await call.answered(within_s=ANSWER_S_MAX)
        self._say("customer", "is connected")
        await call.hears("welcome.main", within_s=WELCOME_S_MAX)
        self.findings.greeting = True
        await self._choose(call)
        if self.agent is None:
            await self._talk_with_somebody(call)
        else:
            leg = await self._pick_up(self.agent)
            tasks.create_task(self._narrate(leg, "agent"))
            await self._talk(call, leg)
        await self._judge(call)

    async def _choose(self, call: Outgoing) -> None:
        await call.hears("menu.main", within_s=MENU_S_MAX)
        self.findings.menu = True
        await self._press(call, self.plan.key)

    async def _press(self, call: Outgoing, keys: str) -> None:
        await asyncio.sleep(THINKS_S)
        if keys:
            call.press(keys)
            self._say("customer", f"presses {keys}")

    async def _pick_up(self, phone: Phone) -> Incoming:
        leg = await self._rung(phone)
        self.leg = leg
        self.findings.key = not self._heard("menu.invalid", "menu.noinput")
        self._say("agent", f"the phone rings, showing {leg.caller}")
        await asyncio.sleep(THINKS_S)
        await leg.answer()
        self.findings.agent = True
        self._say("agent", "answers")
        return leg

    async def _talk(self, call: Outgoing, leg: Incoming) -> None:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self.plan.talk_s
        await self._greeting(call)
        leg.say_tone(AGENT_HZ)
        await call.hears_tone(AGENT_HZ, within_s=TONE_S_MAX)
        self.findings.customer_heard_agent = True
        self._say("customer", "hears the agent")
        leg.say(b"")
        call.say_tone(CUSTOMER_HZ)
        await leg.hears_tone(CUSTOMER_HZ, within_s=TONE_S_MAX)
        self.findings.agent_heard_customer = True
        self._say("agent", "hears the customer")
        call.say(b"")
        await asyncio.sleep(max(0.0, until_s - loop.time()))
        leg.hang_up()
        self._say("agent", "hangs up")

    async def _talk_with_somebody(self, call: Outgoing) -> None:
        await self._greeting(call, within_s=CALL_S_MAX)
        self.findings.key = not self._heard("menu.invalid", "menu.noinput")
        self.findings.agent = True
        call.say_tone(CUSTOMER_HZ)
        self.findings.agent_heard_customer = True  # nobody here could say otherwise
        await call.hears_anything(within_s=CALL_S_MAX)
        self.findings.customer_heard_agent = True

    async def _greeting(self, call: Outgoing, *, within_s: float = GREETING_S_MAX) -> None:
        heard = await call.hears_which(
            lambda sound: sound.name.startswith(GREETINGS), "the greeting", within_s=within_s
        )

        def over() -> bool | None:
            last = call.ears.heard()[-1]
            return None if last.name == heard.name and last.is_playing else True

        await call.until(over, within_s=GREETING_LENGTH_S_MAX, what="the greeting's end")

    async def _judge(self, call: Outgoing) -> None:
        within_s = SURVEY_S_MAX if self.agent else CALL_S_MAX
        await call.hears_which(
            lambda sound: sound.name.startswith("survey.csat"), "the survey", within_s=within_s
        )
        call.say(b"")
        await self._press(call, self.plan.score)
        sentence = ""
        while not sentence.startswith("survey.thanks"):
            sentence = await self._what_follows(call, sentence)
        self.findings.survey = True
        await call.ended(within_s=GOODBYE_S_MAX)

    async def _what_follows(self, call: Outgoing, before: str) -> str:
        """The survey's sentence after that one, answered if it asks something."""
        heard = await call.hears_which(
            lambda sound: sound.name.startswith(AFTER_SCORE) and sound.name != before,
            "thanks",
            within_s=THANKS_S_MAX,
        )
        if heard.name == "survey.resolved":
            await self._press(call, self.plan.settled)
        elif heard.name == "survey.reason":
            await self._press(call, "#")
        return heard.name

    async def _rung(self, phone: Phone) -> Incoming:
        """The call that rings; the end of the customer's call ends the waiting too."""
        assert self.call is not None
        looks = int(RINGS_S_MAX / LOOK_S)
        for _ in range(looks):
            with suppress(OverdueError):
                return await phone.rings(within_s=LOOK_S)
            if self.call.ending is not None:
                break
        raise OverdueError(f"no agent's phone rang; {self.call.story()}")

    # ---- telling

    async def _narrate(self, call: Call, who: str) -> None:
        """Tells every sound as it is recognised, and the end."""
        told = 0

        def news() -> list[Heard] | None:
            return call.ears.heard()[told:] or ([] if call.ending else None)

        while True:
            fresh = await call.until(news, within_s=CALL_S_MAX, what="news")
            if not fresh:
                break
            for heard in fresh:
                told += 1
                label = "music" if heard.kind == "music" else heard.name
                self._say(who, "hears", prompt=label, at_s=heard.began_s)
        assert call.ending is not None
        self._say(who, f"is no longer connected (ended by {call.ending.by})")

    def _say(self, who: str, what: str, *, prompt: str = "", at_s: float | None = None) -> None:
        now_s = asyncio.get_running_loop().time() if at_s is None else at_s
        step = Step(at_s=max(0.0, now_s - self._began_s), who=who, what=what, prompt=prompt)
        self.steps.append(step)
        self.tell(step)

    def _heard(self, *names: str) -> bool:
        assert self.call is not None
        return any(heard.name in names for heard in self.call.ears.heard())

    def _put_down(self) -> None:
        for call in (self.call, self.leg):
            if call is not None and call.ending is None:
                call.hang_up()
