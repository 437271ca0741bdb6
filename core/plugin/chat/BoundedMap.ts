/** A map that keeps only the entries that were set last: some thousands. */
const maxEntries = 2_000

export const remember = <K, A>(map: Map<K, A>, key: K, value: A): void => {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > maxEntries && oldest !== undefined) map.delete(oldest)
}
