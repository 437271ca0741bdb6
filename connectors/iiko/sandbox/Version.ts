/** Server versions: dotted numbers, compared number by number. */
export const isOlderThan = (version: string, since: string): boolean => {
  const [ours, theirs] = [version, since].map((text) => text.split(".").map(Number))
  for (const [index, part] of (theirs ?? []).entries()) {
    const own = ours?.[index] ?? 0
    if (own !== part) return own < part
  }
  return false
}
