/** What a client of PostgreSQL asks for, read from the bytes it sends: one text for each statement it has executed. */

const sslRequest = 80_877_103
const gssEncRequest = 80_877_104

/** Of one connection, which is not encrypted. The bytes may come in pieces of any size. */
export const makeReader = (executed: (statement: string) => void): ((bytes: Buffer) => void) => {
  const statements = new Map<string, string>()
  const portals = new Map<string, string>()
  let rest: Buffer = Buffer.alloc(0)
  let isStarted = false

  const read = (type: string, body: Buffer): void => {
    const [first = "", second = ""] = body.toString("latin1").split("\0", 2)
    if (type === "P")
      statements.set(first, body.subarray(first.length + 1, body.indexOf(0, first.length + 1)).toString())
    if (type === "B") portals.set(first, statements.get(second) ?? "")
    if (type === "E") executed(portals.get(first) ?? "")
    if (type === "Q") executed(body.subarray(0, -1).toString())
  }

  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    for (;;) {
      // What begins a connection has no letter before its length.
      const from = isStarted ? 1 : 0
      if (rest.length < from + 4) return
      const end = from + rest.readInt32BE(from)
      if (rest.length < end) return
      if (isStarted) read(String.fromCharCode(rest[0] ?? 0), rest.subarray(5, end))
      else isStarted = ![sslRequest, gssEncRequest].includes(rest.readInt32BE(4))
      rest = rest.subarray(end)
    }
  }
}
