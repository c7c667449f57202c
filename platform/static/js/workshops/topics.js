// <workshop-topics stream="workshop/…" cohort="cohort/…">, for guests without `cohort`: topics and questions as cards, what a team needs or can offer, withdrawing and its undo.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { announce, send, serverNow, showToast } from "../live.js";
import { classes } from "../live/classes.js";
import { LiveElement } from "../live/element.js";
import { minutes, teams } from "../numbers.js";
import { page } from "../page.js";
import { mayMerge, meetingBySheet, meetingMoments, phaseOf } from "./phases.js";
import { separateButton, topicDesk } from "./topic_desk.js";
import { forwardBox } from "./topic_forward.js";
import { carrying, fateOf, headline, history, lasting, lineage, mayAct, outcome, partsOf } from "./topic_life.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { CohortState } from "../people/state.js" */
/** @import { Phase } from "./phases.js" */
/** @import { Topic, WorkshopState } from "./state.js" */
/** @import { Fate } from "./topic_life.js" */

export class WorkshopTopics extends LiveElement {
  constructor() {
    super();
    /** @type {Set<string>} the topics whose desk is open */
    this.desks = new Set();
  }

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
      if (name === "topic.merged" || name === "topic.unmerged") this.#regrouped(name, body.topics);
      const id = body.topic?.id ?? body.topic;
      if (!name.startsWith("topic.") || !id || this.#isPending(id)) continue;
      this.lightUp(id);
      const title = this.state.topics.find((topic) => topic.id === id)?.title;
      if (name === "topic.proposed" && title) announce(_("Neues Thema: {title}.", { title }), id);
      if (name === "topic.withdrawn" && title) announce(_("Das Thema „{title}“ wurde zurückgezogen.", { title }), id);
    }
  }

  /**
   * @param {string} name
   * @param {Topic[]} topics
   */
  #regrouped(name, topics) {
    const [one, other] = name === "topic.merged" ? [...topics].sort((topic) => (topic.state === "merged" ? -1 : 1)) : topics;
    const values = { title: one?.title ?? "", into: other?.title ?? "" };
    for (const { id } of topics) this.lightUp(id);
    announce(
      name === "topic.merged" ? _("„{title}“ ist jetzt Teil von „{into}“.", values) : _("„{title}“ und „{into}“ sind wieder getrennt.", values),
      values.title,
    );
  }

  firstUpdated() {
    super.firstUpdated();
    this.lightUp(location.hash.replace("#topic-", ""));
    this.requestUpdate();
  }

  draw() {
    const { topics, poll, agenda } = this.state;
    const phase = phaseOf(poll, agenda, serverNow());
    this.wakeAt([poll?.opens_at, poll?.closes_at, ...meetingMoments(this.state, serverNow())]);
    const own = (/** @type {Topic} */ { state, team }) => state === "withdrawn" && team !== null && team === page.team;
    const open = topics.filter(({ state }) => state === "proposed" || state === "chosen");
    const shown = topics.filter((topic) => open.includes(topic) || (own(topic) && topic.minutes));
    const questions = topics.filter((topic) => topic.state === "question" || (own(topic) && !topic.minutes));
    return html`
      ${page.facilitates ? forwardBox(this.place, this.state) : nothing}
      ${shown.length
        ? html`<h2 class="kern-sr-only">${_("Vorgeschlagene Themen")}</h2>
            ${this.#sum(open)}
            <div class="ws-cards">${repeat(shown, ({ id }) => id, (topic) => this.#card(topic, phase))}</div>`
        : this.#empty()}
      ${questions.length
        ? html`<h2 class="kern-title">${_("Fragen aus der Praxis")}</h2>
            <p class="ws-muted">${_("Noch keine Themen: Sie stehen nicht zur Wahl, bis ihr Team ein Thema daraus macht.")}</p>
            <div class="ws-cards">${repeat(questions, ({ id }) => id, (topic) => this.#card(topic, phase))}</div>`
        : nothing}
    `;
  }

  #empty() {
    if (this.state.workshop.cancelled_at) return html`<p class="ws-muted">${_("Hier steht kein Thema.")}</p>`;
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
    const { id, question, team } = topic;
    const title = headline(topic);
    const mine = team !== null && team === page.team;
    const fate = fateOf(topic, this.state, serverNow());
    const merging = page.facilitates && mayMerge(phase, this.state.poll);
    const address = `/workshops/${this.state.workshop.id}/topics/${id}`;
    const withdrawn = topic.state === "withdrawn";
    const over = meetingBySheet(this.state, serverNow()) === "past";
    const name = classes(
      "ws-card ws-topic", mine && "is-mine", withdrawn && "is-withdrawn", this.#isPending(id) && "is-pending", this.lit.has(id) && "just-changed",
    );
    return html`<article class=${name} data-topic=${id} aria-labelledby="topic-${id}">
      <header class="ws-card__header">
        <h3 class="ws-card__title" id="topic-${id}">${title}</h3>
        <div class="ws-card__meta">
          ${topic.minutes ? html`<span class="ws-fact"><span class="kern-icon ws-icon ws-icon--clock" aria-hidden="true"></span>${lasting(topic)}</span>` : nothing}
          <span class="ws-fact"><span class="kern-icon ws-icon ws-icon--team" aria-hidden="true"></span>${this.#proposer(topic)}</span>
          ${this.#badge(topic, fate)}
        </div>
      </header>
      ${question && question !== title ? html`<p class="ws-topic__question">${question}</p>` : nothing}
      ${history(topic, this.state)} ${lineage(topic, this.state, (part) => this.#proposer(part), (part) => (merging ? separateButton(this.place, part) : nothing))}
      ${this.#voice(topic, "need")} ${this.#voice(topic, "offer")} ${withdrawn ? nothing : carrying(topic, (team) => this.#nameOf(team), over)}
      ${outcome(topic, { fate, mine, address })}
      ${page.facilitates && (topic.state === "proposed" || topic.state === "chosen") ? topicDesk(this.place, topic, this.state, this.#desk(id, merging)) : nothing}
      ${mine && mayAct(topic, phase) ? this.#acts(topic) : nothing}
    </article>`;
  }

  /**
   * @param {string} id
   * @param {boolean} merging
   */
  #desk(id, merging) {
    const toggled = (/** @type {boolean} */ open) => {
      if (open) this.desks.add(id);
      else this.desks.delete(id);
      this.requestUpdate();
    };
    return { merging, open: this.desks.has(id), toggled };
  }

  /** @param {Topic} topic */
  #proposer({ team, state }) {
    if (state === "question" && team !== null) {
      return team === page.team ? _("notiert von Ihrem Team") : _("notiert von {team}", { team: this.#nameOf(team) });
    }
    if (team !== null && team === page.team) return _("vorgeschlagen von Ihrem Team");
    return team ? _("vorgeschlagen von {team}", { team: this.#nameOf(team) }) : _("aus der Gruppe");
  }

  /**
   * @param {Topic} topic
   * @param {Fate} fate
   */
  #badge({ state }, fate) {
    if (state === "question") return html`<span class="kern-badge ws-badge"><span class="kern-label">${_("Frage")}</span></span>`;
    if (fate === "off" || fate === "missed") return html`<span class="kern-badge ws-badge"><span class="kern-label">${_("vom Ablauf genommen")}</span></span>`;
    if (state === "chosen") {
      return html`<span class="kern-badge kern-badge--success">
        <span class="kern-icon ws-icon ws-icon--check" aria-hidden="true"></span><span class="kern-label">${fate === "held" ? _("behandelt") : _("gewählt")}</span>
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
    const names = voices.map((team) => this.#nameOf(team));
    const over = meetingBySheet(this.state, serverNow()) === "past";
    const usable = page.team !== null && topic.state !== "withdrawn" && !over && !this.state.workshop.cancelled_at;
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
  #acts(topic) {
    const { id, state } = topic;
    const title = headline(topic);
    const withdrawn = state === "withdrawn";
    const edit = state === "question"
      ? { href: `new?question=${id}`, words: _("Thema daraus machen"), refused: this.state.workshop.cancelled_at }
      : { href: `${id}/change`, words: _("Ändern"), refused: withdrawn };
    return html`<footer class="ws-card__footer">
      ${edit.refused
        ? nothing
        : html`<a class="kern-btn kern-btn--tertiary" href="/workshops/${this.state.workshop.id}/topics/${edit.href}">
            <span class="kern-icon ws-icon ws-icon--edit" aria-hidden="true"></span>
            <span class="kern-label">${edit.words}</span><span class="kern-sr-only">: ${title}</span>
          </a>`}
      ${partsOf(this.state.topics, id).length
        ? html`<p class="ws-muted">${_("Zurückziehen geht, sobald die Moderation die Themen getrennt hat.")}</p>`
        : html`<button type="button" class="kern-btn kern-btn--tertiary" @click=${() => (withdrawn ? this.#restore(id) : this.#withdraw(id, title))}>
            <span class="kern-icon ws-icon ${withdrawn ? "ws-icon--undo" : "ws-icon--minus"}" aria-hidden="true"></span>
            <span class="kern-label">${withdrawn ? _("Wieder vorschlagen") : _("Zurückziehen")}</span><span class="kern-sr-only">: ${title}</span>
          </button>`}
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
    if (id === page.team) return _("Ihr Team");
    return this.cohort?.teams.find((team) => team.id === id)?.name ?? page.teams[id] ?? _("ein neues Team");
  }
}
