"""Every page asked for by everybody: shown, or the answer for what is not there, as the table says."""

import re
from pathlib import Path

import pytest
from tests.scene import PEOPLE
from tests.situations import NOWHERE

from .asker import BASE, Asker
from .rights import MAY_OPEN

ELSEWHERE = ("/static/", "/live/", "/healthz", "/readyz", "/metrics", "/demo")
"""What is no page, or has tests of its own about who gets it."""


@pytest.fixture(scope="module")
def askers(unchanged):
    """Everybody's browser, by role; `nobody` has not signed in."""
    app = unchanged.application.app
    return {"nobody": Asker(app), **{who: Asker(app, who) for who in PEOPLE}}


def pages(app, method):
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if method in rule.methods and not rule.rule.startswith(ELSEWHERE)
    }


def address(scene, rule):
    """The page as the scene has it."""
    at = "held" if rule.endswith(("/answer", "/follow-up")) else "voting"
    there = "sealed" if rule.endswith("/paper") else at
    known = {
        "<workshop>": scene.workshops[there],
        "<cohort>": scene.cohort,
        "<topic>": scene.topics[at],
        "<team>": scene.teams["ahlen"],
        "<seat>": scene.seats["member"],
        "<person>": scene.people["coach"] if "<role>" in rule else scene.people["member"],
        "<role>": scene.roles["coach"],
        "<organisation>": scene.organisation,
        "<invitation>": scene.invitation,
        "<passkey>": scene.passkey,
        "<slug>": "imprint",
        "<code>": "de",
    }
    for name, value in known.items():
        rule = rule.replace(name, value)
    return rule.replace("<token>", "0" * 56) if "<token>" in rule else rule


def answered(answer):
    """`x` shown or led on, `.` not there, `s` sign in first."""
    if answer.status_code == 404:
        return "."
    if answer.status_code in (302, 303):
        return "s" if answer.location.startswith("/sign-in") else "x"
    return "x" if answer.status_code == 200 else str(answer.status_code)


def test_every_page_has_a_line_in_the_table(unchanged):
    assert pages(unchanged.application.app, "GET") == set(MAY_OPEN)


@pytest.mark.parametrize("rule", sorted(MAY_OPEN))
def test_a_page_opens_for_whom_the_table_says(unchanged, askers, rule):
    here = address(unchanged.scene, rule)
    found = {who: answered(askers[who].get(here)) for who in MAY_OPEN[rule]}
    assert found == MAY_OPEN[rule]


@pytest.mark.parametrize("rule", sorted(MAY_OPEN))
def test_who_may_not_open_a_page_may_not_send_its_form_either(unchanged, askers, rule):
    if rule not in pages(unchanged.application.app, "POST"):
        return
    here = address(unchanged.scene, rule)
    for who, opens in MAY_OPEN[rule].items():
        if opens == "." and who != "nobody":  # who is not signed in has no token to send
            asker = askers[who]
            sent = asker.client.post(
                here, data={"csrf_token": asker.csrf}, headers={"Origin": BASE}, base_url=BASE
            )
            assert sent.status_code == 404, who


def test_the_token_of_a_link_comes_into_no_log_of_nginx(unchanged):
    sample = (Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf").read_text()
    written = re.findall(r"^    ~(\S+) +(/\S+/);$", sample, re.MULTILINE)
    [quiet] = re.findall(r"location ~ (\S+) \{\n +error_log \S+ crit;", sample)
    rules = [rule for rule in MAY_OPEN if "<token>" in rule]
    assert rules
    for rule in rules:
        here = rule.replace("<token>", "0" * 56)
        assert [path for pattern, path in written if re.match(pattern, here)] == [rule.replace("<token>", "")]
        assert re.match(quiet, here)


def test_what_does_not_exist_is_not_there_for_anybody(unchanged, askers):
    for rule in sorted(MAY_OPEN):
        for name in ("<workshop>", "<cohort>", "<person>", "<organisation>"):
            if name in rule:
                here = address(unchanged.scene, rule.replace(name, NOWHERE))
                for who in ("member", "administrator"):
                    assert answered(askers[who].get(here)) == ".", (who, here)


def test_the_navigation_shows_the_rooms_that_there_are_for_somebody(askers):
    found = {
        who: re.findall(r'class="ws-nav__link" href="(/\w*)"', askers[who].get("/").text) for who in PEOPLE
    }
    cohort, outside = ["/", "/workshops", "/people", "/profile"], ["/", "/profile"]
    alone = dict.fromkeys(("expert", "network", "former", "newcomer"), outside)
    office = {"administrator": [*cohort[:3], "/admin", "/profile"]}
    assert found == {**dict.fromkeys(PEOPLE, cohort), **alone, **office}
