"""The states of a booth's version, as one table. Pure: no I/O, no clock.

    received ──check──> checking ──accept──> ready ──submit──> submitted ──approve──> approved
                            │                  ^                   │                     │  ^
                            └─reject─> rejected└─return, withdraw──┘      publish, roll-back  supersede
                                                                                         v  │
                        withdrawn <──withdraw── approved, published                   published

`rejected` and `withdrawn` are final: what was mended is a new version. What was approved does not change any
more (its model, and its dress as it was submitted): to show it with another dress is a new version of the
same model.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    RECEIVED = "received"
    CHECKING = "checking"
    REJECTED = "rejected"
    READY = "ready"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    CHECK = "check"
    ACCEPT = "accept"
    REJECT = "reject"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"


TRANSITIONS: Final = MappingProxyType(
    {
        (State.RECEIVED, Act.CHECK): State.CHECKING,
        # A server that was killed while it checked begins the step anew.
        (State.CHECKING, Act.CHECK): State.CHECKING,
        (State.CHECKING, Act.ACCEPT): State.READY,
        (State.CHECKING, Act.REJECT): State.REJECTED,
        (State.READY, Act.SUBMIT): State.SUBMITTED,
        # Taken back before anybody decided: it can be submitted again.
        (State.SUBMITTED, Act.WITHDRAW): State.READY,
        (State.SUBMITTED, Act.RETURN): State.READY,
        (State.SUBMITTED, Act.APPROVE): State.APPROVED,
        (State.APPROVED, Act.PUBLISH): State.PUBLISHED,
        (State.APPROVED, Act.WITHDRAW): State.WITHDRAWN,
        # Another version takes its place; publishing it again is the roll-back.
        (State.PUBLISHED, Act.SUPERSEDE): State.APPROVED,
        (State.PUBLISHED, Act.WITHDRAW): State.WITHDRAWN,
    }
)

VERSIONS_MAX: Final = 200
"""Of one booth: they are read and told together, each with its report. A pipeline that sends one every night
has to delete what it does not need."""

# Nothing leads out of these.
FINAL: Final = frozenset({State.REJECTED, State.WITHDRAWN})
# Submitting one of these means its model once more, with the booth's dress as it is now.
SUBMITTED_ANEW: Final = frozenset({State.APPROVED, State.PUBLISHED, State.WITHDRAWN})


def after(state: State, act: Act) -> State | None:
    """The state that `act` leads to, or None where it cannot be done."""
    return TRANSITIONS.get((state, act))
