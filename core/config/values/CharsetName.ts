/** Charset names: those of the WHATWG standard, and those that databases and languages use. */

const others: Readonly<Record<string, string>> = {
  utf8mb3: "utf-8",
  utf8mb4: "utf-8",
  "utf-8-sig": "utf-8",
  "utf-8mb4": "utf-8",
  cp65001: "utf-8",
  win1251: "windows-1251",
  "win-1251": "windows-1251",
  win1252: "windows-1252",
  "win-1252": "windows-1252",
  "latin-1": "latin1"
}

/** Returns the standard name of a charset; undefined: there is none, or none that Node can read. */
export const charsetNamed = (called: string): string | undefined => {
  const name = called.trim().toLowerCase()
  const dashed = name.replaceAll("_", "-")
  const label = Object.hasOwn(others, dashed) ? others[dashed] : dashed.startsWith("utf-") ? dashed : name
  try {
    return new TextDecoder(label).encoding
  } catch {
    return undefined
  }
}
