/** Colours by meaning. A view names the tone; `Terminal` decides once whether anything is coloured at all. */
import { styleText } from "node:util"

export type Tone = "good" | "warn" | "bad" | "dim" | "strong" | "accent"

/** Applied last, after cutting and padding: the width of styled text can no longer be measured. */
export type Style = (tone: Tone, text: string) => string

/** The properties of the output; a pipe is infinitely wide. */
export interface View {
  readonly width: number
  readonly style: Style
  /** The configuration directory that the command was called with, which the commands that it advises need, too. */
  readonly config?: string | undefined
  /** How the program was called. Default: tributary. */
  readonly program?: string
}

const formats = { good: "green", warn: "yellow", bad: "red", dim: "dim", strong: "bold", accent: "cyan" } as const

export const plain: Style = (_tone, text) => text

// `validateStream` would check whether stdout has colours; the caller knows which stream it writes to.
export const coloured: Style = (tone, text) =>
  text === "" ? "" : styleText(formats[tone], text, { validateStream: false })
