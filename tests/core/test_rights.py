"""The table of rights: each role, each right, and where it holds."""

from datetime import UTC, datetime

import pytest

from ccbot.core.agents import Agent
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import Role
from ccbot.core.rights import RIGHTS, Holder, Right, Scope, holder_of

SERVICE, TECH = GroupKey("service"), GroupKey("tech")
WANG = AgentId("1001")


def holder(role: Role) -> Holder:
    return Holder(role=role, groups=(SERVICE,), agent=WANG)


def test_every_right_is_in_the_table() -> None:
    assert set(RIGHTS) == set(Right)


@pytest.mark.parametrize("role", [Role.LEADER, Role.SUPERVISOR])
def test_leaders_and_supervisors_hold_their_rights_in_their_own_groups(role: Role) -> None:
    own = holder(role)
    assert own.may(Right.LISTEN, groups=[TECH, SERVICE])
    assert not own.may(Right.LISTEN, groups=[TECH])
    assert not own.may(Right.LISTEN, groups=[None])
    assert not own.may(Right.LISTEN)


def test_whoever_has_a_phone_may_for_himself_what_any_agent_may() -> None:
    leader = holder(Role.LEADER)
    assert leader.may(Right.AGENTS_STEER, groups=[TECH], agent=WANG)
    assert leader.may(Right.CALLS_STEER, groups=[TECH], agent=WANG)
    assert not leader.may(Right.CALLS_STEER, groups=[TECH], agent=AgentId("1002"))
    assert not leader.may(Right.LISTEN, groups=[TECH], agent=WANG)
    assert not holder(Role.SUPERVISOR).may(Right.NUMBERS_READ, groups=[TECH], agent=WANG)
    assert not Holder(role=Role.LEADER).may(Right.CALLS_STEER, groups=[TECH])


def test_a_managers_rights_hold_everywhere() -> None:
    assert Holder(role=Role.MANAGER).may(Right.CALLS_READ, groups=[TECH])
    assert Holder(role=Role.MANAGER).may(Right.CALLS_READ, groups=[None])


def test_an_agent_holds_his_rights_for_himself() -> None:
    agent = holder(Role.AGENT)
    assert agent.may(Right.CALLS_STEER, groups=[TECH], agent=WANG)
    assert not agent.may(Right.CALLS_STEER, groups=[SERVICE], agent=AgentId("1002"))
    assert not agent.may(Right.CALLS_STEER, groups=[SERVICE])
    assert not Holder(role=Role.AGENT).may(Right.CALLS_STEER)
    assert not agent.may(Right.LISTEN, groups=[SERVICE], agent=WANG)


def test_an_admin_learns_nothing_of_customers_and_steers_nobody() -> None:
    held = {right for right in Right if holder(Role.ADMIN).scope(right)}
    assert held == {
        Right.OWN_READ,
        Right.AGENTS_READ,
        Right.ROUTING_READ,
        Right.ROUTING_PUBLISH,
        Right.AUDIT_READ,
    }


def test_full_numbers_are_for_supervisors_and_managers() -> None:
    roles = {role for role in Role if holder(role).may(Right.NUMBERS_READ, groups=[SERVICE])}
    assert roles == {Role.SUPERVISOR, Role.MANAGER}


def test_nobody_has_a_right_of_groups_without_leading_one() -> None:
    for right, by_role in RIGHTS.items():
        for role, scope in by_role.items():
            if scope is Scope.GROUPS:
                assert not Holder(role=role).may(right, groups=[SERVICE])


def test_a_phone_on_the_floor_has_the_rights_of_its_user() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    leader = Agent(
        id=WANG, name="王芳", groups=(TECH,), role=Role.LEADER, leads=(SERVICE,), idle_since=now
    )
    assert holder_of(leader) == Holder(role=Role.LEADER, groups=(SERVICE,), agent=WANG)
