// Class names as a template wants them.

/** @param {(string | false | null | undefined)[]} names */
export function classes(...names) {
  return names.filter(Boolean).join(" ");
}
