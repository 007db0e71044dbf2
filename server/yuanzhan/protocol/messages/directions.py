"""Which messages a visitor sends, and which the server does."""

from __future__ import annotations

from typing import Final, get_args

from yuanzhan.protocol.messages.booths import Booths, Card, Opened
from yuanzhan.protocol.messages.events import Floor, Hand, Hands, Part, Stage
from yuanzhan.protocol.messages.joining import Bye, Closing, FreshToken, Go, Hello, Profile, Queued, Welcome
from yuanzhan.protocol.messages.moderation import Announced, Cleared, Report, Restricted, Rules
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.outreach import Invitation, Outcome, Reachable, Recalled
from yuanzhan.protocol.messages.people import Chat, People, Population, Said, Who
from yuanzhan.protocol.messages.positions import Correct, Seated, Sit
from yuanzhan.protocol.messages.watching import Desk, Overheard, Watch, Watching

ClientMessage = (
    Hello
    | Profile
    | Go
    | Who
    | Chat
    | Sit
    | Opened
    | Card
    | Bye
    | Report
    | Watch
    | Hand
    | Floor
    | Reachable
    | Outcome
)
ServerMessage = (
    Welcome
    | Queued
    | FreshToken
    | People
    | Said
    | Population
    | Seated
    | Booths
    | Correct
    | Notice
    | Closing
    | Restricted
    | Cleared
    | Announced
    | Rules
    | Watching
    | Overheard
    | Desk
    | Stage
    | Part
    | Hands
    | Invitation
    | Recalled
)
Message = ClientMessage | ServerMessage

CLIENT_MESSAGES: Final[tuple[type[ClientMessage], ...]] = get_args(ClientMessage)
SERVER_MESSAGES: Final[tuple[type[ServerMessage], ...]] = get_args(ServerMessage)
