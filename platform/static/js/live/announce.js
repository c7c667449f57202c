// Says news aloud for people who do not see them: politely, whole sentences, at most once in five seconds.

import { n_ } from "../gettext.js";

const PAUSE = 5000;
const MOST = 3;

/**
 * Gathers what is said in between; of news about the same thing only the latest is worth hearing.
 */
export class Announcer {
  /**
   * @param {(text: string) => void} speak
   * @param {(ms: number, run: () => void) => void} later
   */
  constructor(speak, later) {
    this.speak = speak;
    this.later = later;
    this.resting = false;
    /** @type {Map<string, string>} */
    this.news = new Map();
  }

  /**
   * @param {string} text
   * @param {string} [about]  the thing that the news is about
   */
  say(text, about = text) {
    this.news.delete(about);
    this.news.set(about, text);
    if (!this.resting) this.#rest(100);
  }

  #flush() {
    this.resting = false;
    if (!this.news.size) return;
    const sentences = [...this.news.values()];
    this.news.clear();
    const rest = sentences.length - MOST;
    const shown = rest > 0 ? [...sentences.slice(-MOST), n_("Und noch eine Änderung.", "Und {n} weitere Änderungen.", rest)] : sentences;
    this.speak(shown.join(" "));
    this.#rest(PAUSE);
  }

  /** @param {number} ms */
  #rest(ms) {
    this.resting = true;
    this.later(ms, () => this.#flush());
  }
}

/** @type {Announcer | null} */
let shared = null;

/** @returns {Announcer} the one region of the page; it has to stand in the page before anything is said in it */
function regionOfPage() {
  const region = document.createElement("div");
  region.className = "kern-sr-only";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  region.setAttribute("data-announcements", "");
  document.body.append(region);
  return new Announcer((text) => (region.textContent = text), (ms, run) => setTimeout(run, ms));
}

export function prepareAnnouncements() {
  shared ??= regionOfPage();
}

/**
 * @param {string} text
 * @param {string} [about]
 */
export function announce(text, about) {
  prepareAnnouncements();
  shared?.say(text, about);
}
