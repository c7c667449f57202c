// <copy-field>: a field with something to take along, and a button that copies it; without script the field alone.

import { html, render } from "lit";

import { _ } from "./gettext.js";
import { announce } from "./live/announce.js";

export class CopyField extends HTMLElement {
  #place = document.createElement("div");

  connectedCallback() {
    this.append(this.#place);
    this.#draw("");
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  async #copy() {
    this.#field.select();
    try {
      await navigator.clipboard.writeText(this.#field.value);
      this.#say(_("Die Adresse ist kopiert."));
    } catch {
      this.#field.focus();
      this.#say(_("Der Browser kopiert nicht von selbst. Die Adresse ist markiert: Drücken Sie Strg und C."));
    }
  }

  /** @param {string} said */
  #say(said) {
    this.#draw(said);
    announce(said, "copy-field");
  }

  /** @param {string} said */
  #draw(said) {
    render(
      html`<button class="kern-btn kern-btn--primary" type="button" @click=${() => this.#copy()}>
          <span class="kern-label">${_("Adresse kopieren")}</span>
        </button>
        <p class="ws-muted">${said}</p>`,
      this.#place,
    );
  }
}
