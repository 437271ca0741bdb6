/** Colours by meaning. A view names the tone; whether anything is coloured at all is decided once, by `Terminal`. */
import { styleText } from "node:util"

export type Tone = "good" | "warn" | "bad" | "dim" | "strong" | "accent"

/** Applied last, after cutting and padding: styled text has no width of its own any more. */
export type Style = (tone: Tone, text: string) => string

/** What a view must know of the place it is shown in; a pipe is endlessly wide. */
export interface View {
  readonly width: number
  readonly style: Style
}

const formats = { good: "green", warn: "yellow", bad: "red", dim: "dim", strong: "bold", accent: "cyan" } as const

export const plain: Style = (_tone, text) => text

// `validateStream` would ask stdout whether it has colours; the caller knows which stream it writes to.
export const coloured: Style = (tone, text) =>
  text === "" ? "" : styleText(formats[tone], text, { validateStream: false })
