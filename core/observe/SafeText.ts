/**
 * Foreign text that is safe for a terminal: nothing in it moves a cursor, opens a link or changes the order of letters.
 * Harmful characters are written as JSON escapes, so that a line of JSON keeps its meaning.
 */

/** Controls except tab and line feed, bidirectional overrides and other invisible ones; the joiner is part of emoji. */
const harmful = /(?![\t\n\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const escaped = (found: string): string =>
  Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")

/** Escapes text that has no colours yet. */
export const escapeControls = (text: string): string => text.replace(harmful, escaped)

/** Escapes a finished view, which has escapes of its own; a safety net below code that already escapes its input. */
export const escapeView = (view: string): string =>
  view.replace(harmful, (found) => (found === "\u001b" || found === "\r" ? found : escaped(found)))
