/** Files as Telegram stores them: with an id for calls, and a path for downloads. */
import { Effect } from "effect"
import type { StoredFile, World } from "../Model.ts"
import type { Params } from "./Params.ts"
import { badRequest, type Refusal, tooLarge } from "./Refusal.ts"

const megabyte = 1_048_576
const maxBytes = { photo: 10 * megabyte, document: 50 * megabyte, download: 20 * megabyte }

const types: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  csv: "text/csv",
  txt: "text/plain",
  json: "application/json",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

export const storeFile = (world: World, kind: "photo" | "document", name: string, bytes: Uint8Array): StoredFile => {
  const number = world.files.size
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "dat"
  const { height, width } = sizeOf(bytes) ?? { width: 0, height: 0 }
  const file: StoredFile = {
    id: `${kind === "photo" ? "AgACAgIAAxkDAAI" : "BQACAgIAAxkDAAI"}${world.draw.uuid().replaceAll("-", "")}`,
    uniqueId: `AQAD${world.draw.uuid().slice(0, 8)}`,
    path:
      kind === "photo"
        ? `photos/file_${number}.${isPng(bytes) ? "png" : "jpg"}`
        : `documents/file_${number}.${extension}`,
    name,
    type:
      kind === "photo" ? (isPng(bytes) ? "image/png" : "image/jpeg") : (types[extension] ?? "application/octet-stream"),
    bytes,
    width,
    height
  }
  world.files.set(file.id, file)
  return file
}

/** Reads the file of a call: an upload under its own name or as `attach://`, or the id of a stored file. */
export const fileOf = Effect.fnUntraced(function* (
  world: World,
  kind: "photo" | "document",
  params: Params,
  named: string | undefined
): Effect.fn.Return<StoredFile, Refusal> {
  const upload = params.uploads.get(named?.startsWith("attach://") ? named.slice("attach://".length) : kind)
  if (upload !== undefined) {
    const { bytes, filename = kind } = upload
    if (bytes.length === 0) return yield* badRequest("file must be non-empty")
    if (bytes.length > maxBytes[kind]) return yield* kind === "photo" ? badRequest("too big for a photo") : tooLarge
    if (kind === "photo") {
      const size = sizeOf(bytes)
      if (size === undefined) return yield* badRequest("IMAGE_PROCESS_FAILED")
      const { height, width } = size
      if (width + height > 10_000 || Math.max(width / height, height / width) > 20) {
        return yield* badRequest("PHOTO_INVALID_DIMENSIONS")
      }
    }
    return storeFile(world, kind, filename, bytes)
  }
  if (named === undefined) return yield* badRequest(`there is no ${kind} in the request`)
  const known = world.files.get(named)
  return known ?? (yield* badRequest("wrong file identifier/HTTP URL specified"))
})

export const fileAnswer = Effect.fnUntraced(function* (
  world: World,
  id: string | undefined
): Effect.fn.Return<object, Refusal> {
  if (id === undefined) return yield* badRequest("file_id not specified")
  const file = world.files.get(id)
  if (file === undefined) return yield* badRequest("invalid file_id")
  if (file.bytes.length > maxBytes.download) return yield* badRequest("file is too big")
  return { ...identity(file), file_path: file.path }
})

const identity = ({ bytes, id, uniqueId }: StoredFile) => ({
  file_id: id,
  file_unique_id: uniqueId,
  file_size: bytes.length
})

export const photoJson = (file: StoredFile): ReadonlyArray<object> => [
  { ...identity(file), width: file.width, height: file.height }
]

export const documentJson = (file: StoredFile): object => ({
  ...identity(file),
  file_name: file.name,
  mime_type: file.type
})

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50

/** Reads the size of a PNG or a JPEG. */
const sizeOf = (bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isPng(bytes) && bytes.length >= 24) return { width: view.getUint32(16), height: view.getUint32(20) }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  let at = 2
  while (at + 9 < bytes.length) {
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}
