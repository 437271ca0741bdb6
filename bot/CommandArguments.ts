/** The arguments of a command: selectors, and the options of the command line, before or after them. */
export interface CommandArguments {
  readonly options: ReadonlyArray<CommandOption>
  readonly selectors: ReadonlyArray<string>
}

/** `full`: reads everything, whatever the cursors say. `past-rejected`: rejected records do not hold the cursors. */
export type CommandOption = "full" | "past-rejected"

/** Phones turn two hyphens into a dash. */
const optionWord = /^(?:--|[—–])(.*)$/u

/**
 * Returns options in the order of `known`, so that equal requests have equal text; `unknown` are the rest, as typed.
 */
export const parse = (
  text: string,
  known: ReadonlyArray<CommandOption>
): CommandArguments & { unknown: ReadonlyArray<string> } => {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "")
  const named = words.map((word) => ({ word, name: optionWord.exec(word)?.[1] }))
  return {
    options: known.filter((option) => named.some(({ name }) => name === option)),
    selectors: named.flatMap(({ name, word }) => (name === undefined ? [word] : [])),
    unknown: named.flatMap(({ name, word }) =>
      name === undefined || known.some((option) => option === name) ? [] : [word]
    )
  }
}

/** Returns the arguments as a person types them: `--full crm.deal`. */
export const textOf = ({ options, selectors }: CommandArguments): string =>
  [...options.map((option) => `--${option}`), ...selectors].join(" ")

/** Returns every combination of options, the empty one first. */
export const choices = ([option, ...others]: ReadonlyArray<CommandOption>): ReadonlyArray<
  ReadonlyArray<CommandOption>
> => (option === undefined ? [[]] : [...choices(others), ...choices(others).map((choice) => [option, ...choice])])

/** Returns the options for the data of buttons; an empty text without options. */
export const suffixOf = (options: ReadonlyArray<CommandOption>): string =>
  options.length === 0 ? "" : `:${options.join("+")}`

/** A part of the buttons' patterns; `optionsIn` reads its group. */
export const suffix = "(?::([a-z+-]{1,30}))?"

export const optionsIn = (
  data: string | null | undefined,
  known: ReadonlyArray<CommandOption>
): ReadonlyArray<CommandOption> => {
  const names = data?.split("+") ?? []
  return known.filter((option) => names.includes(option))
}
