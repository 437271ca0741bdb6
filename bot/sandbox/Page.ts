/** The files of the chat page and its rendering library; no other file of the disk is served. */
import { readFile } from "node:fs/promises"
import { Effect } from "effect"
import type { SandboxResponse } from "../../core/sdk-sandbox.ts"

const page = new URL("page/", import.meta.url)

/** Node resolves the variant for servers, in a folder of its own. */
const litHtml = new URL("../", import.meta.resolve("lit-html"))

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'"
].join("; ")

export const security = {
  "cache-control": "no-store",
  "content-security-policy": policy,
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

const types: Readonly<Record<string, string>> = {
  html: "text/html;charset=UTF-8",
  css: "text/css;charset=UTF-8",
  js: "text/javascript;charset=UTF-8"
}

/** Returns the path of an address's file, with its type. */
const fileOf = (path: string): readonly [file: URL, type: string] | undefined => {
  if (path === "/") return [new URL("index.html", page), types.html ?? ""]
  const [, folder, name = "", extension = ""] =
    /^\/(page|assets\/lit-html)\/((?:[\w-]+\/)?[\w-]+\.(css|js))$/.exec(path) ?? []
  if (folder === undefined) return undefined
  return [new URL(name, folder === "page" ? page : litHtml), types[extension] ?? ""]
}

const nothing: SandboxResponse = { status: 404, headers: security, body: "Not Found" }

/** Returns `undefined` if the page has no such address. */
export const pageAt = (path: string): Effect.Effect<SandboxResponse> | undefined => {
  const found = fileOf(path)
  if (found === undefined) return undefined
  const [file, type] = found
  return Effect.tryPromise(() => readFile(file)).pipe(
    Effect.map((body): SandboxResponse => ({ headers: { ...security, "content-type": type }, body })),
    Effect.orElseSucceed(() => nothing)
  )
}
