// Written by `python -m yuanzhan.protocol.typescript` from server/yuanzhan/protocol. Do not edit.
// docs/protocol.md says in words what each of these is.

export const SUBPROTOCOL = "yuanzhan.1"
export const MESSAGE_MAX_BYTES = 4_096
export const SERVER_MESSAGE_MAX_BYTES = 4_194_304
export const TICK_HZ = 10
export const POSE_MAX_HZ = 10
export const POSE_KEEPALIVE_S = 0.5
export const EXTRAPOLATE_MAX_S = 2.5
export const OFF_MAX_M = 0.05
export const HELLO_DEADLINE_S = 5.0
export const RESUME_GRACE_S = 20.0
export const TOKEN_LIFETIME_S = 900.0
export const TOKEN_RENEW_S = 300.0
export const TOKEN_MAX_CHARS = 512
export const ID_MAX_CHARS = 64
export const NAME_MAX_CHARS = 24
export const NAME_MAX_CODE_POINTS = 192
export const CHAT_MAX_CHARS = 200
export const CHAT_MAX_CODE_POINTS = 800
export const NOTE_MAX_CHARS = 300
export const NOTE_MAX_CODE_POINTS = 1_200
export const STANDING_MAX_COUNT = 16
export const CLEARED_MAX_COUNT = 256
export const DOTS_HZ = 2.0
export const HANDS_MAX_COUNT = 64
export const FLOOR_MAX_COUNT = 8
export const WHO_MAX_IDS = 64
export const CONTACT_MAX_CHARS = 120
export const CARD_NOTE_MAX_CHARS = 300
export const INTERESTS_MAX_COUNT = 32
export const QUIET_MAX_S = 3_600
export const CHAT_RANGE_M = 10.0
export const CELL_MAX_COUNT = 65_535
export const VELOCITY_STEP_M_S = 0.05
export const HEAD_STEP = 0.012368475014133044
export const MID_Y_STEP_M = 0.1

export const Kind = {
  CONTROL: 1,
  POSE: 16,
  FRAME: 32,
  DOTS: 33,
} as const
export type Kind = (typeof Kind)[keyof typeof Kind]

export const Action = {
  STAND: 0,
  WALK: 1,
  RUN: 2,
  SIT: 3,
  WAVE: 4,
  CLAP: 5,
  TALK: 6,
} as const
export type Action = (typeof Action)[keyof typeof Action]

export const PoseFlag = {
  TELEPORTED: 1,
  XR: 2,
  LEFT_HAND: 4,
  RIGHT_HAND: 8,
} as const
export type PoseFlag = (typeof PoseFlag)[keyof typeof PoseFlag]

export const FrameFlag = {
  FULL: 1,
} as const
export type FrameFlag = (typeof FrameFlag)[keyof typeof FrameFlag]

export const Tier = {
  NEAR: 1,
  MID: 2,
  CROWD: 3,
  XR: 4,
  GONE: 5,
  LOOK: 6,
} as const
export type Tier = (typeof Tier)[keyof typeof Tier]

export const DotFlag = {
  MUTED: 1,
  HIDDEN: 2,
  FROZEN: 4,
  REPORTED: 8,
  STAFF: 16,
  BOT: 32,
} as const
export type DotFlag = (typeof DotFlag)[keyof typeof DotFlag]

/** Record layouts: offset in bytes of each field, and `bytes`, the size of the record. */
export const FRAME_HEADER_LAYOUT = {
  bytes: 8,
  kind: 0,
  flags: 1,
  sections: 2,
  tick: 4,
} as const

export const SECTION_HEADER_LAYOUT = {
  bytes: 8,
  tier: 0,
  reserved: 1,
  count: 2,
  cellX: 4,
  cellZ: 6,
} as const

export const POSE_LAYOUT = {
  bytes: 32,
  kind: 0,
  flags: 1,
  seq: 2,
  x: 4,
  y: 8,
  z: 12,
  yaw: 16,
  vx: 20,
  vz: 24,
  headYaw: 28,
  headPitch: 29,
  action: 30,
  reserved: 31,
} as const

