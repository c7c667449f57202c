"""A served scene with readers on every stream, and what every refusal looks like."""

import json
import threading
import uuid

from tests.house.rights import MAY
from tests.scene import PASSWORD, PEOPLE, address
from tests.visiting import Visitor

from foundation.database import Database
from foundation.errors import STATUS


class Served:
    """A server with a scene, everybody signed in, and readers on every stream who should notice nothing."""

    PATIENCE = (0.03, 0.001, 0.001, 0.001)
    """Seconds of silence at each: what comes in the first comes to all; later news fail the next test."""

    def __init__(self, scene, server):
        self.scene = scene
        self.server = server
        self.database = Database(scene.url)
        self.visitors = {who: Visitor(server.url).sign_in(address(who), PASSWORD) for who in PEOPLE}
        self.readers = [
            self._reader(who, *names)
            for who, names in {
                "member": [
                    scene.place("cohort"), *map(scene.place, ("collecting", "voting", "counted", "member")),
                    scene.ballot("voting", "ahlen"),
                ],
                "neighbour": [scene.place("voting"), scene.ballot("voting", "menden")],
                "facilitator": [scene.place("counted"), scene.desk("voting"), scene.desk("counted")],
                "outsider": [scene.place("foreign"), scene.place("other_cohort")],
            }.items()
        ]  # fmt: skip

        self._lock = threading.Lock()
        self._over = threading.Event()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self):
        """Answer the server's pings while a test is busy."""
        while not self._over.wait(1):
            with self._lock:
                for reader in self.readers:
                    reader.drain(seconds=0.01)

    def _reader(self, who, *names):
        socket = self.visitors[who].socket()
        for name in names:
            assert socket.subscribe(name)["ok"], name
        return socket

    def __getitem__(self, who):
        return self.visitors[who]

    def asker(self, name):
        """Somebody who may give the command, so that nothing but the input is wrong."""
        return self.visitors[next((who for who in PEOPLE if MAY[name].get(who)), "administrator")]

    def noticed(self):
        """What the readers have heard since they were asked last."""
        heard = []
        with self._lock:
            for seconds, reader in zip(self.PATIENCE, self.readers, strict=True):
                told = reader.drain(seconds=seconds)
                heard += [(name, body) for name, body in told if name not in ("heartbeat", "presence")]
                reader.heard.clear()
                assert reader.is_open
        return heard

    def close(self):
        self._over.set()
        self._listener.join()
        for reader in self.readers:
            reader.close()
        self.database.close()
        assert "Traceback" not in self.server.said
        assert '"event": "unexpected"' not in self.server.said


def refused(reply, status, *codes, field=None, why=""):
    """The reply is a refusal in the one shape, and says what it has to say."""
    assert reply.status == status, (why, reply.status, reply.text[:500])
    told = reply.json
    assert set(told) == {"ok", "error"}, why
    assert told["ok"] is False, why
    assert set(told["error"]) == {"code", "message", "fields"}, why
    assert told["error"]["code"] in codes, (why, told)
    assert STATUS[told["error"]["code"]] == status, (why, told)
    assert told["error"]["message"], (why, told)
    assert "%(" not in json.dumps(told), (why, told)
    fields = told["error"]["fields"]
    assert all(isinstance(sentence, str) and sentence for sentence in fields.values()), (why, told)
    if field is not None:
        assert field in fields, (why, told)


def envelope(name, place, body):
    return {"id": str(uuid.uuid4()), "name": name, "place": place, "body": body}
