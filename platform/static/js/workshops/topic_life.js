// What a card says about the life of a topic: where it comes from, what it needs, who can carry it, what came of it.

import { html, nothing } from "lit";

import { _, n_ } from "../gettext.js";
import { list, minutes, number } from "../numbers.js";
import { meetingBySheet, phaseOf } from "./phases.js";

/** @import { Phase } from "./phases.js" */
/** @import { Topic, WorkshopState } from "./state.js" */
/** @typedef {(team: string) => string} Naming  what a team is called, or "your team" */

/** @param {Topic} topic */
export function lasting({ minutes: least, minutes_most: most }) {
  if (!most || most === least) return minutes(least);
  return _("{least} bis {most} Minuten", { least: number(least), most: number(most) });
}

/** @param {Topic} topic  a question may have no title */
export function headline({ title, question }) {
  return title || question;
}

/**
 * Whether its team may change and withdraw a topic, or bring it back. While a poll is announced or under way nobody
 * changes what it is about, and what was withdrawn may come back; from its end to the adoption all stays as it was counted.
 * A question is on no ballot.
 *
 * @param {Topic} topic
 * @param {Phase} phase
 */
export function mayAct({ state, minutes: votable }, phase) {
  if (state === "chosen" || phase === "settled") return false;
  if (votable === null) return true;
  return phase === "collecting" || phase === "void" || (state === "withdrawn" && phase !== "closed");
}

/**
 * What has become of a chosen topic: `held` once its meeting has dealt with it, `off` when it was taken off the run
 * sheet with all its parts, `missed` once the meeting is over without it. Until then, and of all others, nothing.
 *
 * @typedef {"" | "held" | "off" | "missed"} Fate
 *
 * @param {Topic} topic
 * @param {WorkshopState} state
 * @param {Date} now
 * @returns {Fate}
 */
export function fateOf(topic, state, now) {
  const { workshop, poll, agenda, sheet } = state;
  if (topic.state !== "chosen" || phaseOf(poll, agenda, now) !== "settled") return "";
  const over = !workshop.cancelled_at && meetingBySheet(state, now) === "past";
  const off = sheet?.off.some((block) => block.topic === topic.id) && !sheet.blocks.some((block) => block.topic === topic.id);
  if (off) return over ? "missed" : "off";
  return over ? "held" : "";
}

/**
 * Whether topics are stranded here, and whether a poll has to be closed first; the server says so with the same rule.
 *
 * @param {WorkshopState} state
 * @returns {"no" | "first_close" | "yes"}
 */
export function mayForward({ workshop, topics, poll }) {
  if (!workshop.cancelled_at || !topics.some(({ state }) => ["proposed", "question", "chosen"].includes(state))) return "no";
  return poll && !poll.closed_at ? "first_close" : "yes";
}

/**
 * Everything that has become part of a topic, those that are part of a part included.
 *
 * @param {Topic[]} topics
 * @param {string} id
 * @returns {Topic[]}
 */
export function partsOf(topics, id) {
  return topics.filter(({ merged_into }) => merged_into === id).flatMap((part) => [part, ...partsOf(topics, part.id)]);
}

/**
 * What a topic stands as in the vote: itself, or what it has become part of.
 *
 * @param {Topic[]} topics
 * @param {string} id
 * @returns {Topic | undefined}
 */
export function rootOf(topics, id) {
  const topic = topics.find((one) => one.id === id);
  return topic?.merged_into ? rootOf(topics, topic.merged_into) : topic;
}

/**
 * The topic that a carried mark was made at: a part may have got it from a part of its own.
 *
 * @param {WorkshopState} state
 * @param {Record<string, {taken_from?: string}>} marks
 * @param {string | undefined} source
 */
export function carriedFrom({ topics }, marks, source) {
  let first = source;
  while (first && marks[first]?.taken_from) first = marks[first].taken_from;
  return topics.find(({ id }) => id === first)?.title ?? "";
}

/**
 * @param {Topic} topic
 * @param {WorkshopState} state
 * @param {(topic: Topic) => string} proposer  "proposed by …", as on its own card
 * @param {(part: Topic) => unknown} separate  the button that takes a part out again
 */
