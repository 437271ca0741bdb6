/** A person as forms name one: a phone and an e-mail address in whatever writing. */

export interface Person {
  /** Digits, with the country's code where it is known. */
  readonly phone: string
  readonly email: string
}

/** In Russia and Kazakhstan a number begins with 8 at home and with +7 abroad. */
export const normalPhone = (text: string): string => {
  const digits = text.replaceAll(/\D/g, "")
  if (digits.length === 11 && /^[78]/.test(digits)) return `7${digits.slice(1)}`
  return digits.length === 10 && /^9/.test(digits) && !text.trim().startsWith("+") ? `7${digits}` : digits
}

export const normalEmail = (text: string): string => text.trim().toLowerCase()

/** The portal finds a phone only in the writing that it has. */
export const writingsOf = (phone: string): ReadonlyArray<string> =>
  phone.startsWith("7") && phone.length === 11
    ? [`+${phone}`, phone, `8${phone.slice(1)}`, phone.slice(1)]
    : [`+${phone}`, phone]
