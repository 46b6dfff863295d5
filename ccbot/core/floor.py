"""The floor: all agents and calls, and the only code that changes them.

``apply`` takes one fact and the moment at which it happened, and returns what is to be done about
it. A fact that came too late (an answer after the caller had left, a second hang-up) is refused
with ``None``: late is normal. The same facts at the same moments always give the same floor.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ccbot.core import facts as f
from ccbot.core.acquaintance import Acquaintance
from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import Call, Offer, Stage
from ccbot.core.decisions import Decision, Propose
from ccbot.core.handing_on import next_target
from ccbot.core.handling import Handling
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.places import Places
from ccbot.core.routing import match, on_the_line, serves, standing
from ccbot.core.routing_document import Group, RoutingDocument
from ccbot.core.rules.agents import AgentRules
from ccbot.core.rules.callbacks import CallbackRules
from ccbot.core.rules.calls import CallRules
from ccbot.core.rules.choices import ChoiceRules
from ccbot.core.rules.customers import CustomerRules
from ccbot.core.rules.estimates import EstimateRules
from ccbot.core.rules.flags import FlagRules, measured
from ccbot.core.rules.offers import OfferRules
from ccbot.core.rules.publishing import PublishRules
from ccbot.core.rules.recordings import RecordingRules
from ccbot.core.rules.supervision import SupervisionRules
from ccbot.core.rules.taking_over import TakeOverRules
from ccbot.core.rules.talks import TalkRules
from ccbot.core.rules.transfers import TransferRules

Rule = Callable[[Any, datetime], list[Decision] | None]
"""Takes one kind of fact."""


class Floor:
    """Everybody who is here, and what they are doing."""

    def __init__(self, routing: RoutingDocument) -> None:
        self.routing = routing
        self.routing_version: int | None = None
        """None: nobody has told the floor yet which document it has; see ``RoutingPublished``."""
        self.gone_groups: dict[GroupKey, Group] = {}
        """Groups that are no longer in the document, for calls that were theirs."""
        self.agents: dict[AgentId, Agent] = {}
        self.calls: dict[CallId, Call] = {}
        self.offers: dict[OfferId, Offer] = {}
        self._latest = datetime.min.replace(tzinfo=UTC)
        """The latest moment of any fact: what became known late happened before it."""
        self.acquaintance = Acquaintance()
        self.places = Places()
        self.handling = Handling()
        self._rules = _rules(self)

    def apply(self, fact: f.AnyFact, now: datetime) -> list[Decision] | None:
        """Change the floor and say what is to be done; None if the fact came too late."""
        decisions = self._rules[type(fact)](fact, now)
        if decisions is None:
            return None
        self.handling.note(fact, self.agents, now)
        self._latest = max(self._latest, now)
        return [*decisions, *self.proposal(self._latest)]

    def proposal(self, now: datetime) -> list[Propose]:
        """The next offer, if one can be made; one at a time, since each changes who is free."""
        for handed_on in [one for one in self.calls.values() if one.transfer is not None]:
            if (target := next_target(self, handed_on, now)) is not None:
                return [Propose(handed_on.id, target.id)]
        found = match(self, now)
        if found is None:
            return []
        call, agents = found
        return [Propose(call.id, agents[0].id)]

    def group(self, key: GroupKey) -> Group:
        """The group of that key; one that is gone as it was, for a call that was its."""
        known = self.routing.groups.get(key) or self.gone_groups.get(key)
        return known or Group(name=key)

    def serving(self, group: str) -> list[Agent]:
        """The agents of a group who are signed in, built-in test phones left out."""
        return [
            agent
            for agent in self.agents.values()
            if group in agent.groups and agent.signed_in and not agent.test
        ]

    def waiting(self, group: str) -> list[Call]:
        """The calls in a group's queue, those being offered included."""
        return [
            call
            for call in self.calls.values()
            if call.group == group and call.stage in {Stage.WAITING, Stage.RINGING}
        ]

    def is_full(self, group: GroupKey) -> bool:
        """Whether its queue takes nobody more. Who is to be called back waits at no telephone."""
        callers = sum(not call.owed for call in self.waiting(group))
        return callers >= self.group(group).callers_max

    def ahead_of(self, call: Call, now: datetime) -> int:
        """How many calls of the same queue are to be served before this one."""
        assert call.group is not None
        mine = standing(self.routing, call, now)
        queue = self.waiting(call.group)
        before = (other for other in queue if standing(self.routing, other, now) < mine)
        return sum(not on_the_line(self, other) for other in before)

    def staffed_for(self, call: Call) -> bool:
        """Whether anybody who may serve this call is signed in."""
        return any(agent.signed_in and serves(call, agent) for agent in self.agents.values())

    def reachable_for(self, call: Call) -> bool:
        """Whether anybody who may serve this call is signed in with a phone that is there."""
        return any(agent.reachable and serves(call, agent) for agent in self.agents.values())

    def all_not_ready_for(self, call: Call) -> bool:
        """Whether those who may serve this call and can be reached are all not ready."""
        working = [one for one in self.agents.values() if one.reachable and serves(call, one)]
        return bool(working) and all(one.state is AgentState.PAUSED for one in working)


