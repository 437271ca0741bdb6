/**
 * The department whose data a person sees: employees their own, admins any department or all. The department in the data of
 * a button only counts for admins, and only if it exists.
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

/** In the data of buttons: an id, `all`, or `own` for employees, who have no choice. */
export const scopePattern = "own|all|[0-9a-f-]{36}"

export type Scope = Department | "all"

export const keyOf = (scope: Scope): string => (scope === "all" ? "all" : scope.id)

/** `undefined` for an employee who has not chosen a department yet. */
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

/** For messages without a request: the department of the reader's messages; `null` for all. */
export const partOf = (reader: ChatPerson | undefined): string | null =>
  reader === undefined || reader.isAdmin ? null : (reader.department?.id ?? null)

export const askForOwn = (translator: Translator): ChatView => ({
  text: translator.say("departments-own"),
  keyboard: new Keyboard()
    .text(translator.t("departments-choose"), "department")
    .row()
    .text(translator.t("menu-back"), "menu")
})

/** The choice of a department, for admins. */
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
