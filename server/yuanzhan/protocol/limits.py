"""Every limit of the wire, each with its reason. Checked before anything is read or allocated."""

from __future__ import annotations

from typing import Final

SUBPROTOCOL: Final = "yuanzhan.1"
"""The version of the protocol; a server that speaks another one has another name here."""

MESSAGE_MAX_BYTES: Final = 4096
"""Inbound message: a hello with the longest token is under 1 KB, `who` of 64 ids under 400 bytes."""

SERVER_MESSAGE_MAX_BYTES: Final = 4 * 1024 * 1024
"""Message to a visitor: a FULL frame of 65,535 visitors (16 + 6 + 8 bytes each) is under 2 MB."""

TICK_HZ: Final = 10
"""Frames a second: with interpolation on the client, what the eye accepts for people walking."""

POSE_MAX_HZ: Final = 10
"""A client sends no more poses than there are ticks: the later one would replace the earlier."""

POSE_KEEPALIVE_S: Final = 0.5
"""A moving client sends at least this often, so that the server knows which cell it stands in."""

EXTRAPOLATE_MAX_S: Final = 2.5
"""Whoever reads a record follows its velocity for so long and then waits. Who goes on as told is told again
after 1.6 s and the half second until its next pose; who stops, or is not heard of any more, at once."""

OFF_MAX_M: Final = 0.05
"""Between where somebody is and where others follow them: so much a client or the hall may leave unsaid."""

HELLO_DEADLINE_S: Final = 5.0
"""From upgrade to hello: a slow phone on a slow network needs under 2 s."""

RESUME_GRACE_S: Final = 20.0
"""How long the avatar of a lost connection stays: a page reload or a change of network takes 2 to 8 s; where
ten thousand come back at once, the last of them wait 8 to 19 s on 2 cores before anybody can hear them."""

TOKEN_LIFETIME_S: Final = 15 * 60.0
"""Resume tokens expire so long after issue; a connected visitor is given a new one in time."""

TOKEN_RENEW_S: Final = 5 * 60.0
"""A third of the lifetime, so that a token always outlives its connection by at least ten minutes."""

TOKEN_MAX_CHARS: Final = 512
"""Our tokens are under 200 characters; a longer one is not ours."""

ID_MAX_CHARS: Final = 64
"""Ids of halls, seats, spawn points and booths are names of glTF nodes that a person typed."""

NAME_MAX_CHARS: Final = 24
"""What fits on a name tag: 24 Latin letters, or 24 Chinese characters in two lines. As people count: an
emoji of several code points is one.
"""

NAME_MAX_CODE_POINTS: Final = 8 * NAME_MAX_CHARS
"""Decomposed letters, white space and emoji (a family of four is 7) make a good name longer than it looks;
beyond this nothing is looked at.
"""

CHAT_MAX_CHARS: Final = 200
"""What can be read in a bubble over a head, as people count."""

CHAT_MAX_CODE_POINTS: Final = 4 * CHAT_MAX_CHARS
"""On arrival. At 4 bytes each it still fits in a message."""

NOTE_MAX_CHARS: Final = 300
"""What somebody adds to a report, an appeal or an act, as people count: a few sentences."""

NOTE_MAX_CODE_POINTS: Final = 4 * NOTE_MAX_CHARS
"""On arrival, for the same reason as of a chat line."""

STANDING_MAX_COUNT: Final = 16
"""Acts that hold for one person, and announcements of one hall, that are told: nobody reads more."""

CLEARED_MAX_COUNT: Final = 256
"""Lines that one message takes back: more than a page keeps."""

DOTS_HZ: Final = 2.0
"""How often an operator's map is told: people walk 0.7 m meanwhile, a pixel of a large hall."""

HANDS_MAX_COUNT: Final = 64
"""Hands that are up at once: more than are ever heard in an hour, and whoever leads sees them all."""

FLOOR_MAX_COUNT: Final = 8
"""Visitors who have the floor at once: a panel, not a crowd."""

WHO_MAX_IDS: Final = 64
"""Names are asked for visitors near enough to read their tags; the client asks again for more."""

CONTACT_MAX_CHARS: Final = 120
"""On a card: a telephone number, an address of mail or of a messenger, or two of them."""

CARD_NOTE_MAX_CHARS: Final = 300
"""On a card: what one would like to know. At 4 bytes each, a card with all its fields fits in a message."""

INTERESTS_MAX_COUNT: Final = 32
"""Interests that a visitor may name: twice the list that we come with."""

QUIET_MAX_S: Final = 3600
"""The longest time that a visitor can ask to be left alone for between two messages of outreach."""

CHAT_RANGE_M: Final = 10.0
"""How far a chat line is heard: a conversation's circle and the people around it."""

CELL_MAX_COUNT: Final = 65535
"""Records in one section: the count is a u16."""
