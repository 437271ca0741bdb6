/** Questions to the person at the terminal. Where nobody can answer, the likeliest answer counts. */
import { Context, Effect } from "effect"
import { Terminal, typedLine } from "../render/terminal/Terminal.ts"

/** Returns the line that a person types; undefined: nobody can be asked. */
export const Asker = Context.Reference<((question: string) => Effect.Effect<string | undefined>) | undefined>(
  "tributary/core/cli/shared/Ask",
  { defaultValue: typedLine }
)

export const canAsk = Effect.map(Asker, (asker) => asker !== undefined)

/**
 * The number of a choice; undefined if nobody is to be asked or there. Asks again until the line is one of the choices;
 * an empty one is the first.
 */
export const choose = Effect.fnUntraced(function* (
  { choices, text }: { readonly text: string; readonly choices: ReadonlyArray<string> },
  isSilent: boolean
) {
  const ask = yield* Asker
  if (isSilent || ask === undefined) return undefined
  const { err } = yield* Terminal
  const list = choices.map((choice, at) => `  ${at + 1}  ${choice}`).join("\n")
  // A prompt of several lines would be drawn twice.
  yield* err.write(`${text}\n${list}\n`)
  while (true) {
    const line = yield* ask("[1] ")
    if (line === undefined || line.trim() === "") return 0
    const at = choices.findIndex((choice, index) => String(index + 1) === line.trim() || choice === line.trim())
    if (at >= 0) return at
    yield* err.write(`It is a number from 1 to ${choices.length}.\n`)
  }
})

/** Asks for a text; undefined if there is none. */
export const ask = Effect.fnUntraced(function* (question: string, isSilent: boolean) {
  const asker = yield* Asker
  const line = isSilent || asker === undefined ? undefined : yield* asker(question)
  return line === undefined || line.trim() === "" ? undefined : line.trim()
})
