/** Guesses the charset of an answer that names none and is not UTF-8. */

export const candidates = ["windows-1251", "windows-1252"] as const
export type Candidate = (typeof candidates)[number]

const counted = (text: string, pattern: RegExp): number => (text.match(pattern) ?? []).length

/**
 * Cyrillic letters stand beside each other, while the letters of western languages beyond ASCII stand alone between
 * others.
 */
export const guessCharset = (inCyrillic: string): Candidate | undefined => {
  const letters = counted(inCyrillic, /[А-Яа-яЁёІіЇїЄє]/g)
  const others = counted(inCyrillic, /[^\p{ASCII}А-Яа-яЁёІіЇїЄєҐґ№«»—–…\u00a0]/gu)
  const pairs = counted(inCyrillic, /[А-Яа-яЁёІіЇїЄє]{2}/g)
  if (letters === 0) return undefined
  if (others * 10 <= letters && pairs * 3 >= letters) return "windows-1251"
  return pairs * 10 <= letters ? "windows-1252" : undefined
}
