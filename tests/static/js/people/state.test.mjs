// The streams of a cohort and of a person: an old snapshot and the events after it are the new snapshot.

import assert from "node:assert/strict";
import { test } from "node:test";

import { reduceCohort, reducePerson } from "../../../../platform/static/js/people/state.js";

const event = (name, body) => ({ seq: 1, name, at: "", body });
const meeting = (id, startsAt, place = "Siegburg") => ({ id, number: 1, title: id, starts_at: startsAt, place, minutes: 360 });
const team = (id, ...members) => ({ id, name: id, members: members.map((name) => ({ id: name, name })) });
const cohort = (changes = {}) => ({
  cohort: { id: "c", name: "Durchgang 2015/16" },
  workshops: [meeting("w1", "2016-01-20T08:00:00.000000Z"), meeting("w2", "2016-04-28T07:00:00.000000Z")],
  teams: [team("Ahlen", "Ahlen · Jugendamt"), team("Menden")],
  ...changes,
});

test("a cohort that is called otherwise stays what it is", () => {
  const renamed = { id: "c", name: "Durchgang 2015–2017" };
  assert.deepEqual(reduceCohort(cohort(), event("cohort.changed", { cohort: renamed })), cohort({ cohort: renamed }));
});

test("workshops stay in the order of their dates", () => {
  const [first, second] = cohort().workshops;
  const between = meeting("w3", "2016-03-01T08:00:00.000000Z");
  assert.deepEqual(reduceCohort(cohort(), event("workshop.announced", { workshop: between })).workshops, [first, between, second]);
  const moved = meeting("w1", "2016-06-01T08:00:00.000000Z", "Ahlen");
  assert.deepEqual(reduceCohort(cohort(), event("workshop.rescheduled", { workshop: moved })).workshops, [second, moved]);
});

test("a team is replaced where it stands, a new one is added", () => {
  const changed = team("Ahlen", "Ahlen · Engagementförderung");
  assert.deepEqual(reduceCohort(cohort(), event("team.changed", { team: changed })), cohort({ teams: [changed, team("Menden")] }));
  const added = reduceCohort(cohort(), event("team.changed", { team: team("Senden") }));
  assert.deepEqual(added, cohort({ teams: [...cohort().teams, team("Senden")] }));
});

test("a team that was removed is gone, and the others stay", () => {
  assert.deepEqual(reduceCohort(cohort(), event("team.removed", { team: "Ahlen" })), cohort({ teams: [team("Menden")] }));
});

test("a profile and its sessions are replaced, rights alone change nothing here", () => {
  const person = { name: "Ahlen · Jugendamt", language: "de", theme: "auto", sessions: [] };
  const profile = { name: "Ahlen · Soziales", language: "en", theme: "dark" };
  assert.deepEqual(reducePerson(person, event("profile.changed", profile)), { ...profile, sessions: [] });
  const sessions = [{ id: "s", opened_at: "", device: "Firefox, Linux" }];
  assert.deepEqual(reducePerson(person, event("sessions.changed", { sessions })), { ...person, sessions });
  assert.equal(reducePerson(person, event("rights.changed", {})), person);
});
