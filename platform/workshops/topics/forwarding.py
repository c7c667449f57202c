"""What becomes of the topics of a workshop that does not take place: facilitators hand them on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, update

from foundation import policy
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.agenda import queries as agendas
from workshops.series import queries as series
from workshops.voting import queries as voting

from .models import Topic, TopicState
from .policy import TopicPermission
from .service import arrive, leave


class ForwardTopics(Body):
    """Everything that stands at the workshop."""


def _next_one(connection: Connection, place: Place, _body: ForwardTopics) -> Sequence[str]:
    return agendas.next_place(connection, place.id)


@command("topic.forward", ForwardTopics, place="workshop", touches=_next_one)
def forward(transaction: Transaction, actor: Actor, place: Place, _body: ForwardTopics) -> Made:
    """Topics and questions of a cancelled workshop go where an adoption would send what is left over.

    What was chosen stands for election again. A result stays, to be read; of one that was not adopted
    nothing can be made any more.
    """
    policy.require(actor, TopicPermission.FORWARD, place)
    connection = transaction.connection
    here = series.planned(connection, actor, place.id)
    if here is None:
        raise not_found()
    if here.cancelled_at is None:
        raise Refusal(Code.CLOSED, N_("Dieses Treffen ist nicht abgesagt."))
    poll = voting.last(connection, place.id)
    if poll is not None and poll.closed_at is None:
        raise Refusal(
            Code.CLOSED,
            N_(
                "Hier läuft eine Abstimmung oder ist eine angekündigt. "
                "Schließen Sie zuerst die Abstimmung, oder nehmen Sie die Ankündigung zurück."
            ),
        )
    chosen = (Topic.workshop_id == here.row, Topic.state == TopicState.CHOSEN)
    connection.execute(update(Topic).where(*chosen).values(state=TopicState.PROPOSED))
    left = leave(transaction, place.name, here.row)
    if not left:
        raise Refusal(Code.CLOSED, N_("Hier steht kein Thema und keine Frage, die weitergehen könnten."))
    following = agendas.following(connection, here.row)
    if following is None:
        return None
    arrive(transaction, f"workshop/{following.public_id}", following.id, Topic.id.in_(left))
    return {"workshop": following.public_id}
