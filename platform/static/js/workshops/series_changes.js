// What has changed at the workshops of a series between two states of it, in words.

import { _ } from "../gettext.js";

/** @import { Meeting } from "../people/state.js" */

/**
 * Whoever takes a cancellation back and cancels again has changed nothing.
 *
 * @param {Meeting} one
 * @param {Meeting} other
 */
function isTheSame(one, other) {
  const { cancelled_at: then, ...rest } = one;
  return Boolean(then) === Boolean(other.cancelled_at) && Object.entries(rest).every(([name, value]) => Reflect.get(other, name) === value);
}

/**
 * A sentence for each workshop that is not as it was.
 *
 * @param {Meeting[]} drawn
 * @param {Meeting[]} present
 */
export function seriesChanges(drawn, present) {
  return present.flatMap((meeting) => {
    const { id, title } = meeting;
    const before = drawn.find((one) => one.id === id);
    if (!before) return [_("Neu angekündigt: {title}.", { title })];
    if (isTheSame(before, meeting)) return [];
    if (meeting.cancelled_at && !before.cancelled_at) return [_("Abgesagt: {title}.", { title })];
    if (before.cancelled_at && !meeting.cancelled_at) return [_("Findet doch statt: {title}.", { title })];
    return [_("Geändert: {title}.", { title })];
  });
}
