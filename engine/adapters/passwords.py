"""Password hashes: argon2id with the library's recommended cost."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

_hasher = PasswordHasher(memory_cost=32 * 1024, time_cost=3, parallelism=2)
# Checked when the account does not exist, so that both answers take the same time; made once with the cost above,
# because making it anew would slow every start.
_nobody = "$argon2id$v=19$m=32768,t=3,p=2$VRlVwx8RlqdmbTuoiUoJUQ$FXfiP5g/Uv3uorb80jtmQyGIidR/k6vlTJzUx21QfIk"


def hashed(password: str) -> str:
    """Give the hash of a password."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether a password belongs to a stored hash; without one, the time is spent all the same."""
    try:
        return _hasher.verify(stored or _nobody, password) and stored is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
