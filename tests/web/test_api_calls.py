"""Calls by the API: of one's own groups, with masked numbers."""

from ccbot.core.facts import CallEnded, EndedBy, TalkEnded, UserActed
from ccbot.core.ids import CallId
from tests.core.story import routing
from tests.core.test_why import Written
from tests.store.journal import put
from tests.store.stories import whole_call
from tests.web.api_house import CUSTOMER, SERVICE, TECH, WANG, House


async def test_live_calls_are_those_of_ones_own_groups_and_masked(at_home: House) -> None:
    at_home.agent(WANG, SERVICE)
    at_home.talk(at_home.caller("call-1"))
    at_home.caller("call-2", TECH)
    told = (await at_home.get("supervisor", "/calls")).json
    (call,) = told["calls"]
    assert (call["call_id"], call["stage"], call["agent"], call["group"]) == (
        "call-1",
        "talk",
        "1001",
        "service",
    )
    assert (call["caller_masked"], told["total"]) == ("138****1234", 1)
    everything = await at_home.get("manager", "/calls")
    assert [one["call_id"] for one in everything.json["calls"]] == ["call-1", "call-2"]
    assert CUSTOMER not in str(everything)
    page = (await at_home.get("manager", "/calls?limit=1")).json
    assert ([one["call_id"] for one in page["calls"]], page["total"]) == (["call-1"], 2)
    of_tech = (await at_home.get("manager", "/calls?group=tech")).json
    assert [one["call_id"] for one in of_tech["calls"]] == ["call-2"]


async def test_a_call_of_another_group_is_nobodys_business(at_home: House) -> None:
    at_home.agent(WANG, SERVICE)
    at_home.caller("call-1")
    assert (await at_home.get("leader", "/calls/call-1")).status == 403
    assert (await at_home.get("leader", "/calls/call-1/why")).status == 403
    assert (await at_home.get("supervisor", "/calls/call-1")).json["live"]["stage"] == "ringing"


async def test_a_call_that_has_ended_is_its_row_of_the_log(at_home: House) -> None:
    await put(at_home.pool, whole_call("call-9"))
    status, told = await at_home.get("supervisor", "/calls/call-9")
    assert status == 200
    assert told["logged"]["outcome"] == "answered"
    assert [one["kind"] for one in told["segments"]][-2:] == ["talk", "survey"]
    assert CUSTOMER not in str(told)
    assert (await at_home.get("leader", "/calls/call-9")).status == 403


async def test_a_call_that_never_was_is_not_found(at_home: House) -> None:
    for call in ("call-7", "%00", "x" * 65, "a%2Fb"):
        assert (await at_home.get("manager", f"/calls/{call}")).status == 404


async def test_a_full_number_is_told_with_a_reason_that_is_audited(at_home: House) -> None:
    at_home.caller("call-1")
    assert (await at_home.post("supervisor", "/calls/call-1/number")).status == 422
    assert (await at_home.post("leader", "/calls/call-1/number", why="x")).status == 403
    assert (await at_home.post("admin", "/calls/call-1/number", why="x")).status == 403
    assert not any(isinstance(fact, UserActed) for fact in at_home.facts)
    status, told = await at_home.post("supervisor", "/calls/call-1/number", why="回电")
    assert (status, told) == (200, {"call_id": "call-1", "caller": CUSTOMER})
    assert at_home.facts[-1] == UserActed(
        user="supervisor", what="number.read", call=CallId("call-1"), why="回电"
    )


async def test_the_number_of_a_call_that_has_ended_is_told_likewise(at_home: House) -> None:
    await put(at_home.pool, whole_call("call-9"))
    assert (await at_home.post("leader", "/calls/call-9/number", why="x")).status == 403
    told = await at_home.post("manager", "/calls/call-9/number", why="回电")
    assert told.json["caller"] == CUSTOMER


async def test_a_number_that_was_withheld_is_told_by_nobody(at_home: House) -> None:
    at_home.caller("call-1", number="")
    told = await at_home.post("manager", "/calls/call-1/number", why="回电")
    assert (told.status, told.json["error"]) == (409, "withheld")


async def test_why_it_was_this_agent_is_told_as_at_the_command_line(at_home: House) -> None:
    story = Written(routing())
    story.agent("1001")
    call = story.caller("call-9", number=CUSTOMER)
    story.connect()
    story.post(TalkEnded(call=call, agent=WANG, by=EndedBy.AGENT))
    story.post(CallEnded(call=call, by=EndedBy.AGENT))
    await put(at_home.pool, story.journal)
    status, told = await at_home.get("supervisor", "/calls/call-9/why")
    assert status == 200
    moments = [(one["what"], one.get("agent")) for one in told["moments"]]
    assert ("offered", "1001") in moments
    assert CUSTOMER not in str(told)
    assert (await at_home.get("leader", "/calls/call-9/why")).status == 403


async def test_why_of_a_call_that_is_not_in_the_journal_is_to_be_asked_later(
    at_home: House,
) -> None:
    at_home.agent(WANG, SERVICE)
    at_home.caller("call-1")
    told = await at_home.get("manager", "/calls/call-1/why")
    assert (told.status, told.json["error"]) == (409, "not_told")
    assert (await at_home.get("manager", "/calls/call-7/why")).status == 404


async def test_a_fact_of_a_newer_ccbot_is_no_fault_of_ours(at_home: House) -> None:
    await put(at_home.pool, whole_call("call-9"))
    await at_home.pool.execute(
        "insert into facts (outbox_id, seq, at, call_id, fact) select outbox_id, max(seq) + 1,"
        " max(at), 'call-9', jsonb_build_object('fact', 'of_tomorrow') from facts group by 1"
    )
    told = await at_home.get("manager", "/calls/call-9/why")
    assert (told.status, told.json["error"]) == (409, "newer_journal")
