/**
 * Whose figures somebody looks at: an employee at those of their own department, an admin at any department's or all.
 * What a button names counts for admins alone, and only where there is such a department.
 */
import { Effect } from "effect"
import { InlineKeyboard } from "grammy"
import type { Words } from "../i18n/Translator.ts"
import type { Department } from "../people/Directory.ts"
import type { Person } from "../people/Person.ts"
import { Told } from "../UserFacingError.ts"
import type { View } from "./Window.ts"

/** As buttons name it: an id, `all`, or `own` for whoever has no choice. */
export const scopePattern = "own|all|[0-9a-f-]{36}"

export type Scope = Department | "all"

export const keyOf = (scope: Scope): string => (scope === "all" ? "all" : scope.id)

/** `undefined`: an employee who has not said yet where they work. */
export const scopeOf = (
  person: Person | undefined,
  asked: string,
  departments: ReadonlyArray<Department>
): Effect.Effect<Scope | undefined, Told> => {
  if (person?.isAdmin !== true) return Effect.succeed(person?.department ?? undefined)
  if (asked === "all") return Effect.succeed("all")
  const found = departments.find(({ id }) => id === (asked === "own" ? person.department?.id : asked))
  return found === undefined ? Effect.fail(new Told({ key: "offer-gone" })) : Effect.succeed(found)
}

/** Of messages that nobody asked for: the one department that somebody is told of; `null`: all of them. */
export const partOf = (reader: Person | undefined): string | null =>
  reader === undefined || reader.isAdmin ? null : (reader.department?.id ?? null)

export const askForOwn = (words: Words): View => ({
  text: words.say("departments-own"),
  keyboard: new InlineKeyboard()
    .text(words.t("departments-choose"), "department")
    .row()
    .text(words.t("menu-back"), "menu")
})

/** For an admin. */
export const choice = (words: Words, departments: ReadonlyArray<Department>, dataOf: (key: string) => string): View => {
  const keyboard = new InlineKeyboard()
  for (const { id, name } of departments) keyboard.text(name, dataOf(id)).row()
  keyboard.text(words.t("departments-all"), dataOf("all")).row().text(words.t("menu-back"), "menu")
  return { text: words.say("departments-which"), keyboard }
}
