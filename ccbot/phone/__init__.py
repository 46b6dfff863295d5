"""Built-in SIP telephones over UDP: for ``script/ccbot call`` and for the tests.

``Phone`` registers, dials, rings and answers; ``Call`` is one call of it; ``Ears`` tell which
prompt is heard. No library that we found sends its requests again when a datagram is lost *and*
gives the A-law bytes as they came, which is what telling prompts apart rests on.
"""

from ccbot.phone.bell import OverdueError
from ccbot.phone.call import Call, CallFailedError
from ccbot.phone.digest import Credentials
from ccbot.phone.ears import Ears, Heard, SoundBook
from ccbot.phone.phone import Manner, Phone, RegistrationError

__all__ = [
    "Call",
    "CallFailedError",
    "Credentials",
    "Ears",
    "Heard",
    "Manner",
    "OverdueError",
    "Phone",
    "RegistrationError",
    "SoundBook",
]
