"""How passwords are kept."""

import pytest
from argon2 import PasswordHasher

from registry.identity.service import passwords
from registry.identity.service.passwords import fits, hashed, outdated

PASSWORD = "un cheval vert mange"


async def test_password_is_kept_as_argon2id_with_the_second_recommended_parameters(
    own_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 9106 §4: 64 MiB, three passes, four lanes, a salt of 16 bytes and a tag of 32."""
    monkeypatch.setattr(passwords, "_hasher", own_hasher)
    kept, again = await hashed(PASSWORD), await hashed(PASSWORD)
    _, kind, version, cost, salt, tag = kept.split("$")
    assert (kind, version, cost) == ("argon2id", "v=19", "m=65536,t=3,p=4")
    assert (len(salt), len(tag)) == (22, 43)
    assert kept != again
    assert await fits(PASSWORD, kept)
    assert not await fits(PASSWORD + " ", kept)
    assert not outdated(kept)
    assert outdated(kept.replace("t=3", "t=2"))
    assert outdated(kept.replace("m=65536", "m=32768"))
