// <workshop-topics stream="workshop/…" cohort="cohort/…">, for guests without `cohort`: the topics as cards; what a team needs or can offer; withdrawing and its undo.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { announce, send, serverNow, showToast } from "../live.js";
import { classes } from "../live/classes.js";
import { LiveElement } from "../live/element.js";
import { minutes, teams } from "../numbers.js";
import { page } from "../page.js";
import { meetingAt, phaseOf } from "./phases.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { CohortState } from "../people/state.js" */
/** @import { Phase } from "./phases.js" */
/** @import { Topic, WorkshopState } from "./state.js" */

/**
 * While a poll is announced or under way nobody changes what it is about; what was withdrawn may come back.
 *
 * @param {Topic} topic
 * @param {Phase} phase
 */
function mayAct({ state }, phase) {
  if (state === "chosen" || phase === "settled") return false;
  return state === "withdrawn" || phase === "collecting" || phase === "closed";
}

export class WorkshopTopics extends LiveElement {
  streams() {
    return ["stream", "cohort"];
  }

  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  /** @returns {CohortState | undefined} */
  get cohort() {
    return this.stateOf("cohort");
  }

  get place() {
    return this.getAttribute("stream") ?? "";
  }

  /**
   * @param {string} _attribute
   * @param {LiveEvent[]} events
   */
  noticed(_attribute, events) {
    for (const { name, body } of events) {
      const id = body.topic?.id ?? body.topic;
      if (!name.startsWith("topic.") || !id || this.#isPending(id)) continue;
      this.lightUp(id);
      const title = this.state.topics.find((topic) => topic.id === id)?.title;
      if (name === "topic.proposed" && title) announce(_("Neues Thema: {title}.", { title }), id);
      if (name === "topic.withdrawn" && title) announce(_("Das Thema „{title}“ wurde zurückgezogen.", { title }), id);
    }
  }

  firstUpdated() {
    super.firstUpdated();
    this.lightUp(location.hash.replace("#topic-", ""));
    this.requestUpdate();
  }

  draw() {
    const { topics, poll, agenda } = this.state;
    const phase = phaseOf(poll, agenda, serverNow());
    this.wakeAt([poll?.opens_at, poll?.closes_at]);
    const shown = topics.filter(({ state, team }) => state !== "withdrawn" || (team !== null && team === page.team));
    const open = topics.filter(({ state }) => state !== "withdrawn");
    if (!shown.length) return this.#empty();
    return html`
      <h2 class="kern-sr-only">${_("Vorgeschlagene Themen")}</h2>
      ${this.#sum(open)}
      <div class="ws-cards">
        ${repeat(shown, ({ id }) => id, (topic) => this.#card(topic, phase))}
      </div>
    `;
  }

  #empty() {
    return html`<div class="ws-empty">
      <span class="kern-icon kern-icon--large ws-icon ws-icon--workshops" aria-hidden="true"></span>
      <h2 class="ws-empty__title">${_("Noch hat niemand ein Thema vorgeschlagen")}</h2>
      <p>${_("Hier erscheint jedes Thema, sobald ein Team es vorschlägt. Anfangen kann jedes Team.")}</p>
    </div>`;
  }