export const POSE_XR_LAYOUT = {
  bytes: 64,
  kind: 0,
  flags: 1,
  seq: 2,
  x: 4,
  y: 8,
  z: 12,
  yaw: 16,
  vx: 20,
  vz: 24,
  headYaw: 28,
  headPitch: 29,
  action: 30,
  reserved: 31,
  xr: 32,
  reserved2: 62,
} as const

export const XR_BLOCK_LAYOUT = {
  bytes: 30,
  head: 0,
  left: 10,
  right: 20,
} as const

export const XR_PART_LAYOUT = {
  bytes: 10,
  positionMm: 0,
  rotation: 6,
} as const

export const NEAR_LAYOUT = {
  bytes: 16,
  slot: 0,
  generation: 2,
  seq: 3,
  x: 4,
  z: 6,
  yCm: 8,
  yaw: 10,
  vx: 11,
  vz: 12,
  headYaw: 13,
  headPitch: 14,
  action: 15,
} as const

export const MID_LAYOUT = {
  bytes: 10,
  slot: 0,
  generation: 2,
  action: 3,
  x: 4,
  z: 5,
  yaw: 6,
  vx: 7,
  vz: 8,
  y: 9,
} as const

export const CROWD_LAYOUT = {
  bytes: 6,
  slot: 0,
  generation: 2,
  x: 3,
  z: 4,
  yawAction: 5,
} as const

export const XR_LAYOUT = {
  bytes: 36,
  slot: 0,
  generation: 2,
  flags: 3,
  xr: 4,
  reserved: 34,
} as const

export const GONE_LAYOUT = {
  bytes: 4,
  slot: 0,
  generation: 2,
  reserved: 3,
} as const

export const LOOK_LAYOUT = {
  bytes: 8,
  slot: 0,
  generation: 2,
  reserved: 3,
  look: 4,
} as const

export const DOTS_HEADER_LAYOUT = {
  bytes: 8,
  kind: 0,
  reserved: 1,
  count: 2,
  tick: 4,
} as const

export const DOT_LAYOUT = {
  bytes: 8,
  slot: 0,
  generation: 2,
  flags: 3,
  x: 4,
  z: 6,
} as const

/** Bytes of a record by tier. */
export const RECORD_BYTES = {
  1: 16,
  2: 10,
  3: 6,
  4: 36,
  5: 4,
  6: 8,
} as const

/** The choices in a look, from the lowest bit up. */
export const LOOK_FIELDS = {
  body: { shift: 0, bits: 2, count: 3 },
  outfit: { shift: 2, bits: 3, count: 3 },
  hair: { shift: 5, bits: 3, count: 4 },
  face: { shift: 8, bits: 3, count: 4 },
  skin: { shift: 11, bits: 3, count: 6 },
  hairColour: { shift: 14, bits: 3, count: 6 },
  colours: { shift: 17, bits: 4, count: 12 },
  accessory: { shift: 21, bits: 3, count: 4 },
} as const

/** Close code by reason. */
export const CLOSE_CODES = {
  bye: 1000,
  going_away: 1001,
  bad_framing: 1002,
  binary_only: 1003,
  too_big: 1009,
  malformed: 4400,
  bad_token: 4401,
  bad_name: 4403,
  bad_look: 4403,
  no_such_hall: 4404,
  no_hello: 4408,
  replaced: 4409,
  too_slow: 4410,
  unexpected: 4411,
  too_many: 4429,
  removed: 4430,
  banned: 4431,
  hall_closed: 4432,
  hall_locked: 4433,
  not_allowed: 4434,
  hall_full: 4503,
} as const
export type CloseReason = keyof typeof CLOSE_CODES

export type Lang = "zh-CN" | "en"

export type Badge = "" | "staff" | "speaker" | "bot"

export type CorrectReason = "outside" | "too_fast" | "not_finite" | "moved" | "sent" | "frozen"

