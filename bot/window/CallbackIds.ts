/** Names in the data of buttons, which has room for 64 bytes: a name of letters of any script may need more. */
import { createHash } from "node:crypto"

/** The same for the same name; who is handed one looks for the name among those that are there. */
export const callbackIdOf = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 12)

/** For the patterns of callback data. */
export const handle = "[0-9a-f]{12}"
