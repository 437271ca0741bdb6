/** Telephone numbers as digits with their country code, so that two spellings of one number are equal. */

/** The length of the longest number, and of the shortest that is not local. */
const [most, least] = [15, 8]

/** The length of a Russian number without its country code. */
const national = 10

/**
 * A Russian number begins with 7 whether it was written with 8, with +7 or with neither; foreign numbers are kept
 * unchanged. undefined: not a number, or the area code is missing.
 */
export const normalisePhone = (text: string): string | undefined => {
  const written = text.trim()
  const digits = written.replaceAll(/\D/g, "")
  const abroad = /^(?:00|810(?=\d{8}))/.exec(digits)?.[0]
  const isInternational = /^\(?\+/.test(written) || abroad !== undefined
  const number = digits.slice(abroad?.length ?? 0)
  if (number.length > most || number.length < (isInternational ? least : national)) return undefined
  if (!isInternational && number.length === national) return `7${number}`
  // No country code begins with 89: somebody wrote a plus before the 8.
  const isRussian = number.length === national + 1 && (isInternational ? /^89/ : /^8/).test(number)
  return isRussian ? `7${number.slice(1)}` : number
}

/** A field of iiko may hold several numbers. */
export const phonesOf = (...fields: ReadonlyArray<string | null>): ReadonlyArray<string> => [
  ...new Set(
    fields
      .flatMap((field) => (field ?? "").split(/[,;/\n]/))
      .map(normalisePhone)
      .filter((phone) => phone !== undefined)
  )
]
