/** A document that somebody sent, as a file of the configuration: which one it is meant to be, and its text. */
import { Effect } from "effect"
import type { Document } from "grammy/types"
import type { ConfigFile } from "../../../core/control/Control.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import type { Telegram } from "../../telegram/Telegram.ts"

export const maxBytes = 512 * 1024

export const read = Effect.fn("Documents.read")(function* (
  { download }: Pick<Telegram["Service"], "download">,
  { file_id, file_size = 0 }: Document
) {
  const tooLarge = new UserFacingError({ key: "config-too-large", variables: { kilobytes: maxBytes / 1024 } })
  if (file_size > maxBytes) return yield* tooLarge
  const bytes = yield* download(file_id, maxBytes)
  if (bytes.length > maxBytes) return yield* tooLarge
  return yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => new UserFacingError({ key: "config-not-utf8" })
  })
})

/**
 * A caption that is a path decides; else the document's name among the files there are, and then the text: with a `type`
 * it is a connector. `undefined`: it cannot be told.
 */
export const nameOf = (
  document: { readonly fileName: string; readonly caption: string; readonly text: string },
  files: ReadonlyArray<ConfigFile>,
  known: ReadonlyArray<string>
): string | undefined => {
  const path = pathIn(document.caption, known)
  if (path !== undefined) return path
  // A telephone that has the file already saves the next one as `iiko (1).yaml`.
  const name = document.fileName.trim().replace(/\s*\(\d+\)(?=\.yaml$)/, "")
  if (known.includes(name)) return name
  if (!name.endsWith(".yaml")) return undefined
  const asConnector = `connectors/${name}`
  const isKnown = files.some((file) => file.name === asConnector)
  return isKnown || /^type:\s*\S/m.test(document.text) ? asConnector : undefined
}

const pathIn = (caption: string, known: ReadonlyArray<string>): string | undefined => {
  const path = caption.trim().replace(/^(?:\.\/)?(?:config\/)?/, "")
  return known.includes(path) || /^connectors\/\S+\.yaml$/.test(path) ? path : undefined
}
