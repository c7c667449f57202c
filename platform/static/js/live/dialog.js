// Asks before something is done that others notice or that cannot be taken back.

import { html, nothing, render } from "lit";

import { _ } from "../gettext.js";

let count = 0;

/**
 * A native modal dialog. Escape and the first button mean no; the focus returns to where it was.
 *
 * @param {{title: string, text: string[], confirm: string, cancel?: string}} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, confirm, cancel = _("Abbrechen") }) {
  count += 1;
  const id = `ws-dialog-${count}`;
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "kern-dialog ws-dialog";
  dialog.setAttribute("aria-labelledby", id);
  document.body.append(dialog);
  render(
    html`
      <header class="kern-dialog__header"><h2 class="kern-title" id=${id}>${title}</h2></header>
      <section class="kern-dialog__body">
        ${text.map((sentence) => (sentence ? html`<p class="kern-body">${sentence}</p>` : nothing))}
      </section>
      <footer class="kern-dialog__footer">
        <button type="button" class="kern-btn kern-btn--secondary" autofocus @click=${() => dialog.close("no")}>
          <span class="kern-label">${cancel}</span>
        </button>
        <button type="button" class="kern-btn kern-btn--primary" @click=${() => dialog.close("yes")}>
          <span class="kern-label">${confirm}</span>
        </button>
      </footer>
    `,
    dialog,
  );
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(dialog.returnValue === "yes");
    });
  });
}
