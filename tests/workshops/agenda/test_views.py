"""The page of a result: once it is adopted it says why, topic for topic."""

import re


def test_an_adopted_agenda_says_why_topic_for_topic(world, browse):
    long, short = world.propose(title="Strategie", minutes=240), world.propose(title="Karte", minutes=180)
    world.propose(title="Digital", minutes=60)
    world.ask("facilitator", "poll.open")
    for who, topics in {"ahlen": [long, short], "menden": [long]}.items():
        for topic in topics:
            world.mark(who, topic)
    world.ask("facilitator", "poll.close")
    address = f"/workshops/{world.workshop}/agenda"
    assert "Der Rechenweg" not in browse("ahlen").get(address).text
    world.ask("facilitator", "agenda.adopt")
    page = browse("ahlen").get(address)
    rows = re.findall(r'<tr class="kern-table__row">(.*?)</tr>', page.text, re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    assert cells == [
        ["Strategie", "2", "240", "360", "gewählt: passt in die freie Zeit"],
        ["Karte", "1", "180", "120", "nicht gewählt: länger als die freie Zeit"],
        ["Digital", "0", "60", "120", "nicht gewählt: kein Team wollte es"],
    ]
