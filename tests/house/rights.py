"""Who may do what in the house: the one table. `tests/house/test_rights.py` asks every door whether it is so.

    x   is carried out, or may be read
    .   is refused with the same answer as what does not exist
    s   leads to the sign-in (pages only)

The place is one of the cohort (or the member's own person); `neighbour` sits in another team of the same
cohort, `outsider` in another cohort, `coach` coaches the member's team, `visitor` facilitates another cohort,
`expert` is a guest of the running workshop, `network` a member of the network and of no cohort,
`former` had a seat in the member's team until it ended, `system` is the house itself as the one who lets
people in. Who brings no session is told to sign in, everywhere and before anything is looked at.
"""

from __future__ import annotations

COMMANDS = """
                      member neighbour outsider coach facilitator visitor administrator former expert network system

person.create         .      .         .        .     .           .       x             .      .      .       x
person.lock           .      .         .        .     .           .       x             .      .      .       x
person.unlock         .      .         .        .     .           .       x             .      .      .       x
sessions.end          .      .         .        .     .           .       x             .      .      .       x
person.erase          x      .         .        .     .           .       x             .      .      .       x
tour.finish           x      .         .        .     .           .       .             .      .      .       .
directory.change      x      .         .        .     .           .       .             .      .      .       .
profile.change        x      .         .        .     .           .       .             .      .      .       .
notifications.change  x      .         .        .     .           .       .             .      .      .       .
notifications.unsubscribe .  .         .        .     .           .       .             .      .      .       x
password.set          x      .         .        .     .           .       .             .      .      .       x
password.begin        .      .         .        .     .           .       .             .      .      .       x
password.renew        .      .         .        .     .           .       .             .      .      .       x
session.open          .      .         .        .     .           .       .             .      .      .       x
session.close         x      .         .        .     .           .       .             .      .      .       x
codes.begin           .      .         .        .     .           .       .             .      .      .       x
codes.confirm         .      .         .        .     .           .       .             .      .      .       x
codes.remove          .      .         .        .     .           .       .             .      .      .       x
code.use              .      .         .        .     .           .       .             .      .      .       x
recovery.renew        .      .         .        .     .           .       .             .      .      .       x
factors.drop          .      .         .        .     .           .       .             .      .      .       x
session.confirm       .      .         .        .     .           .       .             .      .      .       x
passkey.add           .      .         .        .     .           .       .             .      .      .       x
passkey.use           .      .         .        .     .           .       .             .      .      .       x
passkey.rename        .      .         .        .     .           .       .             .      .      .       x
passkey.remove        .      .         .        .     .           .       .             .      .      .       x
identity.link         .      .         .        .     .           .       .             .      .      .       x
identity.use          .      .         .        .     .           .       .             .      .      .       x
identity.remove       .      .         .        .     .           .       .             .      .      .       x
reset.request         .      .         .        .     .           .       .             .      .      .       x
reset.make            .      .         .        .     .           .       .             .      .      .       x
reset.use             .      .         .        .     .           .       .             .      .      .       x
address.ask           .      .         .        .     .           .       .             .      .      .       x
address.confirm       .      .         .        .     .           .       .             .      .      .       x
address.drop          x      .         .        .     .           .       .             .      .      .       .
text.change           .      .         .        .     .           .       x             .      .      .       x
retention.run         .      .         .        .     .           .       .             .      .      .       x
retention.warn        .      .         .        .     .           .       .             .      .      .       x

organisation.create   .      .         .        .     .           .       x             .      .      .       x
organisation.change   .      .         .        .     .           .       x             .      .      .       x
organisation.remove   .      .         .        .     .           .       x             .      .      .       x
programme.create      .      .         .        .     .           .       x             .      .      .       x
programme.change      .      .         .        .     .           .       x             .      .      .       x
import.confirm        .      .         .        .     .           .       x             .      .      .       x
import.undo           .      .         .        .     .           .       x             .      .      .       x
list.export           .      .         .        .     .           .       x             .      .      .       x
cohort.create         .      .         .        .     .           .       x             .      .      .       x
cohort.change         .      .         .        .     .           .       x             .      .      .       x
team.create           .      .         .        .     .           .       x             .      .      .       x
team.change           .      .         .        .     .           .       x             .      .      .       x
team.remove           .      .         .        .     .           .       x             .      .      .       x
seat.give             .      .         .        .     .           .       x             .      .      .       x
seat.change           .      .         .        .     .           .       x             .      .      .       x
seat.end              .      .         .        .     .           .       x             .      .      .       x
seat.succeed          .      .         .        .     .           .       x             .      .      .       x
seat.turn             .      .         .        .     .           .       .             .      .      .       x
role.grant            .      .         .        .     .           .       x             .      .      .       x
role.change           .      .         .        .     .           .       x             .      .      .       x
role.end              .      .         .        .     .           .       x             .      .      .       x
role.turn             .      .         .        .     .           .       .             .      .      .       x
invitation.send       .      .         .        .     .           .       x             .      .      .       x
invitation.resend     .      .         .        .     .           .       x             .      .      .       x
invitation.withdraw   .      .         .        .     .           .       x             .      .      .       x
invitation.accept     .      .         .        .     .           .       .             .      .      .       x

workshop.create       .      .         .        .     x           .       x             .      .      .       x
workshop.change       .      .         .        .     x           .       x             .      .      .       x
workshop.cancel       .      .         .        .     x           .       x             .      .      .       x
workshop.reinstate    .      .         .        .     x           .       x             .      .      .       x
calendar.open         x      .         .        .     .           .       .             .      .      .       .
calendar.revoke       x      .         .        .     .           .       .             .      .      .       .
topic.propose         x      x         .        .     .           .       .             .      .      .       .
topic.change          x      .         .        .     .           .       .             .      .      .       .
topic.withdraw        x      .         .        .     .           .       .             .      .      .       .
topic.restore         x      .         .        .     .           .       .             .      .      .       .
topic.need            x      x         .        .     .           .       .             .      .      .       .
topic.offer           x      x         .        .     .           .       .             .      .      .       .
topic.ask             x      x         .        .     .           .       .             .      .      .       .
topic.answer          x      .         .        .     .           .       .             .      .      .       .
topic.carry           .      .         .        .     x           .       .             .      .      .       .
topic.merge           .      .         .        .     x           .       .             .      .      .       .
topic.unmerge         .      .         .        .     x           .       .             .      .      .       .
topic.forward         .      .         .        .     x           .       .             .      .      .       .
poll.open             .      .         .        .     x           .       .             .      .      .       .
poll.change           .      .         .        .     x           .       .             .      .      .       .
poll.close            .      .         .        .     x           .       .             .      .      .       x
poll.reopen           .      .         .        .     x           .       .             .      .      .       .
poll.remind           .      .         .        .     .           .       .             .      .      .       x
ballot.mark           x      x         .        .     .           .       .             .      .      .       .
ballot.fill           x      x         .        .     .           .       .             .      .      .       .
ballot.confirm        x      x         .        .     .           .       .             .      .      .       .
ballot.enter          .      .         .        .     x           .       .             .      .      .       .
ballot.abstain        x      x         .        .     .           .       .             .      .      .       .
ballot.cast           x      x         .        .     .           .       .             .      .      .       .
poll.reset            .      .         .        .     .           .       .             .      .      .       x
agenda.adopt          .      .         .        .     x           .       .             .      .      .       .
block.move            .      .         .        .     x           .       .             .      .      .       .
block.resize          .      .         .        .     x           .       .             .      .      .       .
block.rename          .      .         .        .     x           .       .             .      .      .       .
block.split           .      .         .        .     x           .       .             .      .      .       .
block.join            .      .         .        .     x           .       .             .      .      .       .
block.add             .      .         .        .     x           .       .             .      .      .       .
block.remove          .      .         .        .     x           .       .             .      .      .       .
block.restore         .      .         .        .     x           .       .             .      .      .       .
sheet.start           .      .         .        .     x           .       .             .      .      .       .
sheet.next            .      .         .        .     x           .       .             .      .      .       .
sheet.back            .      .         .        .     x           .       .             .      .      .       .
sheet.extend          .      .         .        .     x           .       .             .      .      .       .
"""  # noqa: E501 -- a table