def _rules(floor: Floor) -> dict[type[f.Fact], Rule]:
    """What is done with each kind of fact."""
    return {
        **_of_agents_and_offers(floor),
        **_of_calls(floor),
        **_of_talks(floor),
        **_of_the_centre(floor),
    }


def _of_agents_and_offers(floor: Floor) -> dict[type[f.Fact], Rule]:
    agent_rules, offer_rules = AgentRules(floor), OfferRules(floor)
    return {
        f.AgentConfigured: agent_rules.configured,
        f.AgentTakenUp: agent_rules.taken_up,
        f.AgentRemoved: agent_rules.removed,
        f.AgentSignedIn: agent_rules.signed_in,
        f.AgentPaused: agent_rules.paused,
        f.AgentSignedOut: agent_rules.signed_out,
        f.MissHeard: agent_rules.miss_heard,
        f.RestEnded: agent_rules.rest_ended,
        f.WrapUpEnded: agent_rules.wrap_up_ended,
        f.WrapUpExtended: agent_rules.wrap_up_extended,
        f.PhoneChanged: agent_rules.phone_changed,
        f.OfferMade: offer_rules.made,
        f.OfferMissed: offer_rules.missed,
        f.OfferableAgain: offer_rules.offerable_again,
        f.OfferWithdrawn: offer_rules.withdrawn,
        f.OfferAccepted: offer_rules.accepted,
        f.OfferBridged: offer_rules.bridged,
        f.TalkStarted: offer_rules.talk_started,
    }


def _of_calls(floor: Floor) -> dict[type[f.Fact], Rule]:
    customer_rules, estimate_rules = CustomerRules(floor), EstimateRules(floor)
    call_rules, choice_rules = CallRules(floor), ChoiceRules(floor)
    callback_rules = CallbackRules(floor)
    return {
        f.CallEntered: call_rules.entered,
        f.CallTakenUp: call_rules.taken_up,
        f.CallTurnedAway: call_rules.turned_away,
        f.ClosedKeyChosen: call_rules.closed_key_chosen,
        f.MenuOpened: call_rules.menu_opened,
        f.LanguageChosen: call_rules.language_chosen,
        f.CustomerKnown: customer_rules.known,
        f.CallQueued: call_rules.queued,
        f.EstimateTold: estimate_rules.told,
        f.QueueLeft: call_rules.queue_left,
        f.GreetingPlayed: call_rules.noted,
        f.SurveyFinished: call_rules.noted,
        f.SurveyResolved: call_rules.noted,
        f.ReasonLeft: call_rules.noted,
        f.WaitingKeyPressed: choice_rules.key_pressed,
        f.CallbackAsked: callback_rules.asked,
        f.CallbackNotWanted: callback_rules.not_wanted,
        f.CallbackBooked: callback_rules.booked,
        f.CustomerReached: callback_rules.reached,
        f.CustomerNotReached: callback_rules.not_reached,
        f.CallbackPutOff: callback_rules.put_off,
        f.CallbackDue: callback_rules.due,
        f.CallbackGivenUp: callback_rules.given_up,
        f.VoicemailBegun: call_rules.voicemail_begun,
        f.MessageLeft: call_rules.noted,
        f.MessageNotTaken: call_rules.noted,
        f.CallEnded: call_rules.ended,
        f.EligibilityWidened: call_rules.widened,
    }


def _of_talks(floor: Floor) -> dict[type[f.Fact], Rule]:
    talk_rules, transfer_rules = TalkRules(floor), TransferRules(floor)
    supervision_rules, recording_rules = SupervisionRules(floor), RecordingRules(floor)
    return {
        f.CallFlagged: FlagRules(floor).flagged,
        f.LegMeasured: measured,
        f.TalkEnded: talk_rules.ended,
        f.CallHeld: talk_rules.held,
        f.CallResumed: talk_rules.resumed,
        f.TransferAsked: transfer_rules.asked,
        f.ConsultStarted: transfer_rules.consult_started,
        f.ConsultSwapped: transfer_rules.swapped,
        f.ConferenceStarted: transfer_rules.conference_started,
        f.ConsultEnded: transfer_rules.consult_ended,
        f.TransferFailed: transfer_rules.failed,
        f.TransferCompleted: transfer_rules.completed,
        f.SenderLeft: transfer_rules.sender_left,
        f.SupervisionBegan: supervision_rules.began,
        f.SupervisionTurned: supervision_rules.turned,
        f.SupervisionEnded: supervision_rules.ended,
        f.QueueReordered: supervision_rules.reordered,
        f.CallTakenOver: TakeOverRules(floor).taken_over,
        f.RecordingAnnounced: recording_rules.announced,
        f.RecordingBegun: recording_rules.begun,
        f.RecordingPaused: recording_rules.paused,
        f.RecordingResumed: recording_rules.resumed,
        f.RecordingFailed: recording_rules.failed,
    }


def _of_the_centre(floor: Floor) -> dict[type[f.Fact], Rule]:
    publish_rules = PublishRules(floor)
    return {
        f.QueueChanged: publish_rules.queue_changed,
        f.UserActed: publish_rules.acted,
        f.RoutingPublished: publish_rules.published,
        f.FloorSeen: publish_rules.seen,
    }
