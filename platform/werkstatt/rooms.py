"""The rooms of the house: importing this module declares every command, stream, rule, job and table."""

from __future__ import annotations

from sqlalchemy import Connection

import people.accounts.service
import people.cohorts.roles
import people.cohorts.seats
import people.cohorts.service
import people.cohorts.succession
import people.cohorts.teams
import people.directory.models
import people.directory.service
import people.factors.dropping
import people.factors.models
import people.factors.passkeys
import people.factors.service
import people.identities.models
import people.identities.service
import people.imports.exporting
import people.imports.models
import people.imports.service
import people.imports.undoing
import people.invitations.accepting
import people.invitations.models
import people.invitations.service
import people.links.models
import people.mail.choosing
import people.mail.models
import people.mail.service
import people.organisations.service
import people.privacy.models
import people.privacy.retention.service
import people.privacy.service
import people.profile.queries
import people.profile.service
import people.recovery.moving
import people.recovery.service
import people.sign_in.locking
import people.sign_in.service
import people.texts.service
import people.tour.service
import werkstatt.demo.mark
import workshops.agenda.service
import workshops.calendar.models
import workshops.calendar.service
import workshops.run_sheet.service
import workshops.series.service
import workshops.streams
import workshops.topics.forwarding
import workshops.topics.life
import workshops.topics.merging
import workshops.topics.service
import workshops.voting.ballots
import workshops.voting.reminders
import workshops.voting.secret.service
import workshops.voting.service
from foundation import places

DECLARED = (
    people.accounts.service,
    people.cohorts.roles,
    people.cohorts.seats,
    people.cohorts.service,
    people.cohorts.succession,
    people.cohorts.teams,
    people.directory.models,
    people.directory.service,
    people.factors.dropping,
    people.factors.models,
    people.factors.passkeys,
    people.factors.service,
    people.identities.models,
    people.identities.service,
    people.imports.exporting,
    people.imports.models,
    people.imports.service,
    people.imports.undoing,
    people.invitations.accepting,
    people.invitations.models,
    people.invitations.service,
    people.links.models,
    people.mail.choosing,
    people.mail.models,
    people.mail.service,
    people.organisations.service,
    people.privacy.models,
    people.privacy.retention.service,
    people.privacy.service,
    people.profile.queries,
    people.profile.service,
    people.recovery.moving,
    people.recovery.service,
    people.sign_in.locking,
    people.sign_in.service,
    people.texts.service,
    people.tour.service,
    werkstatt.demo.mark,
    workshops.agenda.service,
    workshops.run_sheet.service,
    workshops.calendar.models,
    workshops.calendar.service,
    workshops.series.service,
    workshops.streams,
    workshops.topics.forwarding,
    workshops.topics.life,
    workshops.topics.merging,
    workshops.topics.service,
    workshops.voting.ballots,
    workshops.voting.reminders,
    workshops.voting.secret.service,
    workshops.voting.service,
)
"""What declares something by being imported."""


def furnish(connection: Connection) -> None:
    """The one place that no command makes."""
    if not places.find(connection, [places.HOUSE]):
        places.create(connection, places.HOUSE, parent=None)
