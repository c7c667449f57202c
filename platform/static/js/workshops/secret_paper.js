// <workshop-secret-paper stream="workshop/…" team="…">: what a secret poll is, and the team's paper, which no stream tells.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { announce, ask, send, serverNow } from "../live.js";
import { LiveElement } from "../live/element.js";
import { fetchPaper } from "../live/requests.js";
import { Refusal } from "../live/shapes.js";
import { kindOf } from "./methods.js";
import { howToFillIn } from "./papers/paper.js";
import { phaseOf, standing } from "./phases.js";
import { topicField } from "./secret_fields.js";
import { asLongAsAny } from "./secret_length.js";
import { twoVersions } from "./secret_versions.js";
import { emptied, secretInShort, secretProtects, withoutResult } from "./secret_words.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Phase } from "./phases.js" */
/** @import { Poll, Topic, WorkshopState } from "./state.js" */

/** @import { Said } from "./secret_versions.js" */

/**
 * @typedef {Said & {poll: string, team: string, version: number}} Paper
 */

/** A body may name so many topics; where there are more, those that are not wanted are left out. */
const MOST_MARKS = 128;

export class WorkshopSecretPaper extends LiveElement {
  constructor() {
    super();
    /** What lies in the box, as far as this screen knows. @type {Paper | null} */
    this.paper = null;
    /** What was filled in here and is not handed in; kept nowhere else. @type {Said | null} */
    this.draft = null;
    /** What somebody else of the team has handed in meanwhile. @type {Paper | null} */
    this.other = null;
    /** For which round, begun when, the paper was asked for. */
    /** @type {string | null} */ this.askedFor = "";
    /** @type {"" | "fetching" | "failed" | "none" | "sending"} */
    this.doing = "";
    this.message = "";
    this.guard = (/** @type {BeforeUnloadEvent} */ event) => this.draft && this.phase === "open" && event.preventDefault();
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("beforeunload", this.guard);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.guard);
  }

  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  get place() {
    return this.getAttribute("stream") ?? "";
  }

  get phase() {
    return phaseOf(this.state.poll, this.state.agenda, serverNow());
  }

  /**
   * @param {string} _attribute
   * @param {LiveEvent[]} events
   */
  noticed(_attribute, events) {
    for (const { name } of events) if (name === "poll.reset") announce(emptied(), "poll");
  }

  /** @param {import("lit").PropertyValues} changed */
  updated(changed) {
    super.updated(changed);
    const poll = this.state?.poll;
    // When the session has ended, whoever sits down next finds nothing here.
    if (!this.state) this.askedFor = this.paper = this.draft = this.other = null;
    if (!poll?.secret || !this.hasAttribute("team") || this.phase !== "open") return;
    const round = `${poll.id} ${poll.reset_at}`;
    if (this.askedFor === round) return;
    this.askedFor = round;
    this.paper = this.draft = this.other = null;
    void this.#fetch();
  }

  draw() {
    const { poll } = this.state;
    this.wakeAt([poll?.opens_at, poll?.closes_at]);
    const { phase } = this;
    if (!poll?.secret || phase === "collecting") return nothing;
    return html`<section class="ws-secret ws-stack" data-phase=${phase} aria-labelledby="secret-title">
      <h2 class="kern-title" id="secret-title">${_("Geheime Abstimmung")}</h2>
      ${this.#standing(poll, phase)}
      <details class="ws-details">
        <summary>${_("Wovor das schützt und wovor nicht")}</summary>
        <div class="ws-stack">${secretProtects()}</div>
      </details>
      ${phase === "open" && this.hasAttribute("team") ? this.#own(poll) : nothing}
    </section>`;
  }

  /**
   * @param {Poll} poll
   * @param {Phase} phase
   */
  #standing(poll, phase) {
    if (phase === "void") return html`<p class="ws-lead">${withoutResult(poll.quorum ?? 0, Boolean(poll.reset_at))}</p>`;
    if (poll.closed_at) return html`<p>${_("Die Stimmzettel sind vernichtet. Geblieben sind die Summen.")}</p>`;
    return html`
      ${poll.reset_at ? html`<p class="ws-secret__emptied" role="status">${emptied()}</p>` : nothing}
      <p>${secretInShort(poll.quorum ?? 0)}</p>
    `;
  }

  /** @param {Poll} poll */
  #own(poll) {
    if (this.doing === "none") {
      return html`<p class="ws-lead">${_("Als diese Abstimmung angesetzt wurde, war Ihr Team noch nicht dabei. Bei der nächsten stimmt es mit ab.")}</p>`;
    }
    if (!this.paper) {
      return this.doing === "failed"
        ? html`<p role="alert">${_("Der Stimmzettel Ihres Teams ließ sich nicht laden.")}</p>
            ${this.#button(_("Noch einmal versuchen"), () => this.#fetch())}`
        : html`<p role="status">${_("Der Stimmzettel Ihres Teams wird geladen …")}</p>`;
    }
    const topics = standing(this.state);
    const said = this.draft ?? this.paper;
    const submit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      void this.#cast(this.paper?.version ?? 0);
    };
    return html`
      <h3 class="kern-title">${_("Stimmzettel Ihres Teams")}</h3>
      <p>${howToFillIn(poll)} ${kindOf(poll.method) === "order" ? _("Jeder Platz kommt nur einmal vor.") : nothing}</p>
      <form class="ws-secret__form" novalidate @submit=${submit}>
        <ul class="ws-secret__topics">
          ${repeat(topics, ({ id }) => id, (topic) => html`<li data-topic=${topic.id}>${this.#field(poll, topic, topics.length, said)}</li>`)}
        </ul>
        <div class="kern-form-check">
          <input class="kern-form-check__checkbox" type="checkbox" id="secret-abstained" .checked=${said.abstained} @change=${(/** @type {Event} */ event) => this.#say({ abstained: /** @type {HTMLInputElement} */ (event.target).checked })} />
          <label class="kern-label" for="secret-abstained">${_("Wir enthalten uns")}</label>
        </div>
        <p class="kern-error" role="alert" ?hidden=${!this.message}>${this.message}</p>
        ${this.other ? this.#choice(poll, topics, this.other) : this.#acts(this.paper)}
        <p class="ws-secret__saved" role="status">${this.#saved(this.paper)}</p>
      </form>
    `;
  }

  /**
   * @param {Poll} poll
   * @param {Topic} topic
   * @param {number} topics
   * @param {Said} said
   */
  #field(poll, topic, topics, said) {
    const change = (/** @type {number} */ value) => this.#say({ marks: { ...said.marks, [topic.id]: value } });
    return topicField({ poll, topic, topics, value: said.marks[topic.id] ?? 0, change });
  }

  /** @param {Paper} paper */
  #acts({ version }) {
    const words = version ? _("Geänderten Stimmzettel abgeben") : _("Stimmzettel abgeben");
    return html`<div class="ws-cluster">
      <button type="submit" class="kern-btn kern-btn--primary" aria-disabled=${this.doing === "sending"}><span class="kern-label">${words}</span></button>
      ${this.#button(_("Stand des Teams neu laden"), () => this.#reload())}
    </div>`;
  }

  /**
   * @param {string} label
   * @param {() => void} act
   * @param {"primary" | "secondary"} [kind]
   */
  #button(label, act, kind = "secondary") {
    return html`<button type="button" class="kern-btn kern-btn--${kind}" @click=${act}><span class="kern-label">${label}</span></button>`;
  }

  /**
   * @param {Poll} poll
   * @param {Topic[]} topics
   * @param {Paper} other
   */
  #choice(poll, topics, other) {
    const acts = html`
      ${this.#button(_("Meinen Stand abgeben"), () => this.#cast(other.version), "primary")}
      ${this.#button(_("Den abgegebenen Stand übernehmen"), () => this.#take(other))}
    `;
    return twoVersions({ poll, topics, own: this.draft ?? other, other, acts });
  }

  /** @param {Paper} paper */
  #saved({ version }) {
    if (this.doing === "sending") return _("Wird abgegeben …");
    if (this.draft) return _("Noch nicht abgegeben: Was Sie hier eintragen, gilt erst, wenn Sie es abgeben.");
    if (!version) return _("Ihr Team hat noch keinen Stimmzettel abgegeben.");
    return _("Abgegeben. Sie können ihn bis zum Ende der Abstimmung ändern.");
  }

  /** @param {Partial<Said>} change */
  #say(change) {
    const { marks, abstained } = this.draft ?? this.paper ?? { marks: {}, abstained: false };
    this.draft = { marks, abstained, ...change };
    this.message = "";
    this.requestUpdate();
  }

  /** @param {Paper} paper */
  #take(paper) {
    this.paper = paper;
    this.draft = this.other = null;
    this.message = "";
    this.requestUpdate();
  }

  async #reload() {
    const sure = !this.draft || (await ask({
      title: _("Neu laden und Ihre Eintragungen verwerfen?"),
      text: [_("Was Sie eingetragen und nicht abgegeben haben, geht verloren.")],
      confirm: _("Neu laden"),
    }));
    if (!sure) return;
    this.draft = this.other = null;
    await this.#fetch();
    announce(_("Der Stand Ihres Teams ist neu geladen."), "secret-paper");
  }

  async #fetch() {
    this.doing = "fetching";
    this.requestUpdate();
    try {
      this.paper = await this.#read();
      this.doing = "";
    } catch (error) {
      if (error instanceof Refusal && error.status !== 404 && error.status < 500) throw error;
      this.doing = error instanceof Refusal && error.status === 404 ? "none" : "failed";
    }
    this.requestUpdate();
  }

  /** @returns {Promise<Paper>} */
  #read() {
    return fetchPaper(this.state.workshop.id);
  }

  /** @param {number} base */
  async #cast(base) {
    if (this.doing === "sending" || !this.paper) return;
    const said = this.draft ?? this.paper;
    this.doing = "sending";
    this.message = "";
    this.requestUpdate();
    const topics = standing(this.state);
    const all = topics.map(({ id }) => [id, said.marks[id] ?? 0]);
    // A paper on which all are named is as long as any other.
    const marks = Object.fromEntries(all.length > MOST_MARKS ? all.filter(([, value]) => value) : all);
    try {
      await send(this.place, "ballot.cast", asLongAsAny({ poll: this.paper.poll, base, marks, abstained: said.abstained }), { traceless: true, quiet: true });
      this.#take({ ...this.paper, marks, abstained: said.abstained, version: base + 1 });
      announce(_("Ihr Stimmzettel ist abgegeben."), "secret-paper");
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      await this.#refused(refusal, said);
    }
    this.doing = "";
    this.requestUpdate();
  }

  /**
   * @param {Refusal} refusal
   * @param {Said} said
   */
  async #refused(refusal, said) {
    this.draft = { marks: said.marks, abstained: said.abstained };
    this.message = refusal.fields.marks ?? refusal.message;
    if (refusal.code !== "stale") return;
    try {
      this.other = await this.#read();
      this.message = "";
      this.requestUpdate();
      await this.updateComplete;
      /** @type {HTMLElement | null} */ (this.querySelector("#secret-conflict"))?.focus();
    } catch {
      this.other = null;
    }
  }
}
