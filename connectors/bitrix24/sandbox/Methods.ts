/** The methods of a portal by their names in small letters. */
import type { Method } from "./Called.ts"
import { directoryMethods } from "./Directories.ts"
import { elementMethods } from "./Elements.ts"
import { eventMethods } from "./EventMethods.ts"
import { oldElementMethods } from "./OldElements.ts"

export const methods: Readonly<Record<string, Method>> = {
  ...directoryMethods,
  ...elementMethods,
  ...oldElementMethods,
  ...eventMethods
}
