"""What is said in ``calls why`` of facts that are neither about queues nor about offers."""

from ccbot.core import facts as f
from ccbot.core.ids import AgentId


def chosen(fact: f.AnyFact) -> str | None:  # noqa: C901, PLR0911, PLR0912 - one case a fact
    """What she chose instead of waiting, and what became of it."""
    match fact:
        case f.QueueReordered():
            return _moved(fact)
        case f.WaitingKeyPressed(key=key):
            return f"she pressed {key}"
        case f.VoicemailBegun():
            return "she was asked for a message"
        case f.MessageLeft(duration_s=duration_s):
            return f"she left a message of {duration_s:.0f} s"
        case f.CallbackAsked():
            return "she was asked whether she wants to be called back"
        case f.CallbackNotWanted():
            return "she waits on in her place"
        case f.CallbackBooked(callback=callback):
            return f"she is to be called back, by {callback}"
        case f.CustomerReached():
            return "the customer was called, and answered"
        case f.CustomerNotReached(reason=reason):
            return f"the customer was called, and not reached: {reason.value.replace('_', ' ')}"
        case f.CallbackPutOff(until=until):
            return f"nobody is asked for her before {until:%Y-%m-%d %H:%M}"
        case f.CallbackGivenUp(served_in=str(talk)):
            return f"she called herself, and was served: {talk}"
        case f.CallbackGivenUp():
            return "she is not called any more"
        case _:
            return None


def _moved(fact: f.QueueReordered) -> str:
    where = "to the head of the queue" if fact.agent is None else f"to {fact.agent}"
    why = f": {fact.why}" if fact.why else ""
    return f"{fact.by or 'somebody'} put her {where}{why}"


def in_talk(  # noqa: PLR0911 - one case a fact
    fact: f.AnyFact,
) -> tuple[AgentId | None, str] | None:
    """What happened in the talk: who did it, and what he did."""
    match fact:
        case f.TransferAsked(agent=agent):
            return agent, _asked(fact)
        case f.ConsultEnded(agent=agent):
            return agent, "went back to her"
        case f.SenderLeft(agent=agent):
            return agent, "hung up before it was settled"
        case f.TransferCompleted(agent=agent):
            return agent, "has her"
        case f.CallTakenOver(supervisor=supervisor, agent=agent):
            return supervisor, f"took the talk over from {agent}"
        case f.TransferFailed(why=why):
            return None, f"it came to nothing: {_plain(why)}"
        case _:
            return _meanwhile(fact)


def _meanwhile(fact: f.AnyFact) -> tuple[AgentId | None, str] | None:
    match fact:
        case f.CallHeld(agent=agent):
            return agent, "put her on hold"
        case f.CallResumed(agent=agent):
            return agent, "is with her again"
        case f.ConsultStarted():
            return None, "the agents talk about her"
        case f.ConsultSwapped(with_customer=with_customer):
            whom = "her, and the colleague hears music" if with_customer else "the colleague again"
            return None, f"the sender talks with {whom}"
        case f.ConferenceStarted():
            return None, "all three talk"
        case _:
            return None


def _asked(asked: f.TransferAsked) -> str:
    talks_first = asked.kind is f.TransferKind.CONSULT
    wanted = "wanted to talk about her with" if talks_first else "wanted to hand her on to"
    why = f", since: {_plain(asked.reason)}" if asked.reason is not None else ""
    return f"{wanted} {asked.to_agent or asked.to_group}{why}"


def _plain(word: str) -> str:
    return word.replace("_", " ")
