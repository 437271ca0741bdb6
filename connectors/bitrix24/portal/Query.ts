/** Parameters in the form in which PHP reads them: `filter[>id]=5&select[0]=title`. */

export type Params = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string => {
  if (typeof value === "boolean") return value ? "1" : "0"
  return value === null || value === undefined ? "" : String(value)
}

const pairs = (name: string, value: unknown): ReadonlyArray<string> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => pairs(`${name}[${key}]`, inner))
    : [`${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`]

export const queryOf = (params: Params): string =>
  Object.entries(params)
    .flatMap(([name, value]) => pairs(name, value))
    .join("&")
