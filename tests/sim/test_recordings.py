"""When Asterisk cannot record, everybody is told so, and what else was given is kept."""

import io
import wave

from ccbot.core.ids import AgentId
from ccbot.pbx.record import length_s
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.steps import GUARD_S, at_the_beep
from tests.world.world import SURVEY_ENTRIES


def test_customer_whose_word_could_not_be_recorded_is_told_so() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            world.asterisk.recorder_broken = True
            agent = await world.agent("1901", ("survey3",))
            caller = await world.caller(SURVEY_ENTRIES[3])
            await agent.rings(3)
            await agent.answers()
            await caller.hears("greet.neutral", 1)
            await world.passes(GUARD_S)
            await agent.hangs_up()
            await caller.hears("survey.csat3", 1)
            caller.press("3")
            await caller.hears("survey.resolved", 1)
            caller.press("1")
            await caller.hears("survey.reason", 1)
            await caller.hears("vm.failed", 10)
            await caller.hears("survey.thanks_low", 8)
            await caller.is_let_go(8)

            row = await world.row(caller)

            assert (row.survey_score, row.survey_resolved) == (1, True)
            task = await world.follow_up(caller)
            assert task is not None
            assert task.recorded_s is None

    simulate(1, story)


def test_agent_whose_greeting_could_not_be_recorded_is_told_so() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            world.asterisk.recorder_broken = True
            agent = await world.agent("1901")
            await agent.starts("*76")
            await agent.hears("agent.recorder_failed", 10)
            await agent.is_let_go(5)

            assert world.own_greeting_s("1901") is None

    simulate(1, story)


def test_recorder_takes_a_minute_at_most() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901", ("survey3",))
            caller = await world.caller(SURVEY_ENTRIES[3])
            await agent.rings(3)
            await agent.answers()
            await caller.hears("greet.neutral", 1)
            await world.passes(GUARD_S)
            await agent.hangs_up()
            await caller.hears("survey.csat3", 1)
            caller.press("3")
            await caller.hears("survey.resolved", 1)
            caller.press("1")
            await caller.hears("survey.reason", 1)
            caller.says(600)
            await caller.hears("survey.thanks_low", 75)
            await caller.is_let_go(8)

            task = await world.follow_up(caller)
            assert task is not None
            assert task.recorded_s is not None
            assert 60 <= task.recorded_s < 61

    simulate(1, story)


def test_recordings_of_greetings_do_not_pile_up() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            await agent.starts("*76")
            await agent.hears("agent.greeting_record", 1)
            await agent.hears("agent.greeting_bad", 10)  # not a word
            await agent.hears("agent.greeting_record", 5)
            await world.passes(6)
            agent.says(2)
            await agent.hears_himself(6)
            assert world.asterisk.stored
            await agent.hangs_up()
            await world.settled()

            assert not world.asterisk.stored
            assert AgentId("1901") not in world.greetings.kept

    simulate(1, story)


def test_message_that_was_being_spoken_as_ccbot_and_asterisk_died_is_kept() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await at_the_beep(world)
            caller.says(10)
            await world.passes(4)
            async with world.ccbot_away():
                world.asterisk.restart()
            await world.calms_down()

            row = await world.row(caller)
            assert (row.outcome, row.hung_up_by) == ("voicemail", "system")
            task = await world.follow_up(caller)
            assert task is not None
            assert task.recorded_s is not None
            assert 3 < task.recorded_s < 6

    simulate(1, story)


def test_recording_whose_header_was_not_finished_lasts_as_long_as_its_sound() -> None:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\0" * 12_000)
    cut_off = bytearray(whole.getvalue())
    cut_off[40:44] = bytes(4)

    assert length_s(whole.getvalue()) == length_s(bytes(cut_off)) == 1.5
