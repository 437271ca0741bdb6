/** The vendor's two date formats; no other is accepted. */

const day = /^(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.\d{4}$/
const month = /^(0[1-9]|1[0-2])\.\d{4}$/

/** `dd.mm.yyyy` */
export const isDay = (value: unknown): value is string => typeof value === "string" && day.test(value)

/** `mm.yyyy` */
export const isMonth = (value: unknown): value is string => typeof value === "string" && month.test(value)
