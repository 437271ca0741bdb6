/** Runs commands in this process and returns their output and exit, without the second that a process costs. */
import { Effect, Exit } from "effect"
import { runCommandLine } from "../../core/cli/Program.ts"
import { plain } from "../../core/cli/render/terminal/Style.ts"
import { Terminal } from "../../core/cli/render/terminal/Terminal.ts"
import { Stop } from "../../core/cli/shared/Stop.ts"

/** Starts a command that ends or runs until it is interrupted; `printed` grows with its output. */
export const begin = (args: ReadonlyArray<string>, width = 100) => {
  const printed = { out: "", err: "" }
  const into = (stream: keyof typeof printed) => ({
    closed: Effect.never,
    screen: Effect.succeed({ width, height: 30, live: false, style: plain }),
    write: (text: string) =>
      Effect.sync(() => {
        printed[stream] += text
      })
  })
  const terminal = Terminal.of({ out: into("out"), err: into("err") })
  const ended = Effect.map(Effect.exit(Effect.provideService(runCommandLine(args), Terminal, terminal)), (exit) => {
    if (Exit.isSuccess(exit)) return { ...printed, code: 0 }
    const stop = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error
    return { ...printed, code: stop instanceof Stop ? stop.code : -1 }
  })
  return { printed, ended }
}

export const type = (...args: ReadonlyArray<string>) => begin(args).ended

/** Sets environment variables until the scope closes. */
export const variablesOf = (variables: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = { ...process.env }
      Object.assign(process.env, variables)
      return before
    }),
    (before) =>
      Effect.sync(() => {
        for (const name of Object.keys(variables)) delete process.env[name]
        Object.assign(process.env, before)
      })
  )
