// <live-presence stream="…">: who else has this page open now.

import { LitElement, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../gettext.js";
import { present } from "../live.js";
import { number } from "../numbers.js";
import { page } from "../page.js";

/** @import { Person } from "./shapes.js" */

const MOST = 8;
const TONES = 8;

/** @param {string} name  "Ahlen · Engagementförderung" is AE */
export function initials(name) {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.slice(0, 2).map((word) => word[0].toUpperCase()).join("");
}

/** @param {string} id  the same person has the same tone everywhere */
function tone(id) {
  return [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % TONES;
}

export class LivePresence extends LitElement {
  constructor() {
    super();
    /** @type {Person[] | null} */
    this.people = null;
    this.stop = () => {};
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const stream = this.getAttribute("stream");
    if (!stream) return;
    this.stop = present(stream, (people) => {
      this.people = people;
      this.requestUpdate();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  render() {
    if (!this.people?.length) return nothing;
    const me = page.actor?.id;
    const people = [...this.people].sort((one, other) => Number(other.id === me) - Number(one.id === me));
    const rest = people.length - MOST;
    const alone = people.length === 1 && people[0].id === me;
    return html`
      <p class="ws-presence__words">
        ${alone ? _("Nur Sie sind gerade hier") : n_("{n} Person ist gerade hier", "{n} Personen sind gerade hier", people.length)}
      </p>
      <ul class="ws-presence">
        ${repeat(people.slice(0, MOST), ({ id }) => id, (person) => this.person(person, person.id === me))}
        ${rest > 0 ? html`<li class="ws-presence__more">${_("und {n} weitere", { n: number(rest) })}</li>` : nothing}
      </ul>
    `;
  }

  /**
   * @param {Person} person
   * @param {boolean} me
   */
  person({ id, name }, me) {
    const shown = me ? _("{name} (Sie)", { name }) : name;
    return html`<li class="ws-avatar" data-tone=${tone(id)} title=${shown}>
      <span aria-hidden="true">${initials(name)}</span><span class="kern-sr-only">${shown}</span>
    </li>`;
  }
}
