"""Who shares a network with somebody."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.moderation.networks import Range, shared_with
from yuanzhan.web.handshake import household

ADDRESSES = st.lists(
    st.one_of(
        st.integers(0, 1023).map(lambda n: str(ipaddress.IPv4Address((192 << 24) + n))),
        st.integers(0, 1023).map(lambda n: str(ipaddress.IPv6Address((0x20010DB8 << 96) + (n << 60)))),
        st.just("unix"),
    ).map(household),
    min_size=1,
    max_size=30,
)


@given(ADDRESSES)
def test_the_counts_are_those_of_the_networks(addresses: list[str]) -> None:
    own, *others = addresses
    for found in shared_with(own, others):
        wide = ipaddress.ip_network(own, strict=False).supernet(new_prefix=found.prefix)
        networks = [ipaddress.ip_network(other, strict=False) for other in others if other != "unix"]
        within = [one for one in networks if one.version == wide.version and one.subnet_of(wide)]  # type: ignore[arg-type]
        assert found.others == len(within)


@pytest.mark.parametrize(
    ("own", "ranges"),
    [
        ("192.0.2.7", (Range(32, 1), Range(24, 2))),
        ("2001:db8:0:100::/64", (Range(64, 0), Range(56, 1))),
        ("", ()),
        ("unix", ()),
    ],
)
def test_a_household_and_what_a_provider_gives_to_many(own: str, ranges: tuple[Range, ...]) -> None:
    others = ["192.0.2.7", "192.0.2.200", "192.0.3.7", "2001:db8:0:1ff::/64", "2001:db8:0:200::/64", ""]
    assert shared_with(own, others) == ranges
