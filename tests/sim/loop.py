"""A loop with a virtual clock: a day passes in a second, and one seed always gives one story.

``SimLoop`` never waits: when every task waits, the clock jumps to the next timer. If there is no
timer either, nothing can ever happen again: that is a ``DeadlockError``. Tasks hash by the order of
their birth, since a ``TaskGroup`` keeps its children in a set and cancels them in that set's order.
"""

import asyncio
import random
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, TypeVar

EPOCH = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""When every simulated day begins."""

STEPS_AT_ONE_MOMENT_MAX = 100_000
"""More turns of the loop than that without time passing: somebody spins."""

T = TypeVar("T")


class DeadlockError(AssertionError):
    """Every task waits and no timer is set: nothing will ever happen again."""


class SpinError(AssertionError):
    """Tasks run and run, and no time passes."""


class SimLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is made, not measured. Sockets and threads are refused."""

    def __init__(self) -> None:
        self._sim_now_s = 0.0
        self._births = 0
        super().__init__(_JumpingSelector(self))
        self.set_task_factory(_OrderedTask.born)  # type: ignore[arg-type]

    def time(self) -> float:
        """Seconds since the simulated day began."""
        return self._sim_now_s

    def jump(self, seconds: float) -> None:
        """Let time pass at once. Timers' moments are met exactly, without rounding drift."""
        timers: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        due = timers[0].when() if timers else self._sim_now_s
        self._sim_now_s = max(self._sim_now_s, min(due, self._sim_now_s + seconds + 1e-6))

    def next_birth(self) -> int:
        """The number of the next task."""
        self._births += 1
        return self._births

    def pending_timers(self) -> list[asyncio.TimerHandle]:
        """The timers that are set."""
        timers: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        return [timer for timer in timers if not timer.cancelled()]

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise AssertionError("no sockets and no threads in the simulation")

    create_connection = _refuse
    create_server = _refuse
    create_datagram_endpoint = _refuse
    create_unix_connection = _refuse
    sock_connect = _refuse
    run_in_executor = _refuse


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting it lets the loop's clock jump."""

    def __init__(self, loop: SimLoop) -> None:
        super().__init__()
        self._loop = loop
        self._steps = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise DeadlockError(f"every task waits and no timer is set: {_waiting(self._loop)}")
        if timeout > 0:
            self._steps = 0
            self._loop.jump(timeout)
        self._steps += 1
        if self._steps > STEPS_AT_ONE_MOMENT_MAX:
            self._steps = 0
            raise SpinError(f"time stands still at {self._loop.time()} s: {_waiting(self._loop)}")
        return []


def _waiting(loop: asyncio.AbstractEventLoop) -> str:
    tasks = sorted(asyncio.all_tasks(loop), key=hash)
    return ", ".join(f"{task.get_name()} in {_place(task)}" for task in tasks)


def _place(task: "asyncio.Task[Any]") -> str:
    frames = task.get_stack()
    return " < ".join(f"{frame.f_code.co_name}:{frame.f_lineno}" for frame in frames[-3:])


class _OrderedTask(asyncio.Task[T]):
    """A task that hashes by the order of its birth."""

    def __init__(
        self,
        coro: Coroutine[Any, Any, T],
        *,
        loop: SimLoop,
        name: str | None = None,
        context: Context | None = None,
    ) -> None:
        self._birth = loop.next_birth()  # before the base class puts us into a set
        super().__init__(coro, loop=loop, name=name, context=context)

    @staticmethod
    def born(
        loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, T], **more: Any
    ) -> "asyncio.Task[T]":
        assert isinstance(loop, SimLoop)
        return _OrderedTask(coro, loop=loop, **more)

    def __hash__(self) -> int:
        return self._birth

    def __eq__(self, other: object) -> bool:
        return self is other


class SimClock:
    """The loop's time as a time of day."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        """The present moment of the simulated day, to the microsecond."""
        return EPOCH + timedelta(microseconds=round(self._loop.time() * 1_000_000))


class SimIds:
    """Ids that count, so that they are the same in every run, and sort by time."""

    def __init__(self) -> None:
        self._count = 0

    def new(self, kind: str) -> str:
        """A fresh id."""
        self._count += 1
        return f"{kind}-{self._count:06d}"


@dataclass(frozen=True, slots=True)
class Sim:
    """What a simulation is made of, all of it from one seed."""

    seed: int
    loop: SimLoop
    clock: SimClock
    ids: SimIds
    rng: random.Random

    def chance(self, purpose: str) -> random.Random:
        """Chance of its own for one purpose: using it more does not change the others'."""
        return random.Random(f"{self.seed} {purpose}")


def simulate(seed: int, story: Callable[[Sim], Awaitable[T]]) -> T:
    """Run a story on a virtual clock; a failure names the seed that repeats it."""

    async def begin() -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimLoop)
        sim = Sim(seed, loop, SimClock(loop), SimIds(), random.Random(seed))
        return await story(sim)

    with asyncio.Runner(loop_factory=SimLoop) as runner:
        try:
            return runner.run(begin())
        except BaseException as problem:  # noqa: BLE001 - raised again
            cause = _only_one_in(problem)
            cause.add_note(f"the seed was {seed}")
            raise cause from None


def _only_one_in(problem: BaseException) -> BaseException:
    """A group of one is that one."""
    while isinstance(problem, BaseExceptionGroup) and len(problem.exceptions) == 1:
        problem = problem.exceptions[0]
    return problem
