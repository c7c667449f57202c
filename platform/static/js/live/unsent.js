// The commands that no answer has come for, kept over a reload under the name of the person who gave them.

/** @import { Actor, Command } from "./shapes.js" */

/**
 * `order` sorts entries of all tabs by the moment they were given; `bytes` are what is sent, the same every time.
 *
 * @typedef {{order: string, command: Command, bytes: string, kept: boolean}} Entry
 */

const EVERYBODY = "werkstatt/unsent/";
/** The server remembers an answer for 14 days; a command older than that could be carried out twice. */
const TOO_OLD = 13 * 24 * 60 * 60 * 1000;

/**
 * One entry of the browser's storage for each command, so that two tabs never overwrite each other's.
 *
 * Commands that must leave no trace, and all commands where the storage is full or forbidden, live in memory only.
 */
export class Unsent {
  /**
   * @param {Actor} actor
   * @param {Storage | null} storage
   * @param {() => number} [now]
   */
  constructor(actor, storage, now = Date.now) {
    this.prefix = `${EVERYBODY}${actor.kind}/${actor.id}/`;
    this.storage = storage;
    this.now = now;
    /** @type {Map<string, Entry>} */
    this.memory = new Map();
  }

  /**
   * Its moment comes after all that waits already, also when this machine's clock has been set back.
   *
   * @param {Command} command
   * @param {boolean} [traceless]
   * @returns {Entry}
   */
  add(command, traceless = false) {
    const moment = Math.max(this.now(), ...this.all().map((entry) => givenAt(entry.order) + 1));
    const order = `${moment.toString(36).padStart(9, "0")}-${command.id}`;
    const bytes = JSON.stringify(command);
    const entry = { order, command, bytes, kept: !traceless && this.#keep(order, bytes) };
    if (!entry.kept) this.memory.set(order, entry);
    return entry;
  }

  /** @returns {Entry[]} everything of this person, of this and other tabs, in the order given */
  all() {
    const entries = this.#everything().filter(({ order }) => this.#isFresh(order));
    return entries.sort((one, other) => (one.order < other.order ? -1 : 1));
  }

  /** @returns {Entry[]} what can be sent no more; whoever asks has to tell, and to remove it */
  tooOld() {
    return this.#everything().filter(({ order }) => !this.#isFresh(order));
  }

  /** What others have typed does not stay on a shared machine for good, nor what nobody can read. */
  tidy() {
    for (const name of this.#names(EVERYBODY)) {
      const own = name.startsWith(this.prefix);
      const worthless = own ? !this.#read(name).length : !this.#isFresh(name.slice(name.lastIndexOf("/") + 1));
      if (worthless) this.storage?.removeItem(name);
    }
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.memory.delete(entry.order);
    if (entry.kept) this.storage?.removeItem(this.prefix + entry.order);
  }

  /** @param {Entry} entry  whether no tab has got an answer for it yet */
  has(entry) {
    return entry.kept ? this.storage?.getItem(this.prefix + entry.order) != null : this.memory.has(entry.order);
  }

  wipe() {
    for (const entry of this.#everything()) this.remove(entry);
  }

  /**
   * @param {string} order
   * @param {string} bytes
   */
  #keep(order, bytes) {
    if (!this.storage) return false;
    try {
      this.storage.setItem(this.prefix + order, bytes);
      return true;
    } catch {
      return false;
    }
  }

  #everything() {
    return [...this.memory.values(), ...this.#names(this.prefix).flatMap((name) => this.#read(name))];
  }

  /** @param {string} prefix */
  #names(prefix) {
    const storage = this.storage;
    if (!storage) return [];
    const names = Array.from({ length: storage.length }, (_none, index) => storage.key(index) ?? "");
    return names.filter((name) => name.startsWith(prefix));
  }

  /**
   * @param {string} name
   * @returns {Entry[]}  none if it is not ours, or was cut off while it was written: what cannot be read cannot be sent
   */
  #read(name) {
    const bytes = this.storage?.getItem(name) ?? "";
    try {
      return [{ order: name.slice(this.prefix.length), command: JSON.parse(bytes), bytes, kept: true }];
    } catch {
      return [];
    }
  }

  /** @param {string} order  far ahead is as bad as long ago: the clock was wrong, and nobody knows how old it is */
  #isFresh(order) {
    return Math.abs(this.now() - givenAt(order)) < TOO_OLD;
  }
}

/** @param {string} order */
export function givenAt(order) {
  return parseInt(order, 36);
}

/** @returns {Storage | null} null where the browser forbids it, which it does by throwing */
export function storageOfBrowser() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
