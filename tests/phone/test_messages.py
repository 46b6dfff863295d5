"""Messages, digest, descriptions: the examples of the RFCs and what phones really send."""

import pytest

from ccbot.phone import Credentials, sdp
from ccbot.phone.agent import authenticate, response_to
from ccbot.phone.digest import Challenge, DigestError, authorization, choose, parse_challenge
from ccbot.phone.message import (
    MessageError,
    Request,
    Response,
    address_of,
    parameter,
    parse,
    uri_of,
    user_of,
)

# RFC 3261 §24.2, F1 with the Content-Length of its (empty) body here
INVITE = (
    b"INVITE sip:bob@biloxi.com SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8\r\n"
    b"Max-Forwards: 70\r\n"
    b'To: "Bob, the \\"other\\"" <sip:bob@biloxi.com>\r\n'
    b"From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n"
    b"Call-ID: a84b4c76e66710\r\n"
    b"CSeq: 314159 INVITE\r\n"
    b"Contact: <sip:alice@pc33.atlanta.com>\r\n"
    b"Content-Length: 0\r\n\r\n"
)
WHO = Credentials(user="Mufasa", password="Circle Of Life")


def test_an_invite_is_read() -> None:
    message = parse(INVITE)
    assert isinstance(message, Request)
    assert (message.method, message.uri) == ("INVITE", "sip:bob@biloxi.com")
    assert (message.cseq, message.cseq_method) == (314159, "INVITE")
    assert message.branch == "z9hG4bKnashds8"
    assert parameter(message.get("From"), "tag") == "1928301774"
    assert uri_of(message.get("To")) == "sip:bob@biloxi.com"


def test_what_is_written_is_read_as_the_same() -> None:
    message = parse(INVITE)
    assert parse(message.encode()) == message


def test_compact_names_folded_lines_and_lists_are_understood() -> None:
    text = (
        b"SIP/2.0 200 OK\r\n"
        b"v: SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b\r\n ;branch=2\r\n"
        b"f: <sip:a@b>;tag=x\r\nt: <sip:c@d>\r\ni: 77\r\nCSeq: 1 OPTIONS\r\n"
        b'm: "A, B" <sip:a@b;x=1,2>;expires=5, <sip:c@d>\r\nl: 2\r\n\r\nhi, and more'
    )
    message = parse(text)
    assert isinstance(message, Response)
    assert [parameter(via, "branch") for via in message.all("Via")] == ["1", "2"]
    assert message.all("Contact") == ('"A, B" <sip:a@b;x=1,2>;expires=5', "<sip:c@d>")
    assert (message.call_id, message.body) == ("77", b"hi")


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\r\n\r\n",
        b"\x00\x01\x02",
        INVITE.replace(b"Call-ID", b"Other"),
        INVITE.replace(b"314159 INVITE", b"first"),
        INVITE.replace(b"Content-Length: 0", b"Content-Length: 9"),
        INVITE.replace(b"SIP/2.0\r\n", b"SIP/3.0\r\n", 1),
        INVITE.replace(b"Max-Forwards: 70", b"Max-Forwards 70"),
        INVITE.replace(b"Alice", b"\xff\xfe"),
    ],
)
def test_rubbish_is_no_message(datagram: bytes) -> None:
    with pytest.raises(MessageError):
        parse(datagram)


def test_a_uri_says_user_and_address() -> None:
    assert user_of("sip:10000@127.0.0.1:5060;transport=udp") == "10000"
    assert user_of("sip:127.0.0.1") == ""
    assert address_of("sip:*71@127.0.0.1:5070;transport=udp") == ("127.0.0.1", 5070)
    assert address_of("sip:127.0.0.1") == ("127.0.0.1", 5060)