export type NoticeCode = "chat_too_fast" | "chat_empty" | "chat_too_long" | "seat_taken" | "seat_far" | "no_such_place" | "no_such_hall" | "hall_full" | "name_changed" | "bad_name" | "bad_look" | "profile_too_fast" | "go_too_fast" | "observing" | "card_left" | "card_empty" | "card_failed" | "card_too_fast" | "no_such_booth" | "chat_muted" | "chat_slow" | "chat_speakers" | "chat_words" | "held_still" | "hall_closed" | "hall_locked" | "led_out" | "report_received" | "report_too_fast" | "report_gone" | "report_failed" | "hand_too_fast" | "hands_full" | "hand_lowered" | "floor_given" | "floor_taken" | "floor_full" | "no_event" | "event_full" | "event_cancelled" | "reach_off"

export type ReportWhat = "person" | "message" | "booth"

export type ReportReason = "harassment" | "abuse" | "advertising" | "fraud" | "impersonation" | "sexual" | "unlawful" | "noise" | "other"

export type Door = "open" | "locked" | "closed"

export type DeskWhat = "reports" | "acts" | "halls"

export type StageState = "none" | "doors" | "running"

export type ReachRate = "none" | "hour" | "ten_minutes"

export type OutcomeWhat = "shown" | "led" | "arrived" | "off"

export type InvitationSender = "operators" | "booth"

/** Where a visitor was before the line broke. Not a message of its own. */
export interface Stood {
  x: number
  z: number
  yaw: number
}

/** Who an id is. Not a message of its own. */
export interface Person {
  id: number
  name: string
  badge?: Badge
}

/** What an operator did to you, and why. Not a message of its own. `left_s` nil: until it is undone. `act` is what an appeal names.  */
export interface Sanction {
  act: string
  kind: string
  reason: string
  note: string
  left_s: number | null
}

/** What an operator tells everybody, in both languages. Not a message of its own. */
export interface Announcement {
  act: string
  zh: string
  en: string
  left_s: number | null
}

/** First message, within `HELLO_DEADLINE_S`. `token` asks to be the same visitor again. With one of this hall, `stood` is where to come back to when the avatar is not there any more: it goes before `at`.  */
export interface Hello {
  t: "hello"
  hall: string
  name: string
  look: number
  lang: Lang
  at?: string | null
  token?: string | null
  bot?: boolean
  stood?: Stood | null
}

/** Change of name or look. */
export interface Profile {
  t: "profile"
  name: string
  look: number
}

/** Move to another hall, or to a place in this one. */
export interface Go {
  t: "go"
  hall: string
  at?: string | null
}

/** Ask for names and badges. */
export interface Who {
  t: "who"
  ids: readonly number[]
}

/** Said to those within `CHAT_RANGE_M`. */
export interface Chat {
  t: "chat"
  text: string
}

/** Take a seat, or stand up. */
export interface Sit {
  t: "sit"
  seat: string | null
}

/** A panel, product or link of a published booth was opened: counted, and by nobody's name. */
export interface Opened {
  t: "opened"
  booth: string
  item: string
}

/** What the visitor chose to leave at a published booth: answered by `card_left`, or another notice. Empty fields are not left.  */
export interface Card {
  t: "card"
  booth: string
  name: string
  contact: string
  note?: string
}

/** Leaving for good: the avatar goes at once. */
export interface Bye {
  t: "bye"
}

/** Tell the operators of a person (`id`), a message (`line`) or a booth (`booth`). Answered by a notice.  */
export interface Report {
  t: "report"
  what: ReportWhat
  reason: ReportReason
  id?: number | null
  line?: number | null
  booth?: string | null
  note?: string
}

/** An operator's first message in place of `hello`, and later for another hall: watch it from outside. Needs the permission `halls.watch`; answered by `watching`, then DOTS and `overheard`.  */
export interface Watch {
  t: "watch"
  hall: string
}

/** At an event that runs: raise one's hand to be given the floor, or lower it. */
export interface Hand {
  t: "hand"
  up: boolean
}

/** From who leads an event: give the floor to a visitor, or take it back; of who has only raised a hand, lower it.  */
export interface Floor {
  t: "floor"
  id: number
  give: boolean
}

