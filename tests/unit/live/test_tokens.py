"""Resume tokens: only ours, only for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.live.tokens import Claim, TokenSigner
from yuanzhan.protocol.limits import TOKEN_LIFETIME_S, TOKEN_MAX_CHARS

SIGNER = TokenSigner(b"s" * 32)
CLAIM = Claim(0xFFFF_FFFF_FFFF_FFFF, "元零售")


@given(st.integers(0, 2**64 - 1), st.text(st.characters(exclude_categories=["Cs"]), max_size=64))
def test_what_was_signed_is_read(visitor: int, hall: str) -> None:
    claim = Claim(visitor, hall)
    token = SIGNER.issue(claim, 1000.0)
    assert len(token) <= TOKEN_MAX_CHARS
    assert SIGNER.read(token, 1000.0) == claim


def test_a_token_lives_for_its_lifetime() -> None:
    token = SIGNER.issue(CLAIM, 1000.0)
    assert SIGNER.read(token, 1000.0 + TOKEN_LIFETIME_S) == CLAIM
    with pytest.raises(ConnectionRefused, match="expired"):
        SIGNER.read(token, 1001.0 + TOKEN_LIFETIME_S)


def test_another_servers_token_is_not_ours() -> None:
    token = TokenSigner(b"t" * 32).issue(CLAIM, 1000.0)
    with pytest.raises(ConnectionRefused, match="not ours"):
        SIGNER.read(token, 1000.0)


def test_a_token_changed_anywhere_is_refused() -> None:
    token = SIGNER.issue(CLAIM, 1000.0)
    for index, char in enumerate(token):
        changed = token[:index] + ("A" if char != "A" else "B") + token[index + 1 :]
        # The last character of each part carries bits that base64 drops.
        if TokenSigner(b"s" * 32).issue(CLAIM, 1000.0) != changed and token[index + 1 : index + 2] not in (
            "",
            ".",
        ):
            with pytest.raises(ConnectionRefused) as refusal:
                SIGNER.read(changed, 1000.0)
            assert refusal.value.close_code == 4401


@given(st.text(max_size=600))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ConnectionRefused) as refusal:
        SIGNER.read(text, 0.0)
    assert refusal.value.reason == "bad_token"


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        TokenSigner(b"short")
