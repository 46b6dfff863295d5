"""The one table of rights: what each role may do, and where (制度 2-5 to 2-9, 1-9.6).

Every route of the API and every supervisor's code names a right; a right that is not in the table
is nobody's. Leaders and supervisors hold theirs in the groups that they lead, whoever takes calls
for himself. An admin tunes the centre, and learns nothing of customers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ccbot.core.agents import Agent
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import Role


class Right(StrEnum):
    """What somebody may do."""

    OWN_READ = "own.read"
    """Learn who he is here, and what he may do."""
    CALLS_READ = "calls.read"
    """Live calls and the call log, with masked numbers, and why it was this agent."""
    CALLS_STEER = "calls.steer"
    """Hold and transfers in place of the agent who talks."""
    NUMBERS_READ = "numbers.read"
    """Customers' full numbers."""
    AGENTS_READ = "agents.read"
    AGENTS_STEER = "agents.steer"
    """Make an agent ready or not ready, or sign him out."""
    QUEUE_STEER = "queue.steer"
    """Put a waiting call to the front, or to an agent."""
    LISTEN = "supervise.listen"
    WHISPER = "supervise.whisper"
    BARGE = "supervise.barge"
    TAKE_OVER = "supervise.take_over"
    RECORDINGS_READ = "recordings.read"
    """Which recordings there are."""
    RECORDINGS_PLAY = "recordings.play"
    """Hear them; they leave the centre with whoever may."""
    REPORTS_READ = "reports.read"
    ROUTING_READ = "routing.read"
    ROUTING_PUBLISH = "routing.publish"
    AUDIT_READ = "audit.read"


class Scope(StrEnum):
    """Where a right holds."""

    OWN = "own"
    """For himself alone."""
    GROUPS = "groups"
    """In the groups that he leads; for himself, too, what any agent may for himself."""
    ALL = "all"


_R, _A = Role, Scope
_LED = {_R.LEADER: _A.GROUPS, _R.SUPERVISOR: _A.GROUPS, _R.MANAGER: _A.ALL}
_HIGHER = {_R.SUPERVISOR: _A.GROUPS, _R.MANAGER: _A.ALL}
_EVERYBODY = dict.fromkeys(Role, _A.ALL)

RIGHTS: dict[Right, dict[Role, Scope]] = {
    Right.OWN_READ: _EVERYBODY,
    Right.CALLS_READ: {**_LED, _R.AGENT: _A.OWN},
    Right.CALLS_STEER: {**_LED, _R.AGENT: _A.OWN},
    Right.NUMBERS_READ: _HIGHER,
    Right.AGENTS_READ: {**_LED, _R.ADMIN: _A.ALL, _R.AGENT: _A.OWN},
    Right.AGENTS_STEER: {**_LED, _R.AGENT: _A.OWN},
    Right.QUEUE_STEER: _LED,
    Right.LISTEN: _LED,
    Right.WHISPER: _LED,
    Right.BARGE: _LED,
    Right.TAKE_OVER: _LED,
    Right.RECORDINGS_READ: _LED,
    Right.RECORDINGS_PLAY: _LED,
    Right.REPORTS_READ: _LED,
    Right.ROUTING_READ: {
        _R.LEADER: _A.ALL,
        _R.SUPERVISOR: _A.ALL,
        _R.MANAGER: _A.ALL,
        _R.ADMIN: _A.ALL,
    },
    Right.ROUTING_PUBLISH: {_R.MANAGER: _A.ALL, _R.ADMIN: _A.ALL},
    Right.AUDIT_READ: {_R.MANAGER: _A.ALL, _R.ADMIN: _A.ALL},
}
"""The whole truth about rights. What is missing is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who asks: the role, where it holds, and the agent who he is on the floor."""

    role: Role
    groups: tuple[GroupKey, ...] = ()
    agent: AgentId | None = None

    def scope(self, right: Right) -> Scope | None:
        """Where he has this right; None: nowhere."""
        return RIGHTS.get(right, {}).get(self.role)

    def may(
        self,
        right: Right,
        *,
        groups: Iterable[GroupKey | None] = (),
        agent: AgentId | None = None,
    ) -> bool:
        """Whether he may do it to what belongs to these groups, or to this agent himself.

        What belongs to no group is only for those who have the right everywhere.
        """
        match self.scope(right):
            case Scope.ALL:
                return True
            case Scope.GROUPS:
                as_agent = RIGHTS[right].get(Role.AGENT) is Scope.OWN and self._is_he(agent)
                return as_agent or any(group in self.groups for group in groups)
            case Scope.OWN:
                return self._is_he(agent)
            case None:
                return False

    def _is_he(self, agent: AgentId | None) -> bool:
        return agent is not None and agent == self.agent


def holder_of(agent: Agent) -> Holder:
    """The rights that go with a phone on the floor."""
    return Holder(role=agent.role, groups=agent.leads, agent=agent.id)
