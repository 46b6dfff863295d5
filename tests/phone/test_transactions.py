"""Lost datagrams: what is sent again, and when it is given up."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ccbot.phone import CallFailedError, Credentials, Phone
from ccbot.phone.agent import UserAgent, response_to
from ccbot.phone.bell import Bell
from ccbot.phone.legs import Incoming
from ccbot.phone.message import Request, Response, parse
from ccbot.phone.transaction import Timers

FAST = Timers(t1_s=0.02, t2_s=0.08)

Datagram = Request | Response
Loses = Callable[[Datagram], bool]


class LossyPhone(Phone):
    """A phone whose outgoing datagrams may get lost."""

    def __init__(self, loses: Loses, **more: Any) -> None:
        super().__init__(timers=FAST, **more)
        self.sent: list[str] = []
        wire = self._agent.wire
        really_send = wire.send

        def send(datagram: bytes, to: tuple[str, int]) -> None:
            message = parse(datagram)
            self.sent.append(message.method if isinstance(message, Request) else _name(message))
            if not loses(message):
                really_send(datagram, to)

        wire.send = send  # type: ignore[method-assign]


def _name(response: Response) -> str:
    return f"{response.status} {response.cseq_method}"


def nothing(_: Datagram) -> bool:
    return False


def first(count: int, name: str) -> Loses:
    """Loses the first ``count`` datagrams of this name."""
    left = [count]

    def loses(message: Datagram) -> bool:
        called = message.method if isinstance(message, Request) else _name(message)
        if called != name or not left[0]:
            return False
        left[0] -= 1
        return True

    return loses


def uri(phone: Phone) -> str:
    return "sip:1001@{}:{}".format(*phone.address)


async def talk(caller: LossyPhone, called: LossyPhone) -> None:
    """A whole call, whatever is lost; both sides must come to the same end."""
    call = await caller.dial(uri(called))
    incoming = await called.rings(within_s=2)
    await incoming.answer()
    await call.answered(within_s=2)
    await incoming.until(lambda: incoming.is_acknowledged or None, within_s=2, what="the ACK")
    call.hang_up()
    await incoming.ended(within_s=2)
    await caller._agent.quiet(within_s=2)


@pytest.mark.parametrize("lost", ["INVITE", "ACK", "BYE"])
async def test_a_lost_request_of_the_caller_is_sent_again(lost: str) -> None:
    async with LossyPhone(first(2, lost)) as caller, LossyPhone(nothing) as called:
        await talk(caller, called)
        assert caller.sent.count(lost) >= 3


@pytest.mark.parametrize("lost", ["200 INVITE", "200 BYE"])
async def test_a_lost_answer_is_sent_again(lost: str) -> None:
    async with LossyPhone(nothing) as caller, LossyPhone(first(2, lost)) as called:
        await talk(caller, called)
        assert called.sent.count(lost) >= 2


async def test_a_call_survives_when_every_third_datagram_is_lost() -> None:
    def every_third() -> Loses:
        count = [0]

        def loses(_: Datagram) -> bool:
            count[0] += 1
            return count[0] % 3 == 0

        return loses

    async with LossyPhone(every_third()) as caller, LossyPhone(every_third()) as called:
        await talk(caller, called)


async def test_a_lost_cancel_is_sent_again() -> None:
    async with LossyPhone(first(2, "CANCEL")) as caller, LossyPhone(nothing) as called:
        call = await caller.dial(uri(called))
        incoming = await called.rings(within_s=2)
        await call.ringing(within_s=2)
        call.hang_up()
        await incoming.cancelled(within_s=2)
        assert (await call.ended(within_s=2)).status == 487


async def test_no_cancel_goes_out_before_the_other_side_has_said_anything() -> None:
    async with LossyPhone(first(2, "INVITE")) as caller, LossyPhone(nothing) as called:
        call = await caller.dial(uri(called))
        call.hang_up()
        assert (await call.ended(within_s=2)).status == 487
        assert caller.sent[:3] == ["INVITE"] * 3


async def test_a_refusal_is_sent_until_it_is_acknowledged() -> None:
    async with LossyPhone(first(1, "ACK")) as caller, LossyPhone(nothing) as called:
        call = await caller.dial(uri(called))
        incoming = await called.rings(within_s=2)
        await incoming.decline(486)
        assert (await call.ended(within_s=2)).status == 486
        await incoming.until(lambda: incoming.is_acknowledged or None, within_s=2, what="the ACK")
        assert called.sent.count("486 INVITE") >= 2


async def test_nobody_there_ends_the_call_with_408_after_the_limit() -> None:
    async with LossyPhone(lambda _: True) as caller:
        call = await caller.dial("sip:1001@127.0.0.1:9")
        with pytest.raises(CallFailedError) as failed:
            await call.answered(within_s=FAST.give_up_s + 1)
        assert failed.value.ending.status == 408
        assert 6 <= caller.sent.count("INVITE") <= 8  # RFC 3261 §17.1.1.2: doubling up to 64 T1


async def test_an_answer_that_nobody_acknowledges_ends_the_call() -> None:
    async with LossyPhone(first(10_000, "ACK")) as caller, LossyPhone(nothing) as called:
        await caller.dial(uri(called))
        incoming = await called.rings(within_s=2)
        await incoming.answer()
        assert (await incoming.ended(within_s=FAST.give_up_s + 1)).by == "us"
        assert "BYE" in called.sent


async def test_a_copy_of_the_invite_does_not_ring_twice() -> None:
    async with LossyPhone(nothing) as caller, LossyPhone(first(1, "180 INVITE")) as called:
        call = await caller.dial(uri(called))
        await called.rings(within_s=2)
        await call.ringing(within_s=2)
        assert len(called.calls) == 1


class Registrar:
    """Answers REGISTER: a challenge, then whatever its script says."""

    def __init__(self, *scripted: tuple[int, str]) -> None:
        self.asked: list[Request] = []
        self.bell = Bell()
        self._scripted = list(scripted)

    def received(self, server: Any) -> None:
        request: Request = server.request
        self.asked.append(request)
        self.bell.ring()
        status, header = self._scripted.pop(0) if self._scripted else (200, "")
        more = [("WWW-Authenticate", header)] if header else []
        if status == 200:
            more = [("Contact", f"{request.get('Contact')};expires=1")]
        server.respond(response_to(request, status, *more, tag="r"))

    def cancelled(self, invite: Any, cancel: Any) -> None:
        raise AssertionError


CHALLENGE = (401, 'Digest realm="ccbot", nonce="one"')
STALE = (401, 'Digest realm="ccbot", nonce="two", stale=true')


async def registrar(*scripted: tuple[int, str]) -> tuple[Registrar, UserAgent]:
    handler = Registrar(*scripted)
    agent = UserAgent(handler, FAST)
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: agent, local_addr=("127.0.0.1", 0)
    )
    return handler, agent


def known_phone() -> Phone:
    return Phone(credentials=Credentials(user="p-1001", password="secret"), timers=FAST)


async def test_a_nonce_that_grew_stale_is_answered_with_the_new_one() -> None:
    handler, agent = await registrar(CHALLENGE, STALE)
    async with known_phone() as phone:
        await phone.register(agent.address)
        assert [r.get("Authorization").count('nonce="two"') for r in handler.asked] == [0, 0, 1]
    agent.wire.close()


async def test_a_registration_is_refreshed_before_it_ends() -> None:
    handler, agent = await registrar()
    async with known_phone() as phone:
        await phone.register(agent.address)
        await handler.bell.until(
            lambda: len(handler.asked) > 1 or None, within_s=3, what=lambda: "a refresh"
        )
        assert phone.is_registered
        assert handler.asked[0].call_id == handler.asked[1].call_id
    agent.wire.close()


async def test_a_phone_that_is_put_away_takes_its_registration_back() -> None:
    handler, agent = await registrar()
    async with known_phone() as phone:
        await phone.register(agent.address)
    assert handler.asked[-1].get("Expires") == "0"
    agent.wire.close()


async def test_the_sound_moves_with_a_new_invite_inside_the_call() -> None:
    async with Phone() as caller, Phone() as called:
        call = await caller.dial(uri(called))
        incoming: Incoming = await called.rings(within_s=2)
        await incoming.answer()
        await call.answered(within_s=2)
        body = call._description(direction="sendonly")
        answers: list[Response | None] = []
        request = call.dialog.request(
            "INVITE", caller._agent, ("Content-Type", "application/sdp"), body=body
        )
        caller._agent.send(request, call.dialog.next_hop(), answers.append)
        await caller._agent.quiet(within_s=2)
        assert answers[-1] is not None
        assert answers[-1].status == 200
        assert b"a=recvonly" in answers[-1].body
