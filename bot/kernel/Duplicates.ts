/** Names that features register: a second registration of one would hide the first, so it is refused. */

/** Throws if a name occurs twice: a mistake of the author of a feature. */
export const refuseDuplicates = (kind: string, names: ReadonlyArray<string>): void => {
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new Error(`two chat features register the ${kind} "${twice}"`)
}