/** What the visitor allows to be sent to them (`invitation`), in place of what they allowed before. Without it, and with `rate` none, it is nothing. `booths`: also by the booths that they stop at from now on. `quiet_s`: nothing sooner.  */
export interface Reachable {
  t: "reachable"
  rate: ReachRate
  lang: Lang
  tags?: readonly string[]
  booths?: boolean
  quiet_s?: number
}

/** What came of an invitation that was received: counted once each, and by nobody's name. */
export interface Outcome {
  t: "outcome"
  id: string
  what: OutcomeWhat
}

/** You are in this hall, here; a FULL frame follows. Sent after `hello`, after each change of hall, and when somebody who waited is let in. An `observer` sees and hears from here, and is seen by nobody.  */
export interface Welcome {
  t: "welcome"
  id: number
  hall: string
  token: string
  resumed: boolean
  name: string
  look: number
  x: number
  y: number
  z: number
  yaw: number
  tick: number
  tick_hz: number
  cell_m: number
  origin_x: number
  origin_z: number
  floor_y: number
  near_ring: number
  mid_ring: number
  slots: number
  capacity: number
  population: number
  observer?: boolean
  booths?: number
}

/** The hall is full, and you wait: at `place` (1 is next) of `length`. Without a welcome from this hall you are in none, and wait to be let in or to observe; an observer waits to be a visitor. `welcome` comes by itself.  */
export interface Queued {
  t: "queued"
  hall: string
  place: number
  length: number
}

/** A newer resume token: forget the older one. Also comes before the first `queued`. */
export interface FreshToken {
  t: "token"
  token: string
}

/** Answer to `who`, and news of a changed name. */
export interface People {
  t: "people"
  people: readonly Person[]
}

/** Somebody near said it (you too), or with `stage` somebody who speaks at an event: that is heard in the whole hall. `line` is its number: what `report` and `cleared` call it by. `badge` is told with it: a line may come before `people` do.  */
export interface Said {
  t: "said"
  id: number
  name: string
  text: string
  line?: number
  stage?: boolean
  badge?: Badge
}

/** Head-counts: this hall and all halls by id. */
export interface Population {
  t: "population"
  here: number
  halls: Readonly<Record<string, number>>
}

/** You sit on this seat, here; or, with nil, you stand again, here. */
export interface Seated {
  t: "seated"
  seat: string | null
  x: number
  y: number
  z: number
  yaw: number
}

/** The published booths of this hall are others now. `revision` is theirs, equal where they are; ask for them (`GET /api/halls/{hall}/booths`) at some time in the next `spread_s`, so that a full hall does not ask at once.  */
export interface Booths {
  t: "booths"
  hall: string
  revision: number
  spread_s: number
}

/** Stand here: your pose was not possible, (`moved`) you asked to be brought here, or an operator sent you (`sent`) or made you stand still (`frozen`).  */
export interface Correct {
  t: "correct"
  x: number
  y: number
  z: number
  yaw: number
  reason: CorrectReason
}

/** Something to tell the visitor, by code of the message catalogue (`notice.<code>`). */
export interface Notice {
  t: "notice"
  code: string
  params?: Readonly<Record<string, string | number>>
}

/** The close frame with this code follows. */
export interface Closing {
  t: "closing"
  code: number
  reason: string
  retry_s?: number | null
}

/** All that you may not do now, with the acts that say so: each time it changes, and before being closed with `removed` or `banned`. Without acts: nothing any more.  */
export interface Restricted {
  t: "restricted"
  chat: boolean
  voice: boolean
  hidden: boolean
  frozen: boolean
  acts: readonly Sanction[]
}

/** Show these lines no longer. */
export interface Cleared {
  t: "cleared"
  lines: readonly number[]
}

/** All announcements of this hall that hold now, the oldest first: at the welcome where there are any, and each time they change.  */
export interface Announced {
  t: "announced"
  items: readonly Announcement[]
}

/** How this hall is run: at the welcome where it is not as usual, and each time it changes. `slow_s`: between two lines of one visitor.  */
export interface Rules {
  t: "rules"
  door: Door
  slow_s: number
  speakers_only: boolean
}

