/** Lists the first few names for a sentence; the whole list is shown elsewhere. */
export const someOf = (names: ReadonlyArray<string>): string =>
  [...names.slice(0, few), ...(names.length > few ? ["…"] : [])].join(", ")

const few = 3
