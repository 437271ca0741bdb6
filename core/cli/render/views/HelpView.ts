/** Help and wrong usage in the program's own words. For wrong usage the relevant line comes first, and alone. */
import { Option } from "effect"
import type { CliError, HelpDoc } from "effect/cli"
import type { View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"

type Item = readonly [name: string, description: string]

/** Names of a list share a column, unless the window leaves too little room beside it. */
const list = (items: ReadonlyArray<Item>, { style, width }: View): ReadonlyArray<string> => {
  const column = Math.max(...items.map(([name]) => Text.width(name)))
  const beside = width - column - 4
  if (beside < 24) {
    return items.flatMap(([name, text]) => [
      `  ${style("accent", name)}`,
      ...Text.wrap(text, width - 6).map((line) => `      ${line}`)
    ])
  }
  return items.flatMap(([name, text]) =>
    Text.wrap(text, beside).map((line, at) =>
      at === 0 ? `  ${style("accent", Text.pad(name, column))}  ${line}` : `${" ".repeat(column + 4)}${line}`
    )
  )
}

const described = ({ description }: { readonly description: Option.Option<string> }): string =>
  Option.getOrElse(description, () => "")

const placeholder: Readonly<Record<string, string>> = { integer: "N", string: "TEXT", directory: "DIR", file: "FILE" }

const flagItem = (flag: HelpDoc.FlagDoc): Item => {
  const takes = flag.type === "boolean" ? "" : ` ${placeholder[flag.type] ?? flag.type}`
  return [[`--${flag.name}`, ...flag.aliases].join(", ") + takes, described(flag)]
}

const argumentItem = (argument: HelpDoc.ArgDoc): Item => [
  argument.variadic ? `${argument.name.replace(/\.\.\.$/, "")}…` : argument.name,
  described(argument)
]

const section = (title: string, items: ReadonlyArray<Item>, view: View): ReadonlyArray<string> =>
  items.length === 0 ? [] : ["", view.style("strong", title), ...list(items, view)]

export const render = (doc: HelpDoc.HelpDoc, view: View): string => {
  const { args = [], examples = [], flags, globalFlags = [], inheritedFlags = [], subcommands = [] } = doc
  return [
    ...Text.wrap(doc.description, view.width),
    "",
    `${view.style("strong", "Usage")}  ${doc.usage}`,
    ...section("Arguments", args.map(argumentItem), view),
    ...section(
      "Flags",
      [...flags, ...inheritedFlags, ...globalFlags.filter(({ name }) => name !== "completions")].map(flagItem),
      view
    ),
    ...section(
      "Commands",
      subcommands.flatMap(({ commands }) => commands.map(({ description, name }) => [name, description] as const)),
      view
    ),
    ...(examples.length === 0 ? [] : ["", view.style("strong", "Examples")]),
    ...examples.flatMap(({ command, description = "" }) => [
      `  ${view.style("accent", command)}`,
      ...Text.wrap(description, view.width - 6).map((line) => `      ${line}`)
    ])
  ].join("\n")
}

/** First the error, then the right usage. */
export const wrongUsage = (errors: ReadonlyArray<CliError.NonShowHelpErrors>, doc: HelpDoc.HelpDoc, view: View) => {
  const [first, ...others] = errors.map((error) => sentence(error, doc))
  const command = (doc.commandPath ?? []).join(" ") || "tributary"
  const more = others.length === 0 ? [] : others.flatMap((other) => Text.wrap(other, view.width))
  return [
    ...Text.wrap(first ?? "Wrong usage.", view.width).map((line) => view.style("bad", line)),
    ...more,
    ...Text.wrap(`Usage: ${doc.usage}`, view.width),
    ...Text.wrap(`More: ${command} --help`, view.width)
  ].join("\n")
}

const kinds: Readonly<Record<string, string>> = { integer: "a whole number", boolean: "true or false" }

const sentence = (error: CliError.NonShowHelpErrors, doc: HelpDoc.HelpDoc): string => {
  switch (error._tag) {
    case "UnknownSubcommand":
      return `There is no command "${error.subcommand}"${near(error.suggestions)}`
    case "UnrecognizedOption":
      return `There is no flag ${error.option}${near(error.suggestions)}`
    case "MissingOption":
      return `--${error.option.replace(/^-+/, "")} is missing.`
    case "MissingArgument":
      return `<${error.argument}> is missing.`
    case "UnexpectedArgument":
      return `Too much: ${error.arguments.map((given) => `"${given}"`).join(", ")}.`
    case "InvalidValue": {
      const name = error.option.replace(/^-+/, "")
      const all = [...doc.flags, ...(doc.inheritedFlags ?? []), ...(doc.globalFlags ?? []), ...(doc.args ?? [])]
      const type = all.find((one) => one.name === name)?.type ?? ""
      const asked = error.kind === "flag" ? `--${name}` : `<${name}>`
      if (error.value === "") return `${asked} needs a value.`
      const isExplained = kinds[type] === undefined || error.expected.startsWith("Expected ")
      const expected = isExplained ? expectedOf(error.expected) : `Expected ${kinds[type]}`
      return `${asked} cannot be "${error.value}". ${expected}.`
    }
    default:
      return error.message
  }
}

/** `"read" | "operate"` as a sentence. */
const expectedOf = (message: string): string => {
  const choices = message.split(" | ")
  if (choices.every((one) => /^"[^"]*"$/.test(one))) return `Expected one of ${choices.join(", ")}`
  return message.replace(/^Schema validation failed: e/, "E")
}

const near = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "." : `. Did you mean ${suggestions.map((one) => `"${one}"`).join(" or ")}?`
