// The messages that stand at the edge of the page for a while: refusals, "zurückgezogen" with its undo.

/**
 * `action` is a button, `link` a way to another page; a message with either stays until somebody closes it.
 *
 * @typedef {{text: string, tone?: "info" | "success" | "warning" | "refusal",
 *            action?: {label: string, run: () => void}, link?: {label: string, href: string}}} ToastText
 * @typedef {ToastText & {id: number, until: number}} Toast
 */

const STAYS = 10_000;
const MOST = 4;

/** Dispatches `change`; while somebody reads (pointer or focus on it), or nobody can, nothing goes away. */
class Toasts extends EventTarget {
  constructor() {
    super();
    /** @type {Toast[]} */
    this.items = [];
    this.count = 0;
    this.held = false;
  }

  /** @param {ToastText} text */
  add(text) {
    this.count += 1;
    const stays = text.action || text.link || text.tone === "warning";
    const toast = { tone: /** @type {const} */ ("info"), ...text, id: this.count, until: stays ? Infinity : Date.now() + STAYS };
    const others = this.items.filter((item) => item.text !== text.text);
    this.#set([...others, toast].slice(-MOST));
    if (!stays) setTimeout(() => this.#expire(), STAYS + 50);
    return toast.id;
  }

  /** @param {number} id */
  remove(id) {
    this.#set(this.items.filter((item) => item.id !== id));
  }

  /** @param {boolean} held */
  hold(held) {
    this.held = held;
    if (!held) setTimeout(() => this.#expire(), STAYS / 2);
  }

  #expire() {
    if (!this.held) this.#set(this.items.filter((item) => item.until > Date.now()));
  }

  /** @param {Toast[]} items */
  #set(items) {
    if (items.length === this.items.length && items.every((item, index) => item === this.items[index])) return;
    this.items = items;
    this.dispatchEvent(new Event("change"));
  }
}

export const toasts = new Toasts();

/**
 * Shows a message; what it returns takes the message away again.
 *
 * @param {ToastText} text
 */
export function showToast(text) {
  if (!document.querySelector("live-toast")) document.body.append(document.createElement("live-toast"));
  const id = toasts.add(text);
  return () => toasts.remove(id);
}
