/** Finds the configuration file that a sent document is meant to be, and reads its text. */
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
 * Returns the file's name: from a caption that is a path; else from the document's name among the existing files; else
 * from the text, where a `type` means a connector. `undefined` if none of them tells.
 */
export const nameOf = (
  document: { readonly fileName: string; readonly caption: string; readonly text: string },
  files: ReadonlyArray<ConfigFile>,
  known: ReadonlyArray<string>
): string | undefined => {
  const path = pathIn(document.caption, known)
  if (path !== undefined) return path
  // A phone that already has the file saves the next one as `crm (1).yaml`.
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
