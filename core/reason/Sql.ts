/** Makes a reason inside a statement: its sentence and its data in SQL, from the template that `render` uses. */
import { type Code, partsOf } from "./Reason.ts"

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** SQL expressions by placeholder; a nested reason cannot be made here. */
type Arguments = Readonly<Record<string, string>>

/** Returns SQL such as `format('%s of %s rows …', c.gone, v.total)`. */
export const textSql = (code: Code, given: Arguments): string => {
  const values: Array<string> = []
  const pattern = partsOf(code)
    .map((part) => {
      if (part._tag === "Text") return part.text.replaceAll("%", "%%")
      const value = given[part.name] ?? "null"
      values.push(
        part._tag === "Word"
          ? `case when ${value} = 1 then ${literal(part.one)} else ${literal(part.other)} end`
          : value
      )
      return "%s"
    })
    .join("")
  return `format(${[literal(pattern), ...values].join(", ")})`
}

/** A JSON array without reasons. */
export const noReasons = "'[]'::jsonb"

/** Returns SQL for a JSON array of `made`, a sentence or a reason, where the condition holds, else of nothing. */
export const reasonsWhen = (condition: string, made: string): string =>
  `case when ${condition} then jsonb_build_array(${made}) else ${noReasons} end`

/** Returns SQL for the JSON of a `Reason`. */
export const reasonSql = (code: Code, given: Arguments): string => {
  const params = Object.entries(given).flatMap(([name, value]) => [literal(name), value])
  return `jsonb_build_object('code', ${literal(code)}, 'params', jsonb_build_object(${params.join(", ")}))`
}
