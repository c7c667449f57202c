"""In the middle of a vote a seat passes on: nothing of the team's is lost, and nobody votes who has left."""

from sqlalchemy import select
from tests.scene import PASSWORD, address
from tests.serving import SECRET_KEY
from tests.visiting import Visitor

from foundation.database import Database
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.links.rules import token
from werkstatt import keys
from werkstatt.settings import load

NEW = {"name": "Ahlen · Nachfolge", "email": "nachfolge@example.org"}
WORDS = "Distel Harfe Kompass Nebel"


def link_to(scene, tmp_path, email):
    """The address in the mail."""
    database = Database(scene.url)
    query = select(LinkRow.public_id).join(Invitation, Invitation.public_id == LinkRow.subject)
    with database.reading() as connection:
        link = connection.execute(query.where(Invitation.email == email)).scalar_one()
    database.close()
    settings = load(data_dir=tmp_path, secret_key=SECRET_KEY, base_url="http://127.0.0.1")
    return "/join/" + token(link, keys.key(settings, keys.LINKS))


def join(server, path):
    """The successor opens the link and makes an account."""
    visitor = Visitor(server.url)
    form = {"name": NEW["name"], "password": WORDS, "repeat": WORDS, "csrf_token": visitor.form_token(path)}
    joined = visitor.post(path, form)
    assert (joined.status, joined.headers["Location"]) == (302, "/welcome")
    visitor.csrf = visitor.get("/live/session").json["csrf"]
    return visitor


def test_a_seat_passes_on_in_the_middle_of_a_vote(scene, serve, tmp_path):
    server = serve(scene.url, mode="threading").start()
    ballot, workshop = scene.ballot("voting", "ahlen"), scene.place("voting")
    leaving = Visitor(server.url).sign_in(address("member"), PASSWORD)
    office = Visitor(server.url).sign_in(address("administrator"), PASSWORD)
    socket = leaving.socket()
    assert all(socket.subscribe(name)["ok"] for name in (ballot, workshop))
    before = leaving.snapshot(ballot)["state"]

    passed_on = office.command("seat.succeed", scene.place("cohort"), {"seat": scene.seats["member"], **NEW})
    assert passed_on.status == 200
    mark = {"topic": scene.topics["voting"], "value": 0}
    assert leaving.command("ballot.mark", workshop, mark).code == "not_found"
    assert leaving.get(f"/live/streams/{ballot}").status == 404
    evicted = [("evicted", {"stream": name}) for name in (ballot, workshop)]
    socket.listen(lambda heard: all(one in heard for one in evicted))
    socket.close()

    successor = join(server, link_to(scene, tmp_path, NEW["email"]))
    assert successor.snapshot(ballot)["state"] == before
    assert before["marks"][scene.topics["voting"]]["value"] == 1
    assert successor.command("ballot.mark", workshop, mark).status == 200
    marked = successor.snapshot(ballot)["state"]["marks"][scene.topics["voting"]]
    assert (marked["value"], marked["by"]["name"]) == (0, NEW["name"])
