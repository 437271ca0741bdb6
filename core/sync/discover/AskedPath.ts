/** The requested path: its name, its query and the parameters for paging. */

/** Returns a name from the last part of the path that differs from the connector's existing entities. */
export const nameOf = (given: string, taken: ReadonlySet<string>): string => {
  const last = (given.split("?")[0] ?? "").split("/").findLast((part) => part !== "" && part !== "list") ?? ""
  const plain =
    last
      .replaceAll(/[^\p{L}\d]+/gu, "_")
      .replaceAll(/^[_\d]+|_+$/g, "")
      .toLowerCase() || "entity"
  const name = (n: number) => (n === 1 ? plain : `${plain}_${n}`)
  let n = 1
  while (taken.has(name(n))) n++
  return name(n)
}

/** Moves parameters from the path to `query`; a repeated parameter keeps all its values. */
export const splitPath = (given: string) => {
  const at = given.indexOf("?")
  const parameters = new URLSearchParams(at < 0 ? "" : given.slice(at + 1))
  const query = [...new Set(parameters.keys())].map((name) => {
    const [first = "", ...others] = parameters.getAll(name)
    return [name, others.length === 0 ? first : [first, ...others]] as const
  })
  return { path: at < 0 ? given : given.slice(0, at), query: Object.fromEntries(query) }
}

/** Returns the parameters with a single value, which paging may use. */
export const singleValues = (
  query: Readonly<Record<string, string | ReadonlyArray<string>>>
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []))
  )
