// How long a secret ballot is on its way: as long as any other on the same topics, whatever it says.

/** What a mark takes at most, `"<16 signs>":500,`, and all the rest of a ballot. */
const MARK = 24, REST = 160;

/**
 * @param {{poll: string, base: number, marks: Record<string, number>, abstained: boolean}} ballot
 */
export function asLongAsAny(ballot) {
  const length = REST + MARK * Object.keys(ballot.marks).length;
  return { ...ballot, pad: ".".repeat(Math.max(0, length - JSON.stringify({ ...ballot, pad: "" }).length)) };
}