/** You watch this hall. Places in DOTS are fractions of `width_m` and `depth_m` from the origin. */
export interface Watching {
  t: "watching"
  hall: string
  origin_x: number
  origin_z: number
  width_m: number
  depth_m: number
  dots_hz: number
}

/** Somebody said it in the hall that you watch, at `at_ms` of Unix time. */
export interface Overheard {
  t: "overheard"
  line: number
  id: number
  name: string
  text: string
  at_ms: number
}

/** Something that operators see has changed: ask for it anew. `id` is what changed, where it is one thing.  */
export interface Desk {
  t: "desk"
  what: DeskWhat
  id?: string
}

/** What takes place in this hall: at the welcome where something does, and each time it changes. `doors`: it begins in `left_s`, people gather; `running`: it ends in `left_s`. `at` is where (as in `go`), nil the entrance; `capacity` how many it is meant for, nil as many as the hall takes.  */
export interface Stage {
  t: "stage"
  state: StageState
  event?: string
  zh?: string
  en?: string
  at?: string | null
  left_s?: number
  capacity?: number | null
}

/** Your own part in the event, each time it changes: whether what you say is heard in the whole hall, whether you may give the floor, and your hand's place in the queue (0: not raised).  */
export interface Part {
  t: "part"
  speaks: boolean
  leads: boolean
  hand: number
}

/** To those who lead an event: who has raised a hand, in that order, and who has the floor. */
export interface Hands {
  t: "hands"
  hands: readonly Person[]
  floor: readonly Person[]
}

/** A message that the visitor allowed (`reachable`), in both languages, about the booth of this title, if any. With `booth` it leads there.  */
export interface Invitation {
  t: "invitation"
  id: string
  sender: InvitationSender
  zh: string
  en: string
  title_zh?: string
  title_en?: string
  hall?: string
  booth?: string
}

/** These invitations are over: the booth where they lead, or that sent them, is gone. */
export interface Recalled {
  t: "recalled"
  ids: readonly string[]
}

export type ClientMessage =
  | Hello
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

export type ServerMessage =
  | Welcome
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

export type FieldKind = "int" | "float" | "string" | "boolean" | "list" | "map" | "string?"

type FieldKinds = Readonly<Record<ServerMessage["t"], Readonly<Record<string, FieldKind>>>>
/** Required fields of each message from the server, for checking it at run time. */
export const SERVER_FIELDS: FieldKinds = {
  welcome: { id: "int", hall: "string", token: "string", resumed: "boolean", name: "string", look: "int", x: "float", y: "float", z: "float", yaw: "float", tick: "int", tick_hz: "int", cell_m: "float", origin_x: "float", origin_z: "float", floor_y: "float", near_ring: "int", mid_ring: "int", slots: "int", capacity: "int", population: "int" },
  queued: { hall: "string", place: "int", length: "int" },
  token: { token: "string" },
  people: { people: "list" },
  said: { id: "int", name: "string", text: "string" },
  population: { here: "int", halls: "map" },
  seated: { seat: "string?", x: "float", y: "float", z: "float", yaw: "float" },
  booths: { hall: "string", revision: "int", spread_s: "float" },
  correct: { x: "float", y: "float", z: "float", yaw: "float", reason: "string" },
  notice: { code: "string" },
  closing: { code: "int", reason: "string" },
  restricted: { chat: "boolean", voice: "boolean", hidden: "boolean", frozen: "boolean", acts: "list" },
  cleared: { lines: "list" },
  announced: { items: "list" },
  rules: { door: "string", slow_s: "int", speakers_only: "boolean" },
  watching: { hall: "string", origin_x: "float", origin_z: "float", width_m: "float", depth_m: "float", dots_hz: "float" },
  overheard: { line: "int", id: "int", name: "string", text: "string", at_ms: "int" },
  desk: { what: "string" },
  stage: { state: "string" },
  part: { speaks: "boolean", leads: "boolean", hand: "int" },
  hands: { hands: "list", floor: "list" },
  invitation: { id: "string", sender: "string", zh: "string", en: "string" },
  recalled: { ids: "list" },
}
