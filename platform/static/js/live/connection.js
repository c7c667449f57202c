// <live-connection>: how it stands with the connection and the own changes, in words beside a small light.

import { LitElement, html } from "lit";

import { _ } from "../gettext.js";
import { announce, connection } from "../live.js";
import { lightFor } from "./light.js";

const SAVED = 3000;
const LONG = 5000;

export class LiveConnection extends LitElement {
  constructor() {
    super();
    this.justSaved = false;
    this.waitingSince = 0;
    this.wasOffline = false;
    this.timer = 0;
    this.changed = () => this.#changed();
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    connection.addEventListener("change", this.changed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    connection.removeEventListener("change", this.changed);
    clearTimeout(this.timer);
  }

  render() {
    const long = this.waitingSince > 0 && Date.now() - this.waitingSince >= LONG;
    const { state, words } = lightFor(connection, { justSaved: this.justSaved, long });
    return html`<span class="ws-connection" data-state=${state}>
      <span class="ws-connection__dot" aria-hidden="true"></span>
      <span class="ws-connection__text">${words}</span>
    </span>`;
  }

  #changed() {
    const { waiting, standing } = connection;
    if (waiting && !this.waitingSince) {
      this.waitingSince = Date.now();
      this.#drawIn(LONG);
    }
    if (!waiting && this.waitingSince) {
      this.waitingSince = 0;
      this.justSaved = true;
      this.#drawIn(SAVED, () => (this.justSaved = false));
    }
    if (standing === "offline" && !this.wasOffline) announce(_("Die Verbindung ist unterbrochen."), "connection");
    if (connection.works && this.wasOffline) announce(_("Die Verbindung ist wieder da."), "connection");
    if (standing === "offline") this.wasOffline = true;
    if (connection.works) this.wasOffline = false;
    this.requestUpdate();
  }

  /**
   * @param {number} ms
   * @param {() => void} [then]
   */
  #drawIn(ms, then) {
    clearTimeout(this.timer);
    this.timer = Number(
      setTimeout(() => {
        then?.();
        this.requestUpdate();
      }, ms),
    );
  }
}
