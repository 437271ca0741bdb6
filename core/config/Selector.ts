/** What a selector (`iiko.product`, `iiko.*`, `*`) matches; ids are those of entities. */

export const matches = (pattern: string, id: string): boolean => {
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${source.join(".*")}$`).test(id)
}
