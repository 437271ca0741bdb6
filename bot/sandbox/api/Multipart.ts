/**
 * `multipart/form-data` as clients of the Bot API write it. It is parsed by hand: grammY leaves file names without
 * quotes, and the platform's own parser refuses that.
 */
export interface Part {
  readonly name: string
  readonly filename: string | undefined
  readonly bytes: Uint8Array
}

export const partsOf = (contentType: string, body: Uint8Array): ReadonlyArray<Part> => {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2]
  if (mark === undefined) return []
  // The first boundary may be at the very beginning, so it gets the line break that all others have.
  const whole = Buffer.concat([Buffer.from("\r\n"), body])
  const separator = Buffer.from(`\r\n--${mark}`)
  const parts: Array<Part> = []
  let from = whole.indexOf(separator)
  while (from >= 0) {
    const start = from + separator.length
    const end = whole.indexOf(separator, start)
    if (end < 0) return parts
    // Only white space may be between the boundary and its line break.
    const part = partOf(whole.subarray(whole.indexOf("\r\n", start) + 2, end))
    if (part !== undefined) parts.push(part)
    from = end
  }
  return parts
}

const partOf = (block: Buffer): Part | undefined => {
  const blank = block.indexOf("\r\n\r\n")
  if (blank < 0) return undefined
  const head = block.subarray(0, blank).toString()
  const name = parameter(head, "name")
  return name === undefined
    ? undefined
    : { name, filename: parameter(head, "filename"), bytes: block.subarray(blank + 4) }
}

const parameter = (head: string, name: string): string | undefined => {
  const found = new RegExp(`[;\\s]${name}=(?:"([^"\\r\\n]*)"|([^;\\r\\n]*))`, "i").exec(head)
  return found?.[1] ?? found?.[2]
}
