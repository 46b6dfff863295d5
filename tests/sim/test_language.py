"""The language that a number chose is known the next time, and after a restart."""

from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimCaller
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.world import BILINGUAL_ENTRY

NUMBER = "13700005678"


async def chooses(world: SimWorld, key: str) -> SimCaller:
    """A customer who calls once more, and presses a key, or none."""
    caller = await world.caller(BILINGUAL_ENTRY, NUMBER)
    await world.passes(1)
    if key:
        caller.press(key)
    return caller


async def is_spoken_to(world: SimWorld, caller: SimCaller, language: str) -> None:
    await caller.hears("notice.recording", world.patience(12), language=language)
    caller.hang_up()
    await world.settled()


def languages_offered(caller: SimCaller) -> list[str]:
    """In which languages a language was offered."""
    return [
        sound.what.split("/")[-2]
        for moment in caller.ears.log
        for sound in moment.sounds
        if sound.prompt == "menu.language"
    ]


def test_who_chose_english_once_has_it_by_silence_and_is_offered_the_other_one() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            first = await chooses(world, "")
            await is_spoken_to(world, first, "zh")
            await is_spoken_to(world, await chooses(world, "2"), "en")
            again = await chooses(world, "")
            await is_spoken_to(world, again, "en")
            await is_spoken_to(world, await chooses(world, "1"), "zh")
            await is_spoken_to(world, await chooses(world, ""), "zh")

            assert languages_offered(first) == ["zh", "en"]
            assert languages_offered(again) == ["zh"]

    simulate(1, story)


def test_a_restart_forgets_no_language() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await is_spoken_to(world, await chooses(world, "2"), "en")
            async with world.ccbot_away():
                pass
            await is_spoken_to(world, await chooses(world, ""), "en")

    simulate(1, story)


def test_an_english_speaking_caller_is_greeted_and_asked_in_english() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1001")
            caller = await chooses(world, "2")
            await caller.hears("menu.main", world.patience(15), language="en")
            caller.press("1")
            await agent.rings(world.patience(1))
            await agent.answers()
            await caller.hears("greeting.1001.name", world.patience(1), language="en")
            await world.passes(6)
            await agent.hangs_up()
            await caller.hears("survey.csat3", world.patience(1), language="en")
            caller.press("1")
            await caller.hears("survey.thanks", world.patience(1), language="en")

    simulate(1, story)
