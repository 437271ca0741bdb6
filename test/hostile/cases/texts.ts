/** Bodies of several parts. */

export function* texts(...parts: ReadonlyArray<string | Iterable<string>>): Generator<string> {
  for (const part of parts) {
    if (typeof part === "string") yield part
    else yield* part
  }
}

/** Of pieces of three or four characters, in fewer bytes than are read. */
export const held = 3 << 20
