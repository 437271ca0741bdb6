/**
 * The records at several places of a JSON document, or in an object, or in wrappers, as one JSON array: each record is
 * an array that ends with it and begins with the keys of the objects that hold it, the innermost first (null in an
 * array). The document is rewritten as it passes, so that an object of any length is read record by record. The text
 * around the records is kept as in `JsonEnvelope.ts`.
 */
import type { RecordPlace } from "../../config/RecordPlaces.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { stringEnd, unquote } from "./JsonSkipper.ts"
import { FoundPlaces, type PlaceNode, placeTree } from "./PlaceTree.ts"
import { KeptText, maxKeptLength, SkippedValue } from "./SkippedValue.ts"
import { ValueEnd } from "./ValueEnd.ts"

/** An object or array on the way to records, which is still open. */
interface Frame {
  readonly node: PlaceNode
  readonly isObject: boolean
  /** The name of the current value, quoted. */
  name: string
  index: number
  /** The named places that were found in it. */
  readonly seen: Set<PlaceNode>
}

const word = /[^ \t\n\r":,[\]{}]*/y
const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/

/** The position of a token that may continue in the next piece. */
const incomplete = -1

export class JsonPlaces {
  readonly #root: PlaceNode
  readonly #found: FoundPlaces
  readonly #frames: Array<Frame> = []
  readonly #kept = new KeptText()
  /** The expected token; `item` and `member` may also be the end of their array or object. */
  #next: "value" | "item" | "member" | "name" | "colon" | "comma" | "nothing" = "value"
  #skipped: SkippedValue | undefined
  #record: ValueEnd | undefined
  #out: Array<string> = []
  #count = 0
  #begun = false
  /** The beginning of a name or a word; and the offset of the text after it in the document. */
  #unread = ""
  #offset = 0
  /** Why the text is not JSON or not as declared, or exceeds a limit. */
  fault: Reason | undefined

  constructor(places: ReadonlyArray<RecordPlace>) {
    this.#root = placeTree(places)
    this.#found = new FoundPlaces(places)
  }

  /** How many characters have passed. */
  get length(): number {
    return this.#offset
  }

  /** The document with its lists empty; empty if it is too long. */
  get kept(): string {
    return this.#kept.text
  }

  /** Known once the document has ended. */
  get absent(): "null" | "nothing" | undefined {
    return this.#found.absent
  }

  /** Returns the part of the array that the piece adds. */
  feed(piece: string): string {
    const isMarked = !this.#begun && piece.startsWith("\uFEFF")
    this.#begun ||= piece !== ""
    const text = this.#unread + (isMarked ? piece.slice(1) : piece)
    this.#offset -= this.#unread.length
    this.#unread = ""
    this.#out = []
    let at = 0
    while (at < text.length && this.fault === undefined) {
      const end = this.#read(text, at)
      if (end === incomplete) break
      at = end
    }
    this.#unread = text.slice(at)
    this.#offset += text.length
    if (this.#unread.length > maxKeptLength) this.fault ??= reason("answer.longBeside", { limit: maxKeptLength })
    return this.#out.join("")
  }

  /** Returns the end of the array; nothing if the document has not ended. */
  end(): string {
    if (this.#next !== "nothing") return ""
    return this.#count === 0 ? "[]" : "]"
  }

  #read(text: string, at: number): number {
    if (this.#record !== undefined) return this.#passRecord(text, at, this.#record)
    if (this.#skipped !== undefined) return this.#skip(text, at, this.#skipped)
    const c = text[at] ?? ""
    if (c === " " || c === "\n" || c === "\r" || c === "\t") return at + 1
    const frame = this.#frames.at(-1)
    switch (this.#next) {
      case "item":
      case "value":
        return c === "]" && this.#next === "item" ? this.#close(at) : this.#value(text, at, c)
      case "member":
      case "name":
        if (c === "}" && this.#next === "member") return this.#close(at)
        return c === '"' && frame !== undefined ? this.#name(text, at, frame) : this.#refuse(at, c)
      case "colon":
        if (c !== ":") return this.#refuse(at, c)
        this.#keep(c)
        this.#next = "value"
        return at + 1
      case "comma":
        if (frame === undefined || c === (frame.isObject ? "}" : "]")) return this.#close(at)
        if (c !== ",") return this.#refuse(at, c)
        this.#keep(c)
        frame.index++
        this.#next = frame.isObject ? "name" : "value"
        return at + 1
      case "nothing":
        return this.#fail(at, reason("answer.jsonMore"))
    }
  }

  #name(text: string, at: number, frame: Frame): number {
    const end = stringEnd(text, at + 1)
    if (typeof end !== "number") return incomplete
    frame.name = text.slice(at, end)
    this.#keep(frame.name)
    this.#next = "colon"
    return end
  }

  #value(text: string, at: number, c: string): number {
    const frame = this.#frames.at(-1)
    const node = frame === undefined ? this.#root : this.#placeIn(frame, at)
    if (this.fault !== undefined) return at
    if (node?.isRecord === true) {
      this.#begin()
      this.#record = new ValueEnd()
      return at
    }
    if (c === "{" || c === "[") {
      if (node !== undefined) return this.#open(node, at, c)
      this.#skipped = new SkippedValue(c)
      return at
    }
    if (c === '"' && node === undefined) {
      this.#skipped = new SkippedValue(c)
      return at
    }
    word.lastIndex = at
    const [found = ""] = word.exec(text) ?? []
    if (node === undefined && found === "") return this.#refuse(at, c)
    if (frame !== undefined && found !== "" && at + found.length === text.length) {
      // It is looked up again with the rest of the word.
      if (node !== undefined) frame.seen.delete(node)
      return incomplete
    }
    if (node === undefined && !literal.test(found)) return this.#fail(at, reason("answer.jsonInvalid"))
    if (node !== undefined && (frame === undefined || found !== "null")) return this.#misfit(node, at)
    if (node !== undefined) this.#lack(node, true)
    this.#keep(found)
    this.#next = "comma"
    return at + found.length
  }

  /** The place of the current value, if it is on a way to records. */
  #placeIn({ index, isObject, name, node, seen }: Frame, at: number): PlaceNode | undefined {
    if (node.items !== undefined) return node.items
    const token = isObject ? unquote(name) : String(index)
    if (token === undefined) this.#fail(at, reason("answer.jsonInvalid"))
    const inner = node.named.get(token ?? "")
    if (inner === undefined) return undefined
    // The decoder of a single array refuses it, too: another parser may take the second one.
    if (seen.has(inner)) this.#fail(at, reason("answer.jsonTwice", { name: JSON.stringify(token) }))
    seen.add(inner)
    return inner
  }

  #open(node: PlaceNode, at: number, c: "{" | "["): number {
    if (c === "{" && node.isArray) return this.#misfit(node, at)
    this.#found.list(node)
    this.#keep(c)
    this.#frames.push({ node, isObject: c === "{", name: "", index: 0, seen: new Set() })
    this.#next = c === "{" ? "member" : "item"
    return at + 1
  }

  #close(at: number): number {
    const frame = this.#frames.at(-1)
    for (const inner of frame?.node.named.values() ?? []) if (frame?.seen.has(inner) === false) this.#lack(inner, false)
    this.#frames.pop()
    this.#keep(frame?.isObject === true ? "}" : "]")
    this.#next = this.#frames.length === 0 ? "nothing" : "comma"
    return at + 1
  }

  /** There is nothing at a place: a wrapper without its record must not count as one record less. */
  #lack(node: PlaceNode, isNull: boolean): void {
    if (!node.isSingle) {
      this.#found.lacks(node, isNull)
      return
    }
    for (const _ of node.places) {
      this.#begin()
      this.#out.push("null]")
    }
  }

  /** Begins a record with its keys. */
  #begin(): void {
    this.#out.push(this.#count++ === 0 ? "[[" : ",[")
    for (let at = this.#frames.length - 1; at >= 0; at--) {
      const frame = this.#frames[at]
      if (frame?.node.items !== undefined) this.#out.push(frame.isObject ? frame.name : "null", ",")
    }
  }

  #passRecord(text: string, at: number, record: ValueEnd): number {
    const end = record.read(text, at)
    this.#out.push(text.slice(at, end))
    if (record.isOver) {
      this.#out.push("]")
      this.#record = undefined
      this.#next = "comma"
    }
    return end
  }

  #skip(text: string, at: number, skipped: SkippedValue): number {
    const end = skipped.read(text, at)
    if (skipped.wrong) return this.#fail(end, reason("answer.jsonInvalid"))
    if (skipped.goesOn) return end === at ? incomplete : end
    this.#keep(skipped.shown)
    this.#skipped = undefined
    this.#next = "comma"
    return end
  }

  /** Nothing within a list is kept. */
  #keep(text: string): void {
    if (this.#frames.every(({ node }) => node.items === undefined)) this.#kept.add(text)
  }

  #misfit({ isArray, pointer }: PlaceNode, at: number): number {
    return this.#fail(
      at,
      isArray ? reason("answer.jsonNoArray", { pointer }) : reason("answer.jsonNoObject", { pointer })
    )
  }

  #refuse(at: number, c: string): number {
    return this.#fail(at, reason("answer.jsonCharacter", { character: JSON.stringify(c) }))
  }

  #fail(at: number, what: Reason): number {
    this.fault ??= reason("answer.nearCharacter", { what, offset: this.#offset + at })
    return at
  }
}
