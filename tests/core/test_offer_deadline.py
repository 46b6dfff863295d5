"""The deadlines between an agent's answer and the talk."""

from ccbot.core.rules.offers import BRIDGE_S_MAX
from ccbot.flows.pick_up import WHISPER_S_MAX
from ccbot.pbx.room import ENTER_S_MAX


def test_a_whisper_and_a_slow_room_fit_between_answer_and_talk() -> None:
    assert WHISPER_S_MAX + ENTER_S_MAX < BRIDGE_S_MAX
