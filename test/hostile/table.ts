/** What vendors answer when they are broken, attacked or hostile, and what must be said of it. */
import type { Entity } from "../../core/config/Entity.ts"
import { documents } from "./cases/documents.ts"
import { everyFormat } from "./cases/formats.ts"
import { lies } from "./cases/lies.ts"
import { transport } from "./cases/transport.ts"
import { xml } from "./cases/xml.ts"
import type { Format } from "./Formats.ts"

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Iterable<string | Uint8Array>
  readonly packed?: "gzip" | "br" | "deflate"
  /** `open`: never; `cut`: the connection breaks; `silent`: not even headers come. */
  readonly ending?: "whole" | "cut" | "open" | "silent"
  /** Milliseconds between the pieces of the body. */
  readonly pause?: number
  /** In place of an answer of HTTP. */
  readonly raw?: string
}

export interface Case {
  /** A word: it is an address and the name of a table. */
  readonly name: string
  readonly format: Format
  readonly entity?: Partial<Entity>
  readonly answer: Answer | ((url: URL) => Answer)
  /** Which limits it is read with: `much` are the usual ones, `late` gives up soon; else few bytes are too many. */
  readonly limits?: "much" | "late"
  /** A part of the error, or of a warning; where it ends well there is none. */
  readonly message?: RegExp
  readonly status: "failed" | "warning" | "ok"
}

export const cases: ReadonlyArray<Case> = [...everyFormat, ...documents, ...xml, ...transport, ...lies]
