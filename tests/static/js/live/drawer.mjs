// A browser's storage in memory, as the standard describes it; it can be full.

export class Drawer {
  constructor({ room = Infinity } = {}) {
    this.room = room;
    this.items = new Map();
  }

  get length() {
    return this.items.size;
  }

  key(index) {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(name) {
    return this.items.get(name) ?? null;
  }

  setItem(name, value) {
    if (this.items.size >= this.room) throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    this.items.set(name, String(value));
  }

  removeItem(name) {
    this.items.delete(name);
  }
}
