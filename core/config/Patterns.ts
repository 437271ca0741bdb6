/** Whether a pattern for dates and times can be read: letters yMdHmsS are fields, `'quoted'` text stands for itself. */

export const isDatePattern = (pattern: string): boolean => pattern !== "" && fieldsOf(pattern) !== undefined

/** The field letters of a pattern, each once; `undefined`: a letter that is no field, or a quote left open. */
const fieldsOf = (pattern: string): ReadonlySet<string> | undefined => {
  const bare = pattern.replace(/'[^']*'/g, "")
  const letters = bare.match(/[a-zA-Z']/g) ?? []
  return letters.every((letter) => "yMdHmsS".includes(letter)) ? new Set(letters) : undefined
}

/** What is wrong with the `format` of a column of that type, in words; `undefined`: nothing. */
export const formatProblem = (format: string, type: string): string | undefined => {
  if (type !== "date" && type !== "time" && type !== "timestamp") {
    return `"format" belongs to date, time and timestamp; this column is ${type}`
  }
  if (format === "unix" || format === "unix-ms") return undefined
  const fields = fieldsOf(format)
  if (fields === undefined || format === "") {
    return `"${format}" is no pattern: write one such as dd.MM.yyyy or yyyy-MM-dd'T'HH:mm:ss, or unix, or unix-ms`
  }
  const lacks = (letters: string) => [...letters].some((letter) => !fields.has(letter))
  if (type === "time") return lacks("Hm") ? `"${format}" lacks the hour (HH) or the minute (mm)` : undefined
  if (!lacks("yM")) return undefined
  return fields.has("m") && !fields.has("H")
    ? `"${format}" has minutes (mm) where the month is meant: MM`
    : `"${format}" lacks the year (yyyy) or the month (MM)`
}