STREAMS = """
                                 member neighbour outsider coach facilitator visitor administrator former expert network

cohort/{cohort}                  x      x         .        x     x           .       x             .      .      .
workshop/{workshop}              x      x         .        x     x           .       .             .      x      .
workshop/{workshop}/team/{team}  x      .         .        .     .           .       .             .      .      .
workshop/{workshop}/facilitators .      .         .        .     x           .       .             .      .      .
person/{person}                  x      .         .        .     .           .       .             .      .      .
"""  # noqa: E501 -- a table

PAGES = """
                                              nobody member neighbour outsider coach facilitator visitor administrator former expert network

/                                             s      x      x         x        x     x           x       x             x      x      x
/address/<token>                              .      .      .         .        .     .           .       .             .      .      .
/admin                                        s      .      .         .        .     .           .       x             .      .      .
/admin/audit                                  s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts                                s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts/<cohort>                       s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts/<cohort>/change                s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts/<cohort>/invite                s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts/<cohort>/seats/<seat>          s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts/<cohort>/seats/<seat>/succeed  s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts/<cohort>/teams/<team>          s      .      .         .        .     .           .       x             .      .      .
/admin/cohorts/new                            s      .      .         .        .     .           .       x             .      .      .
/admin/export                                 s      .      .         .        .     .           .       x             .      .      .
/admin/import                                 s      .      .         .        .     .           .       x             .      .      .
/admin/import/template                        s      .      .         .        .     .           .       x             .      .      .
/admin/invitations/<invitation>/resend        s      .      .         .        .     .           .       x             .      .      .
/admin/invite                                 s      .      .         .        .     .           .       x             .      .      .
/admin/organisations                          s      .      .         .        .     .           .       x             .      .      .
/admin/organisations/<organisation>           s      .      .         .        .     .           .       x             .      .      .
/admin/organisations/new                      s      .      .         .        .     .           .       x             .      .      .
/admin/people                                 s      .      .         .        .     .           .       x             .      .      .
/admin/people/<person>                        s      .      .         .        .     .           .       x             .      .      .
/admin/people/<person>/administrator          s      .      .         .        .     .           .       x             .      .      .
/admin/people/<person>/roles                  s      .      .         .        .     .           .       x             .      .      .
/admin/people/<person>/roles/<role>           s      .      .         .        .     .           .       x             .      .      .
/admin/people/<person>/erase                  s      .      .         .        .     .           .       x             .      .      .
/admin/programmes                             s      .      .         .        .     .           .       x             .      .      .
/admin/retention                              s      .      .         .        .     .           .       x             .      .      .
/admin/texts                                  s      .      .         .        .     .           .       x             .      .      .
/calendar                                     s      x      x         x        x     x           x       x             x      x      x
/calendar/feed/<token>                        .      .      .         .        .     .           .       .             .      .      .
/cohorts/<cohort>                             s      x      x         .        x     x           .       x             .      .      .
/cohorts/<cohort>/contacts.vcf                s      x      x         .        x     x           .       x             .      .      .
/cohorts/<cohort>/contacts/<person>.vcf       s      x      x         .        x     x           .       x             .      .      .
/forgot                                       x      x      x         x        x     x           x       x             x      x      x
/goodbye                                      s      x      x         x        x     x           x       x             x      x      x
/forgot/sent                                  x      x      x         x        x     x           x       x             x      x      x
/join/<token>                                 .      .      .         .        .     .           .       .             .      .      .
/language/<code>                              x      x      x         x        x     x           x       x             x      x      x
/mail/unsubscribe/<token>                     .      .      .         .        .     .           .       .             .      .      .
/people                                       s      x      x         x        x     x           x       x             x      x      x
/confirm                                      s      x      x         x        x     x           x       x             x      x      x
/profile                                      s      x      x         x        x     x           x       x             x      x      x
/profile/address                              s      x      x         x        x     x           x       x             x      x      x
/profile/data                                 s      x      x         x        x     x           x       x             x      x      x
/profile/data/erase                           s      x      x         x        x     x           x       x             x      x      x
/profile/directory                            s      x      x         x        x     x           x       x             x      x      x
/profile/notifications                        s      x      x         x        x     x           x       x             x      x      x
/profile/security                             s      x      x         x        x     x           x       x             x      x      x
/profile/security/codes                       s      x      x         x        x     x           x       x             x      x      x
/profile/security/password                    s      x      x         x        x     x           x       x             x      x      x
/profile/security/codes/remove                s      x      x         x        x     x           x       x             x      x      x
/profile/security/passkeys                    s      x      x         x        x     x           x       x             x      x      x
/profile/security/passkeys/<passkey>          s      .      .         .        .     .           .       .             .      .      .
/reset/<token>                                .      .      .         .        .     .           .       .             .      .      .
/sign-in                                      x      x      x         x        x     x           x       x             x      x      x
/sign-in/oidc                                 .      .      .         .        .     .           .       .             .      .      .
/sign-in/oidc/callback                        .      .      .         .        .     .           .       .             .      .      .
/sign-in/second                               s      s      s         s        s     s           s       s             s      s      s
/texts/<slug>                                 x      x      x         x        x     x           x       x             x      x      x
/texts/<slug>/change                          s      .      .         .        .     .           .       x             .      .      .
/welcome                                      s      x      x         x        x     x           x       x             x      x      x
/workshops                                    s      x      x         x        x     x           x       x             x      x      x
/workshops/<workshop>                         s      x      x         .        x     x           .       .             .      x      .
/workshops/<workshop>/agenda                  s      x      x         .        x     x           .       .             .      x      .
/workshops/<workshop>/calendar.ics            s      x      x         .        x     x           .       .             .      x      .
/workshops/<workshop>/cancel                  s      .      .         .        .     x           .       x             .      .      .
/workshops/<workshop>/change                  s      .      .         .        .     x           .       x             .      .      .
/workshops/<workshop>/poll                    s      x      x         .        x     x           .       .             .      x      .
/workshops/<workshop>/projector               s      x      x         .        x     x           .       .             .      x      .
/workshops/<workshop>/result                  s      x      x         .        x     x           .       .             .      x      .
/workshops/<workshop>/result.pb               s      .      .         .        .     .           .       .             .      .      .
/workshops/<workshop>/result.txt              s      .      .         .        .     .           .       .             .      .      .
/workshops/<workshop>/poll/paper              s      x      x         .        .     .           .       .             .      .      .
/workshops/<workshop>/topics                  s      x      x         .        x     x           .       .             .      x      .
/workshops/<workshop>/topics/<topic>/change   s      x      .         .        .     .           .       .             .      .      .
/workshops/<workshop>/topics/<topic>/answer   s      x      .         .        .     .           .       .             .      .      .
/workshops/<workshop>/topics/<topic>/carrier  s      .      .         .        .     x           .       .             .      .      .
/workshops/<workshop>/topics/<topic>/follow-up s     x      .         .        .     .           .       .             .      .      .
/workshops/<workshop>/topics/ask              s      x      x         .        .     .           .       .             .      .      .
/workshops/<workshop>/topics/new              s      x      x         .        .     .           .       .             .      .      .
/workshops/memory                             s      x      x         x        x     x           x       .             .      .      .
/workshops/new                                s      .      .         .        .     x           x       x             .      .      .
"""  # noqa: E501 -- a table


def read(table: str) -> dict[str, dict[str, bool]]:
    """By line of the table, by role: allowed or not."""
    head, *lines = (line.split() for line in table.splitlines() if line.strip())
    for name, *marks in lines:
        if len(marks) != len(head) or not set(marks) <= {"x", "."}:
            raise ValueError(f"the line of {name} does not fit the table")
    if len({line[0] for line in lines}) != len(lines):
        raise ValueError("a line stands twice in the table")
    return {name: {who: mark == "x" for who, mark in zip(head, marks, strict=True)} for name, *marks in lines}


MAY = read(COMMANDS)
MAY_READ = read(STREAMS)


def read_pages(table: str) -> dict[str, dict[str, str]]:
    """By page, by role: `x` it opens, `.` it is not there, `s` sign in first."""
    head, *lines = (line.split() for line in table.splitlines() if line.strip())
    if any(len(marks) != len(head) or not set(marks) <= {"x", ".", "s"} for _page, *marks in lines):
        raise ValueError("a line does not fit the table of pages")
    return {page: dict(zip(head, marks, strict=True)) for page, *marks in lines}


MAY_OPEN = read_pages(PAGES)
