"""Every CONTROL message: one frozen dataclass each, its wire name in `t`, a module a subject.

    module          from a visitor                  from the server
    joining         hello, profile, go, bye         welcome, queued, token, closing
    people          who, chat                       people, said, population
    positions       sit                             seated, correct
    booths          opened, card                    booths
    events          hand, floor                     stage, part, hands
    outreach        reachable, outcome              invitation, recalled
    moderation      report                          restricted, cleared, announced, rules
    watching        watch                           watching, overheard, desk
    notices                                         notice

Rules that keep old clients working: a `t` is never reused for another meaning, a field never changes its
type, a new field has a default. `directions` lists which side sends what; types of fields are in `fields`.
The TypeScript of all this is generated (`python -m yuanzhan.protocol.typescript`), and docs/protocol.md
explains it in words.
"""