export function lineage(topic, { topics }, proposer, separate) {
  const parts = partsOf(topics, topic.id);
  if (!parts.length) return nothing;
  return html`<div class="ws-topic__parts">
    <p>${_("Zusammengeführt aus:")}</p>
    <ul>
      <li>${_("„{title}“, {origin}", { title: topic.title, origin: proposer(topic) })}</li>
      ${parts.map((part) => html`<li>
        ${_("„{title}“, {origin}", { title: part.title, origin: proposer(part) })}
        ${part.merged_into === topic.id ? separate(part) : nothing}
      </li>`)}
    </ul>
  </div>`;
}

/**
 * What is to be known before voting: that it stood before, and what has to come first.
 *
 * @param {Topic} topic
 * @param {WorkshopState} state
 */
export function history(topic, { topics }) {
  const before = topic.after.map((id) => rootOf(topics, id)).filter((one) => one && one.id !== topic.id);
  const titles = before.map((one) => _("„{title}“", { title: one ? headline(one) : "" }));
  const meetings = topic.parked.map((n) => _("{n}.", { n: number(n) }));
  return html`
    ${topic.parked.length ? html`<p class="ws-topic__note">${_("Stand schon beim {numbers} Treffen zur Wahl.", { numbers: list(meetings) })}</p>` : nothing}
    ${topic.asked_at && topic.state !== "question" ? html`<p class="ws-topic__note">${_("Aus einer Frage aus der Praxis entstanden.")}</p>` : nothing}
    ${titles.length ? html`<p class="ws-topic__note">${_("Vorher kommen muss: {titles}", { titles: list(titles) })}</p>` : nothing}
  `;
}

/**
 * Whether the group or somebody from outside should carry it: as it was noted, or, before the meeting, as the offers suggest.
 *
 * @param {Topic} topic
 * @param {Naming} nameOf
 * @param {boolean} over  whether the meeting is over
 */
export function carrying({ carrier, need, offer }, nameOf, over) {
  if (carrier) {
    const decided = carrier.by === "group" ? _("Entschieden: Die Gruppe trägt das Thema selbst.") : _("Entschieden: Externe Fachleute tragen das Thema.");
    return html`<p class="ws-topic__carrier is-decided">${decided}${carrier.note ? html` <span class="ws-topic__said">${carrier.note}</span>` : nothing}</p>`;
  }
  if (over) return nothing;
  if (offer.length) {
    const names = list(offer.map(nameOf));
    const words = n_("Das kann die Gruppe selbst tragen: {names} kann beitragen.", "Das kann die Gruppe selbst tragen: {names} können beitragen.", offer.length, { names });
    return html`<p class="ws-topic__carrier">${words}</p>`;
  }
  return need.length ? html`<p class="ws-topic__carrier">${_("Hier fehlt noch jemand: externe Fachleute ansprechen?")}</p>` : nothing;
}

/**
 * Whether the meeting has answered the question, as the proposing team sees it; the team can say so here. What the
 * meeting has not come to can go on at once.
 *
 * @param {Topic} topic
 * @param {{fate: Fate, mine: boolean, address: string}} where
 */
export function outcome({ answer, title }, { fate, mine, address }) {
  const goOn = html`<a class="kern-btn kern-btn--tertiary" href="${address}/follow-up"><span class="kern-label">${_("Folgethema vorschlagen")}</span><span class="kern-sr-only">: ${title}</span></a>`;
  if (fate === "missed" && mine) return html`<div class="ws-topic__outcome"><p class="ws-topic__links">${goOn}</p></div>`;
  if (fate !== "held") return nothing;
  const words = answer && { yes: _("Die Frage ist beantwortet."), partly: _("Die Frage ist zum Teil beantwortet."), no: _("Die Frage ist noch offen.") }[answer.answered];
  const ask = answer ? _("Antwort ändern") : _("Hat das Treffen Ihre Frage beantwortet?");
  return html`<div class="ws-topic__outcome">
    ${words ? html`<p><strong>${words}</strong></p>` : nothing}
    ${answer?.note ? html`<p class="ws-topic__said">${answer.note}</p>` : nothing}
    ${mine
      ? html`<p class="ws-topic__links">
          <a class="kern-btn kern-btn--tertiary" href="${address}/answer"><span class="kern-label">${ask}</span><span class="kern-sr-only">: ${title}</span></a>
          ${answer && answer.answered !== "yes" ? goOn : nothing}
        </p>`
      : nothing}
  </div>`;
}
