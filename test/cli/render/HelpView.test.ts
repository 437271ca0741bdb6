import { assert, describe, it } from "@effect/vitest"
import { Context, Option } from "effect"
import { CliError, type HelpDoc } from "effect/cli"
import { plain } from "../../../core/cli/render/terminal/Style.ts"
import { render, wrongUsage } from "../../../core/cli/render/views/HelpView.ts"

const doc: HelpDoc.HelpDoc = {
  description: "The audit of runs, newest first",
  usage: "tributary log [flags]",
  commandPath: ["tributary", "log"],
  annotations: Context.empty(),
  flags: [
    { name: "limit", aliases: ["-n"], type: "integer", description: Option.some("How many runs"), required: false }
  ],
  globalFlags: [
    { name: "completions", aliases: [], type: "bash|zsh", description: Option.some("Print a script"), required: false }
  ]
}
const view = (width: number) => ({ width, style: plain })

describe("help", () => {
  it("names what a command takes, and nothing of the library", () => {
    assert.deepEqual(render(doc, view(80)).split("\n"), [
      "The audit of runs, newest first",
      "",
      "Usage  tributary log [flags]",
      "",
      "Flags",
      "  --limit, -n N  How many runs"
    ])
  })

  it("fits a narrow window", () => {
    for (const width of [24, 40, 60]) {
      for (const line of render(doc, view(width)).split("\n")) assert.isAtMost(line.length, Math.max(width, 28), line)
    }
  })
})

describe("wrong usage", () => {
  const first = (error: CliError.NonShowHelpErrors) => wrongUsage([error], doc, view(200)).split("\n")

  it("is told in its first line, and what would be right below", () => {
    const unknown = new CliError.UnknownSubcommand({ subcommand: "lgo", parent: ["tributary"], suggestions: ["log"] })
    assert.deepEqual(first(unknown), [
      'There is no command "lgo". Did you mean "log"?',
      "Usage: tributary log [flags]",
      "More: tributary log --help"
    ])
    const invalid = new CliError.InvalidValue({ option: "limit", value: "x", expected: "a thing", kind: "flag" })
    assert.strictEqual(first(invalid)[0], '--limit cannot be "x". Expected a whole number.')
    const few = { option: "limit", value: "0", expected: "Expected a whole number from 1 on", kind: "flag" } as const
    const message = '--limit cannot be "0". Expected a whole number from 1 on.'
    assert.strictEqual(first(new CliError.InvalidValue(few))[0], message)
    const none = { option: "save", value: "", expected: "string", kind: "flag" } as const
    assert.strictEqual(first(new CliError.InvalidValue(none))[0], "--save needs a value.")
    const schema = {
      option: "every",
      value: "5",
      expected: "Schema validation failed: expected 15m",
      kind: "flag"
    } as const
    assert.strictEqual(first(new CliError.InvalidValue(schema))[0], '--every cannot be "5". Expected 15m.')
    const choice = { option: "scope", value: "admin", expected: '"read" | "operate"', kind: "flag" } as const
    assert.strictEqual(
      first(new CliError.InvalidValue(choice))[0],
      '--scope cannot be "admin". Expected one of "read", "operate".'
    )
    assert.strictEqual(first(new CliError.MissingArgument({ argument: "id" }))[0], "<id> is missing.")
    assert.strictEqual(
      first(new CliError.UnrecognizedOption({ option: "--nope", suggestions: [] }))[0],
      "There is no flag --nope."
    )
  })
})
