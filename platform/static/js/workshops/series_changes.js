// What has changed at the workshops of a series between two states of it, in words.

import { _ } from "../gettext.js";

/** @import { Meeting } from "../people/state.js" */

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
    if (Object.entries(before).every(([name, value]) => Reflect.get(meeting, name) === value)) return [];
    if (meeting.cancelled_at && !before.cancelled_at) return [_("Abgesagt: {title}.", { title })];
    if (before.cancelled_at && !meeting.cancelled_at) return [_("Findet doch statt: {title}.", { title })];
    return [_("Geändert: {title}.", { title })];
  });
}
