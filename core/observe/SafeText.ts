/**
 * Text from outside that a terminal may show: nothing in it moves a cursor, opens a link or turns the order of letters. What
 * would is written as JSON escapes it, so that a line of JSON stays what it was.
 */

/** Controls but tab and line feed, bidirectional overrides and other invisible characters; emoji are built with the joiner. */
const harmful = /(?![\t\n\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const escaped = (found: string): string =>
  Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")

/** Of lines that nobody has coloured yet. */
export const harmless = (text: string): string => text.replace(harmful, escaped)

/** Of what a view has made, with escapes of its own in it: the net below those that escape what they are given. */
export const harmlessView = (view: string): string =>
  view.replace(harmful, (found) => (found === "\u001b" || found === "\r" ? found : escaped(found)))
