"""HTTP digest as SIP uses it (RFC 2617, RFC 8760): the answer to a 401 or 407."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ccbot.phone.message import split

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class DigestError(ValueError):
    """The challenge cannot be answered by this phone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Who a phone says it is."""

    user: str
    password: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """What the server wants to see answered."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: str = ""
    opaque: str = ""
    stale: bool = False


def parse_challenge(value: str) -> Challenge:
    """A ``WWW-Authenticate`` or ``Proxy-Authenticate`` value; ``DigestError`` if it is none."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        raise DigestError(f"scheme {scheme!r}")
    fields: dict[str, str] = {}
    for part in split(rest):
        name, _, text = part.partition("=")
        fields[name.strip().lower()] = text.strip().strip('"')
    if "realm" not in fields or "nonce" not in fields:
        raise DigestError("a challenge without realm or nonce")
    offered = {part.strip() for part in fields.get("qop", "").split(",")}
    if fields.get("qop") and "auth" not in offered:
        raise DigestError(f"qop {fields['qop']!r}")
    return Challenge(
        realm=fields["realm"],
        nonce=fields["nonce"],
        algorithm=fields.get("algorithm", "MD5").upper(),
        qop="auth" if "auth" in offered else "",
        opaque=fields.get("opaque", ""),
        stale=fields.get("stale", "").lower() == "true",
    )


def choose(values: Iterable[str]) -> Challenge:
    """The first challenge that can be answered; ``DigestError`` if there is none."""
    for value in values:
        challenge = parse_challenge(value)
        if challenge.algorithm in _HASHES:
            return challenge
    raise DigestError("no challenge with MD5 or SHA-256")


def authorization(
    challenge: Challenge, who: Credentials, *, method: str, uri: str, cnonce: str, count: int = 1
) -> str:
    """The value of ``Authorization`` (401) or ``Proxy-Authorization`` (407)."""

    def digest(text: str) -> str:
        return _HASHES[challenge.algorithm](text.encode()).hexdigest()

    first = digest(f"{who.user}:{challenge.realm}:{who.password}")
    second = digest(f"{method}:{uri}")
    fields = [
        f'username="{who.user}"',
        f'realm="{challenge.realm}"',
        f'nonce="{challenge.nonce}"',
        f'uri="{uri}"',
    ]
    if challenge.qop:
        middle = f"{challenge.nonce}:{count:08x}:{cnonce}:{challenge.qop}"
        response = digest(f"{first}:{middle}:{second}")
        fields += [f"qop={challenge.qop}", f"nc={count:08x}", f'cnonce="{cnonce}"']
    else:
        response = digest(f"{first}:{challenge.nonce}:{second}")
    fields += [f'response="{response}"', f"algorithm={challenge.algorithm}"]
    if challenge.opaque:
        fields.append(f'opaque="{challenge.opaque}"')
    return "Digest " + ", ".join(fields)
