"""Somebody who asks the application at its HTTP door."""

import json

from tests.scene import token

from foundation import commands

BASE = "http://127.0.0.1:5000"


class Asker:
    """Somebody at the HTTP door of the application, without a network between."""

    def __init__(self, app, who=None):
        self.client = app.test_client()
        if who:
            signed = app.session_interface.get_signing_serializer(app)
            self.client.set_cookie(
                "session", signed.dumps({"_user_id": token(who), "_fresh": True}), domain="127.0.0.1"
            )
        self.csrf = self.get("/live/session").get_json().get("csrf", "")

    def get(self, path):
        return self.client.get(path, base_url=BASE)

    def command(self, name, place, body, *, once=""):
        sent = {"id": once or commands.new_id(), "name": name, "place": place, "body": body}
        headers = {"Origin": BASE, "X-CSRFToken": self.csrf, "Content-Type": "application/json"}
        return self.client.post(
            "/live/commands", data=json.dumps(sent, default=str), headers=headers, base_url=BASE
        )

    def read(self, stream):
        return self.get(f"/live/streams/{stream}")

    def catch_up(self, stream):
        return self.get(f"/live/streams/{stream}/events?epoch=none&after=0")
