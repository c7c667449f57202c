// What all live elements have in common: they follow streams, draw into the page itself, and light up what has changed.

import { LitElement, html } from "lit";

import { _ } from "../gettext.js";
import { connection, follow, serverNow } from "../live.js";

/** @import { LiveEvent, View } from "./shapes.js" */

const LIT = 2000;
/** Longer timers than this overflow in browsers. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * A subclass says in `streams()` which of its attributes name a stream, draws in `draw()` from `this.views`, and may
 * react to what has just happened in `noticed()`. Its skeleton stays until every stream has its first state.
 */
export class LiveElement extends LitElement {
  constructor() {
    super();
    /** @type {Map<string, View>} */
    this.views = new Map();
    /** @type {(() => void)[]} */
    this.stops = [];
    /** @type {Map<string, number>} */
    this.lit = new Map();
    this.alarm = 0;
    this.connectionChanged = () => this.requestUpdate();
  }

  /** Light DOM: the page's own styles and labels reach everything. */
  createRenderRoot() {
    return this;
  }

  /** @returns {string[]} */
  streams() {
    return ["stream"];
  }

  connectedCallback() {
    super.connectedCallback();
    connection.addEventListener("change", this.connectionChanged);
    for (const attribute of this.streams()) {
      const stream = this.getAttribute(attribute);
      if (stream) this.stops.push(follow(stream, (view) => this.#viewed(attribute, view)));
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    connection.removeEventListener("change", this.connectionChanged);
    for (const stop of this.stops.splice(0)) stop();
    clearTimeout(this.alarm);
  }

  shouldUpdate() {
    const named = this.streams().filter((attribute) => this.getAttribute(attribute));
    return named.every((attribute) => this.views.has(attribute));
  }

  willUpdate() {
    if (!this.hasUpdated) this.replaceChildren();
  }

  /** A link to a part of the page was followed before that part was there. */
  firstUpdated() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && this.contains(target)) target.scrollIntoView({ block: "center" });
  }

  /**
   * Whoever stands on a button that an event takes away stays at this place of the page instead of at its top.
   *
   * @param {import("lit").PropertyValues} changed
   */
  update(changed) {
    const within = this.contains(document.activeElement);
    super.update(changed);
    if (!within || this.contains(document.activeElement)) return;
    this.tabIndex = -1;
    this.focus({ preventScroll: true });
  }

  render() {
    if ([...this.views.values()].some((view) => view.evicted)) {
      return html`<div class="ws-evicted"><p>${_("Dieser Bereich ist für Sie nicht mehr zugänglich. Die Seite wird gleich neu geladen.")}</p></div>`;
    }
    if ([...this.views.values()].some((view) => view.withheld)) {
      return html`<div class="ws-evicted"><p>${connection.standing === "other-actor" ? _("In diesem Browser hat sich inzwischen jemand anderes angemeldet.") : _("Ihre Anmeldung ist beendet. Bitte melden Sie sich wieder an.")}</p></div>`;
    }
    return this.draw();
  }

  /** @returns {unknown} */
  draw() {
    return "";
  }

  /**
   * @param {string} _attribute  which stream it was
   * @param {LiveEvent[]} _events
   * @param {View} _view
   */
  noticed(_attribute, _events, _view) {}

  /** @param {string} [attribute] */
  stateOf(attribute = "stream") {
    return this.views.get(attribute)?.state;
  }

  /** @param {string} [attribute] */
  pendingOf(attribute = "stream") {
    return this.views.get(attribute)?.pending ?? [];
  }

  /** @param {string} key  what has changed: it lights up for two seconds */
  lightUp(key) {
    clearTimeout(this.lit.get(key));
    const timer = setTimeout(() => {
      this.lit.delete(key);
      this.requestUpdate();
    }, LIT);
    this.lit.set(key, Number(timer));
  }

  /**
   * Draws again when that moment has come by the server's clock.
   *
   * @param {(string | Date | null | undefined)[]} moments
   */
  wakeAt(moments) {
    clearTimeout(this.alarm);
    const now = serverNow().getTime();
    const ahead = moments.map((moment) => (moment ? new Date(moment).getTime() - now : 0)).filter((ms) => ms > 0);
    if (!ahead.length) return;
    this.alarm = Number(setTimeout(() => this.requestUpdate(), Math.min(LONGEST_TIMER, Math.min(...ahead) + 50)));
  }

  /**
   * @param {string} attribute
   * @param {View} view
   */
  #viewed(attribute, view) {
    this.views.set(attribute, view);
    if (view.events.length && !view.evicted) this.noticed(attribute, view.events, view);
    this.requestUpdate();
  }
}
