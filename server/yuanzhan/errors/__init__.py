"""Every error that Yuanzhan names, and what each becomes at the edges: the tree, with the module each is in.

    YuanzhanError                       base: code, params; the sentence is in the message catalogue
    ├── StartError                      base: this machine or its settings: one sentence, exit code 1
    │   ├── CommandLineFault            base: exit code 2: what was typed, or written into a file of settings
    │   │   │   ── command_line
    │   │   ├── SettingAlone
    │   │   ├── SettingInvalid
    │   │   ├── SettingUnknown
    │   │   │   └── SettingMistyped
    │   │   ├── ConfigUnreadable
    │   │   ├── UsageMissing
    │   │   ├── UsageUnknown
    │   │   ├── UsageNoValue
    │   │   ├── UsageInvalid
    │   │   ├── OutputKind
    │   │   ├── OutputUnwritable
    │   │   ├── RecordMissing           nothing to look at where somebody wanted to
    │   │   ├── TextTooLong
    │   │   └── TextUnreadable
    │   │   ── command_line
    │   ├── HallUnknown
    │   ├── ServerUnreachable           what a command on the other side of the network says
    │   ├── ServerStrange
    │   ├── ServerGone
    │   │   ── starting
    │   ├── PortBusy
    │   ├── AddressUnavailable
    │   ├── OpenFilesTooFew
    │   ├── DataDirTaken
    │   ├── DataDirUnwritable
    │   ├── DatabaseUnreachable
    │   ├── DatabaseNewer               made by a later version of the program
    │   ├── BucketMissing
    │   ├── BucketRefuses
    │   ├── BucketTaken                 by another database
    │   ├── BucketUnreachable
    │   ├── ExtraMissing                of the optional packages
    │   ├── ToolMissing
    │   ├── ClientMissing
    │   ├── WordListInvalid
    │   ├── HallsMissing
    │   └── SceneInvalid                a hall.toml or a glTF that cannot be read
    ├── PeerFault                       base: what somebody sent is not acceptable
    │   ├── RequestRefused              base: answered over HTTP with a status
    │   │   │   ── requests
    │   │   ├── RequestInvalid          400 (whatever aiohttp itself refuses)
    │   │   ├── NotAWebSocket           400
    │   │   ├── SubprotocolMissing      400
    │   │   ├── ForeignOrigin           403
    │   │   ├── NotForYou               403
    │   │   ├── NotAllowed              403
    │   │   ├── RequestForged           403
    │   │   ├── NoSuchPage              404
    │   │   ├── NoSuchHall              404
    │   │   ├── MethodNotAllowed        405
    │   │   ├── RequestTooLarge         413
    │   │   ├── TooManyPending          429
    │   │   ├── BodyWrong               422; carries problems, each with its JSON pointer
    │   │   │   └── DressWrong          422 booths
    │   │   │   ── sign_in
    │   │   ├── NotSignedIn             401
    │   │   ├── SignInRefused           401
    │   │   ├── CodeNeeded              401
    │   │   ├── CodeWrong               401
    │   │   ├── SecondFactorNeeded      403
    │   │   ├── SignInAgain             403
    │   │   ├── TooManyTries            429
    │   │   ├── AttemptOver             400
    │   │   ├── IdentityUnknown         403
    │   │   ├── IdentityRefused         403
    │   │   ├── IdentityTaken           409
    │   │   ├── LastWayIn               409
    │   │   ├── NoProvider              404
    │   │   ├── ProviderRefused         403
    │   │   │   ── accounts
    │   │   ├── NoSuchInvitation        404
    │   │   ├── NoSuchAccount           404
    │   │   ├── NoSuchItem              404
    │   │   ├── LoginTaken              409
    │   │   ├── LastOwner               409
    │   │   ├── TooManyTokens           409
    │   │   ├── LoginInvalid            422
    │   │   ├── NameInvalid             422
    │   │   ├── PasswordWeak            422
    │   │   ├── OrganisationNeeded      422
    │   │   │   ── booths
    │   │   ├── NoSuchBooth             404 (another organisation's is not there either)
    │   │   ├── NoSuchVersion           404
    │   │   ├── NoSuchCard              404
    │   │   ├── NotInThisState          409
    │   │   ├── SlotTaken               409
    │   │   ├── SubmittedAnew           409
    │   │   ├── TooManyVersions         409
    │   │   ├── TooManyBooths           409
    │   │   │   ── uploads
    │   │   ├── NoSuchUpload            404
    │   │   ├── UploadOffsetWrong       409
    │   │   ├── UploadTooLarge          413 beyond what may be
    │   │   ├── UploadTooLong           413 beyond what was said
    │   │   ├── UploadHashWrong         422
    │   │   ├── UploadBusy              423
    │   │   ├── TooManyUploads          429
    │   │   ├── QuotaFull               413
    │   │   ├── MediaTypeWrong          415
    │   │   ├── FileKindRefused         415 not a picture, video or sound that browsers play
    │   │   ├── TusVersionUnknown       412
    │   │   ├── ChecksumMismatch        460 (of tus)
    │   │   │   ── events
    │   │   ├── NoSuchEvent             404
    │   │   ├── EventInvalid            422
    │   │   ├── EventEndsEarly          422
    │   │   ├── EventTooLong            422
    │   │   ├── EventPast               422
    │   │   ├── EventsOverlap           409
    │   │   ├── EventChanged            409
    │   │   ├── EventOver               409
    │   │   ├── TooManyEvents           409
    │   │   │   ── moderation
    │   │   ├── ActInvalid              422
    │   │   │   └── BothLanguagesNeeded 422
    │   │   ├── TargetGone              404
    │   │   ├── TargetIsStaff           403
    │   │   ├── ActKnown                409
    │   │   ├── ActOver                 409
    │   │   ├── NothingSaid             409
    │   │   ├── ReportHandled           409
    │   │   ├── AppealKnown             409
    │   │   │   ── outreach
    │   │   ├── BoothNotShown           409
    │   │   └── TooManyLetters          429
    │   │   ── connections
    │   └── ConnectionRefused           answered over the WebSocket with a close code, by reason
    └── ServerFault                     base: our own
        │   ── server
        ├── InternalError               500
        ├── DiskFull                    507
        ├── ObjectsUnreachable          503
        ├── Stopping                    503
        │   ── sign_in
        ├── ProviderUnreachable         502: whom we let say who somebody is
        ├── ProviderStrange             502
        │   ── uploads
        └── PictureUnfinished           503

Codes are stable names; `error.<code>` and `close.<reason>` of the catalogue hold their sentences. The numbers
are in two tables: `statuses.HTTP_STATUS`, and `connections.CLOSE_CODES`.
"""