  /** @param {Topic[]} topics */
  #sum(topics) {
    const sum = topics.reduce((all, topic) => all + topic.minutes, 0);
    const values = { sum: minutes(sum), room: minutes(this.state.workshop.minutes) };
    return html`<p class="ws-muted">${_("Die Themen brauchen zusammen {sum}, das Treffen hat {room}.", values)}</p>`;
  }

  /**
   * @param {Topic} topic
   * @param {Phase} phase
   */
  #card(topic, phase) {
    const { id, title, question, team } = topic;
    const mine = team !== null && team === page.team;
    const withdrawn = topic.state === "withdrawn";
    const name = classes(
      "ws-card ws-topic", mine && "is-mine", withdrawn && "is-withdrawn", this.#isPending(id) && "is-pending", this.lit.has(id) && "just-changed",
    );
    return html`<article class=${name} data-topic=${id} aria-labelledby="topic-${id}">
      <header class="ws-card__header">
        <h3 class="ws-card__title" id="topic-${id}">${title}</h3>
        <div class="ws-card__meta">
          <span class="ws-fact"><span class="kern-icon ws-icon ws-icon--clock" aria-hidden="true"></span>${minutes(topic.minutes)}</span>
          <span class="ws-fact"><span class="kern-icon ws-icon ws-icon--team" aria-hidden="true"></span>${this.#proposer(team)}</span>
          ${this.#badge(topic)}
        </div>
      </header>
      ${question ? html`<p class="ws-topic__question">${question}</p>` : nothing}
      ${this.#voice(topic, "need")} ${this.#voice(topic, "offer")}
      ${mine && mayAct(topic, phase) ? this.#acts(topic) : nothing}
    </article>`;
  }

  /** @param {string | null} team */
  #proposer(team) {
    if (team !== null && team === page.team) return _("vorgeschlagen von Ihrem Team");
    return team ? _("vorgeschlagen von {team}", { team: this.#nameOf(team) }) : _("aus der Gruppe");
  }

  /** @param {Topic} topic */
  #badge({ state }) {
    if (state === "chosen") {
      return html`<span class="kern-badge kern-badge--success">
        <span class="kern-icon ws-icon ws-icon--check" aria-hidden="true"></span><span class="kern-label">${_("gewählt")}</span>
      </span>`;
    }
    if (state === "withdrawn") return html`<span class="kern-badge ws-badge"><span class="kern-label">${_("zurückgezogen")}</span></span>`;
    return nothing;
  }

  /**
   * @param {Topic} topic
   * @param {"need" | "offer"} kind
   */
  #voice(topic, kind) {
    const voices = topic[kind];
    const pressed = page.team !== null && voices.includes(page.team);
    const label = kind === "need" ? _("Brauchen wir") : _("Können wir beitragen");
    const toggle = () => send(this.place, `topic.${kind}`, { topic: topic.id, value: !pressed });
    const names = voices.map((team) => (team === page.team ? _("Ihr Team") : this.#nameOf(team)));
    const over = meetingAt(this.state.workshop, serverNow()) === "past";
    const usable = page.team !== null && topic.state !== "withdrawn" && !over;
    return html`<div class="ws-topic__voice">
      ${usable
        ? html`<button type="button" class="ws-toggle" aria-pressed=${pressed} aria-describedby="topic-${topic.id}" @click=${toggle}>
            <span class="ws-toggle__box" aria-hidden="true"></span>
            <span class="ws-toggle__label">${label}</span>
            <span class="ws-toggle__count">${teams(voices.length)}</span>
          </button>`
        : html`<p class="ws-fact">${label}: ${teams(voices.length)}</p>`}
      ${names.length ? html`<p class="ws-topic__teams">${names.join(", ")}</p>` : nothing}
    </div>`;
  }

  /** @param {Topic} topic  one button for withdrawing and for its undo, so that the focus stays where it is */
  #acts({ id, title, state }) {
    const withdrawn = state === "withdrawn";
    return html`<footer class="ws-card__footer">
      ${withdrawn
        ? nothing
        : html`<a class="kern-btn kern-btn--tertiary" href="/workshops/${this.state.workshop.id}/topics/${id}/change">
            <span class="kern-icon ws-icon ws-icon--edit" aria-hidden="true"></span>
            <span class="kern-label">${_("Ändern")}</span><span class="kern-sr-only">: ${title}</span>
          </a>`}
      <button type="button" class="kern-btn kern-btn--tertiary" @click=${() => (withdrawn ? this.#restore(id) : this.#withdraw(id, title))}>
        <span class="kern-icon ws-icon ${withdrawn ? "ws-icon--undo" : "ws-icon--minus"}" aria-hidden="true"></span>
        <span class="kern-label">${withdrawn ? _("Wieder vorschlagen") : _("Zurückziehen")}</span><span class="kern-sr-only">: ${title}</span>
      </button>
    </footer>`;
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  #withdraw(id, title) {
    const takeBack = showToast({
      tone: "success",
      text: _("„{title}“ ist zurückgezogen.", { title }),
      action: { label: _("Rückgängig"), run: () => this.#restore(id) },
    });
    send(this.place, "topic.withdraw", { topic: id }).catch(takeBack);
  }

  /** @param {string} id */
  #restore(id) {
    void send(this.place, "topic.restore", { topic: id });
  }

  /** @param {string} id */
  #isPending(id) {
    return this.pendingOf().some(({ name, body }) => name.startsWith("topic.") && body.topic === id);
  }

  /** @param {string} id  teams are told in another stream, which may come a moment after the topic */
  #nameOf(id) {
    return this.cohort?.teams.find((team) => team.id === id)?.name ?? page.teams[id] ?? _("ein neues Team");
  }
}
