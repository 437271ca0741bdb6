/** Lists inside records that may be only a part of a list: what is missing there is not gone. */

import { nextIn } from "../../upstream/pages/NextPage.ts"
import {
  isNothing,
  normaliseName,
  usualError,
  usualMore,
  usualNext,
  usualRest,
  withNested
} from "../../upstream/pages/UsualNames.ts"
import { isJsonObject } from "../../upstream/records/Json.ts"

/** Whether the object around a list says, under one of the usual names, that the list goes on. */
export const isContinued = (holder: unknown): boolean => {
  if (!isJsonObject(holder)) return false
  const found = withNested(
    "json",
    Object.entries(holder).map(([name, value]) => [name, normaliseName(name), value] as const)
  )
  const flags = found.filter(([, name]) => usualMore.test(name) || usualRest.test(name))
  if (flags.length > 0) return flags.some(([, , value]) => value === true || value === "true")
  return found.some(([, name, value]) => usualNext.test(name) && nextIn(value) !== undefined)
}

/** The name of an error in the object around a list. A `status` or a `success` there may be the record's own matter. */
export const errorIn = (holder: unknown): string | undefined => {
  if (!isJsonObject(holder)) return undefined
  return Object.keys(holder).find((name) => usualError.test(normaliseName(name)) && !isNothing(holder[name]))
}