def test_a_response_copies_what_it_must_and_gets_our_tag() -> None:
    request = parse(INVITE)
    assert isinstance(request, Request)
    response = response_to(request, 180, tag="ours")
    assert response.get("Via") == request.get("Via")
    assert response.get("CSeq") == "314159 INVITE"
    assert parameter(response.get("To"), "tag") == "ours"


def test_the_digest_of_rfc_2617_comes_out() -> None:
    challenge = parse_challenge(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    value = authorization(challenge, WHO, method="GET", uri="/dir/index.html", cnonce="0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in value
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in value
    assert "nc=00000001" in value


def test_a_digest_without_qop_is_the_old_one() -> None:
    challenge = Challenge(realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093")
    value = authorization(challenge, WHO, method="GET", uri="/dir/index.html", cnonce="0a4f113b")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
    assert "cnonce" not in value


def test_the_first_known_algorithm_is_taken() -> None:
    values = [
        'Digest realm="r", nonce="n", algorithm=SHA-512-256',
        'Digest realm="r", nonce="n", algorithm=MD5',
    ]
    assert choose(values).algorithm == "MD5"
    with pytest.raises(DigestError):
        choose(values[:1])
    with pytest.raises(DigestError):
        choose(['Basic realm="r"'])


@pytest.mark.parametrize(
    ("status", "asked", "given"),
    [
        (401, "WWW-Authenticate", "Authorization"),
        (407, "Proxy-Authenticate", "Proxy-Authorization"),
    ],
)
def test_a_challenge_is_answered_once_and_again_only_if_the_nonce_was_stale(
    status: int, asked: str, given: str
) -> None:
    request = parse(INVITE)
    assert isinstance(request, Request)

    def challenged(by: Request, more: str) -> Request | None:
        value = f'Digest realm="r", nonce="n"{more}'
        return authenticate(by, response_to(by, status, (asked, value)), WHO, "z9hG4bKnew")

    first = challenged(request, "")
    assert first is not None
    assert (first.cseq, first.branch) == (314160, "z9hG4bKnew")
    assert first.get(given).startswith("Digest ")
    assert challenged(first, "") is None
    again = challenged(first, ", stale=TRUE")
    assert again is not None
    assert len(again.all(given)) == 1


ASTERISK_SDP = (
    b"v=0\r\no=- 1 3 IN IP4 127.0.0.1\r\ns=Asterisk\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 31044 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    b"a=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:140\r\na=sendrecv\r\n"
)


def test_asterisks_description_is_read() -> None:
    assert sdp.parse(ASTERISK_SDP) == sdp.Media(host="127.0.0.1", port=31044, event=101)


def test_our_description_is_read_as_what_it_was_made_from() -> None:
    media = sdp.Media(host="127.0.0.2", port=4000, event=96, direction="sendonly")
    assert sdp.parse(sdp.describe(media, session=1, version=1)) == media


def test_the_streams_own_address_wins_and_video_is_passed_over() -> None:
    text = b"c=IN IP4 10.0.0.1\nm=video 9 RTP/AVP 96\nc=IN IP4 10.0.0.2\nm=audio 5 RTP/AVP 0 8\n"
    assert sdp.parse(text).host == "10.0.0.1"
    assert sdp.parse(text + b"c=IN IP4 10.0.0.3\na=inactive\n") == sdp.Media(
        host="10.0.0.3", port=5, event=None, direction="inactive"
    )


@pytest.mark.parametrize(
    "body", [b"", b"v=0\r\n", b"c=IN IP4 1.1.1.1\nm=audio 5 RTP/AVP 0\n", b"m=audio 5 RTP/AVP 8\n"]
)
def test_a_description_without_a_law_is_refused(body: bytes) -> None:
    with pytest.raises(sdp.SdpError):
        sdp.parse(body)


def test_a_hold_is_answered_from_the_other_end() -> None:
    assert sdp.answering("sendonly") == "recvonly"
    assert sdp.answering("inactive") == "inactive"
    assert sdp.answering("sendrecv") == "sendrecv"
