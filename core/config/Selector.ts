/** The ids that a selector (`crm.deal`, `crm.*`, `*`) matches; the ids are those of entities. */

/**
 * Matches each part at its first occurrence, which never needs backtracking, so the time is linear whatever was typed.
 */
export const matches = (pattern: string, id: string): boolean => {
  const [first = "", ...parts] = pattern.split("*")
  const last = parts.pop()
  if (last === undefined) return pattern === id
  if (!id.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = id.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return id.length - last.length >= at && id.endsWith(last)
}
