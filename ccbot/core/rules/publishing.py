"""What becomes of live calls when another routing document is published: the stated rule.

- A caller who waits goes on in her place under the new rules; her limit of waiting and her
  patience, counted from the same beginnings, are those of the new document.
- If her group is gone, she waits in the group of last resort of her entry (its menu's
  ``default_group``, else its ``group``), with all the time that she has waited. If nobody who
  serves that one is signed in, she is told so (``GaveUp.GROUP_GONE``).
- A phone that rings rings on, a talk and a transfer go on, all under the rules with which they
  began; after an offer in vain the caller waits by the new ones.
- A caller whose entry is gone stands at the default entry. Menus are the new ones from the next
  sentence on: see ``flows.menu``.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import Call, Stage
from ccbot.core.decisions import Decision, Forget, Post, WakeAt, after
from ccbot.core.ids import GroupKey
from ccbot.core.routing import next_moment
from ccbot.core.routing_document import Group
from ccbot.core.rules.owed import looked_after
from ccbot.core.rules.patience import patience_anew
from ccbot.core.timers import wait_timer, widening_timer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None


class PublishRules:
    """The facts ``RoutingPublished`` and ``QueueChanged``."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def published(self, fact: f.RoutingPublished, now: datetime) -> Result:
        floor = self._floor
        if (fact.version, fact.document) == (floor.routing_version, floor.routing):
            return None
        floor.gone_groups = self._still_asked_for(fact)
        floor.routing, floor.routing_version = fact.document, fact.version
        decisions: list[Decision] = []
        for call in floor.calls.values():
            if call.entry not in fact.document.entries:
                call.entry = fact.document.default_entry
            if call.stage in {Stage.WAITING, Stage.RINGING}:
                decisions += self._anew(call, now)
        return decisions

    def _still_asked_for(self, fact: f.RoutingPublished) -> dict[GroupKey, Group]:
        """Groups that are gone, as they were, for calls that are still theirs."""
        floor = self._floor
        theirs = {call.group for call in floor.calls.values() if call.group is not None}
        transfers = [one.transfer for one in floor.calls.values() if one.transfer is not None]
        theirs |= {one.to_group for one in transfers if one.to_group is not None}
        return {key: floor.group(key) for key in theirs if key not in fact.document.groups}

    def _anew(self, call: Call, now: datetime) -> list[Decision]:
        if call.stage is Stage.RINGING:
            return [] if call.group in self._floor.gone_groups else limit(self._floor, call, now)
        if call.group in self._floor.gone_groups:
            return elsewhere(self._floor, call)
        return waits_on(self._floor, call, now)

    def seen(self, fact: f.FloorSeen, now: datetime) -> Result:
        """For replays: here, everybody stands so already."""
        return []

    def acted(self, fact: f.UserActed, now: datetime) -> Result:
        """Told for the audit trail alone."""
        return []

    def queue_changed(self, fact: f.QueueChanged, now: datetime) -> Result:
        floor, call = self._floor, self._floor.calls.get(fact.call)
        if call is None or call.stage is not Stage.WAITING or call.group == fact.group:
            return None
        if fact.group not in floor.routing.groups:
            return None
        call.group = fact.group
        call.unreachable_since = call.not_ready_since = None
        call.been_in.append(fact.group)
        if not call.owed and not floor.staffed_for(call):
            published = fact.by is f.GroupChosenBy.PUBLISHED
            reason = f.GaveUp.GROUP_GONE if published else f.GaveUp.NO_AGENTS
            return [Post(f.QueueLeft(call=call.id, reason=reason))]
        return waits_on(floor, call, now)


def waits_on(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """By the rules of her group as they are now; whoever waited too long for them is told so."""
    assert call.group is not None
    assert call.waiting_since is not None
    if call.owed:
        return limit(floor, call, now)
    if now >= after(call.waiting_since, floor.group(call.group).wait_s_max):
        return [Post(f.QueueLeft(call=call.id, reason=f.GaveUp.WAITED_TOO_LONG))]
    return [*limit(floor, call, now), *patience_anew(floor, call, now)]


def elsewhere(floor: "Floor", call: Call) -> list[Decision]:
    """Her group is gone: she goes on waiting in the group of last resort of her entry."""
    group = GroupKey(floor.routing.last_resort(call.entry))
    by = f.GroupChosenBy.PUBLISHED
    return [Post(f.QueueChanged(call=call.id, group=group, by=by))]


def limit(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """The timers of her longest wait, and of the next moment that helps her."""
    if call.owed:
        return [*looked_after(floor, call, now), *widening(floor, call, now)]
    assert call.group is not None
    assert call.waiting_since is not None
    too_long = f.QueueLeft(call=call.id, reason=f.GaveUp.WAITED_TOO_LONG)
    until = after(call.waiting_since, floor.group(call.group).wait_s_max)
    return [WakeAt(wait_timer(call.id), until, too_long), *widening(floor, call, now)]


def widening(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """The timer of the next moment at which more agents may be asked for her."""
    moment = next_moment(floor, call, now)
    if moment is None:
        return [Forget(widening_timer(call.id))]
    return [WakeAt(widening_timer(call.id), moment, f.EligibilityWidened(call=call.id))]
