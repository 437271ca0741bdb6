/** What somebody asked for: selectors, and options as the command line has them, before or behind them. */
export interface CommandArguments {
  readonly options: ReadonlyArray<CommandOption>
  readonly selectors: ReadonlyArray<string>
}

/** `full`: everything again, whatever the cursors say. `past-rejected`: rejected records do not hold the cursors. */
export type CommandOption = "full" | "past-rejected"

/** Phones make a dash of two hyphens. */
const optionWord = /^(?:--|[—–])(.*)$/u

/** The options in the order of `known`, so that the same wish is the same text; `unknown` are the others, as typed. */
export const parse = (
  text: string,
  known: ReadonlyArray<CommandOption>
): CommandArguments & { unknown: ReadonlyArray<string> } => {
  const translator = text.split(/[\s,;]+/).filter((word) => word !== "")
  const named = translator.map((word) => ({ word, name: optionWord.exec(word)?.[1] }))
  return {
    options: known.filter((option) => named.some(({ name }) => name === option)),
    selectors: named.flatMap(({ name, word }) => (name === undefined ? [word] : [])),
    unknown: named.flatMap(({ name, word }) =>
      name === undefined || known.some((option) => option === name) ? [] : [word]
    )
  }
}

/** As it is typed: `--full iiko.product`. */
export const textOf = ({ options, selectors }: CommandArguments): string =>
  [...options.map((option) => `--${option}`), ...selectors].join(" ")

/** Every choice of options, none first. */
export const choices = ([option, ...others]: ReadonlyArray<CommandOption>): ReadonlyArray<
  ReadonlyArray<CommandOption>
> => (option === undefined ? [[]] : [...choices(others), ...choices(others).map((choice) => [option, ...choice])])

/** For the data of buttons; nothing where there are none. */
export const suffixOf = (options: ReadonlyArray<CommandOption>): string =>
  options.length === 0 ? "" : `:${options.join("+")}`

/** For their patterns; the group is what `optionsIn` reads. */
export const suffix = "(?::([a-z+-]{1,30}))?"

export const optionsIn = (
  data: string | null | undefined,
  known: ReadonlyArray<CommandOption>
): ReadonlyArray<CommandOption> => {
  const names = data?.split("+") ?? []
  return known.filter((option) => names.includes(option))
}
