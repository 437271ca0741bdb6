/** Ids of names in the data of buttons, which has room for 64 bytes: a name in letters of any script may need more. */
import { createHash } from "node:crypto"

/** Returns the same id for the same name; a handler searches the existing names for the one with the id. */
export const callbackIdOf = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 12)

/** The part of callback data's patterns that matches an id. */
export const callbackIdPattern = "[0-9a-f]{12}"
