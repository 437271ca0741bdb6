/**
 * Whose figures somebody looks at: an employee at those of their own department, an admin at any department's or all.
 * What a button names counts for admins alone, and only where there is such a department.
 */
import { Effect } from "effect"
import {
  type ChatPerson,
  type ChatView,
  type Department,
  Keyboard,
  type Translator,
  UserFacingError
} from "../../../core/sdk.ts"

/** As buttons name it: an id, `all`, or `own` for whoever has no choice. */
export const scopePattern = "own|all|[0-9a-f-]{36}"

export type Scope = Department | "all"

export const keyOf = (scope: Scope): string => (scope === "all" ? "all" : scope.id)

/** `undefined`: an employee who has not said yet where they work. */
export const scopeOf = (
  person: ChatPerson,
  asked: string,
  departments: ReadonlyArray<Department>
): Effect.Effect<Scope | undefined, UserFacingError> => {
  if (!person.isAdmin) return Effect.succeed(person.department ?? undefined)
  if (asked === "all") return Effect.succeed("all")
  const found = departments.find(({ id }) => id === (asked === "own" ? person.department?.id : asked))
  return found === undefined ? Effect.fail(new UserFacingError({ key: "offer-gone" })) : Effect.succeed(found)
}

/** Of messages that nobody asked for: the one department that somebody is told of; `null`: all of them. */
export const partOf = (reader: ChatPerson | undefined): string | null =>
  reader === undefined || reader.isAdmin ? null : (reader.department?.id ?? null)

export const askForOwn = (translator: Translator): ChatView => ({
  text: translator.say("departments-own"),
  keyboard: new Keyboard()
    .text(translator.t("departments-choose"), "department")
    .row()
    .text(translator.t("menu-back"), "menu")
})

/** For an admin. */
export const choice = (
  translator: Translator,
  departments: ReadonlyArray<Department>,
  dataOf: (key: string) => string
): ChatView => {
  const keyboard = new Keyboard()
  for (const { id, name } of departments) keyboard.text(name, dataOf(id)).row()
  keyboard.text(translator.t("departments-all"), dataOf("all")).row().text(translator.t("menu-back"), "menu")
  return { text: translator.say("departments-which"), keyboard }
}
