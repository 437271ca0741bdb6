/**
 * An XML document without its records, read as it passes: the place where vendors write totals, flags and next pages.
 * It has the form that the root would have as a record, so pointers work as `from` does: elements by name, attributes
 * as `@name`.
 */
import type { Xml } from "effect/encoding"
import { memoryLimits } from "../exchange/MemoryLimits.ts"
import type { JsonObject } from "./Json.ts"
import { isNamed, type PrefixedNames, recordOf } from "./XmlElement.ts"

/** The maximum length of an envelope in characters; a larger one, such as one with another long list, is dropped. */
const maxEnvelope = 4 << 20

/** An element that is not closed yet. */
interface Open {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Array<Open | string>
}

export class XmlEnvelope {
  private readonly path: ReadonlyArray<string>
  private readonly prefixed: PrefixedNames
  private top: Open | undefined
  private readonly open: Array<Open> = []
  /** How many of the open elements are on the path to the records, and the highest such number. */
  private onWay = 0
  private farthest = 0
  /** How many elements are open, from a record down. */
  private within = 0
  private size = 0
  private nodes = 0
  /** Elements and texts of the current or last record. */
  values = 0
  /** Whether there was a record. */
  found = false

  constructor(path: ReadonlyArray<string>, prefixed: PrefixedNames) {
    this.path = path
    this.prefixed = prefixed
  }

  /** Returns the event; an element on the way to the records has the name of the path. */
  see(event: Xml.Event): Xml.Event {
    if (event._tag === "StartElement") return this.start(event)
    if (event._tag === "EndElement") this.end()
    else if (event._tag === "Text") this.text(event.text)
    return event
  }

  get root(): string | undefined {
    return this.top?.name
  }

  /** Known once the document has ended; undefined if it is much larger than an envelope. */
  get envelope(): JsonObject | undefined {
    return this.top === undefined || this.size > maxEnvelope ? undefined : recordOf(this.top, this.prefixed)
  }

  /**
   * Whether there was an element to hold the records, below the root: if it is empty, there are none, and they are not
   * elsewhere.
   */
  get hasPlace(): boolean {
    return this.found || (this.path.length > 2 && this.farthest === this.path.length - 1)
  }

  private start(event: Xml.StartElement): Xml.StartElement {
    const { attributes, name } = event
    if (this.within > 0) {
      this.within++
      this.values++
      return event
    }
    const wanted = this.path[this.onWay]
    const isOnWay = this.open.length === this.onWay && wanted !== undefined && isNamed(wanted, name)
    const called = isOnWay && wanted !== "*" && wanted !== name ? { ...event, name: wanted } : event
    if (isOnWay) {
      if (this.onWay === this.path.length - 1) {
        this.within = 1
        this.values = 1
        this.found = true
        return called
      }
      this.onWay++
      this.farthest = Math.max(this.farthest, this.onWay)
    }
    const element: Open = { name, attributes, children: [] }
    this.top ??= element
    this.size += name.length
    for (const attribute in attributes) this.size += attribute.length + (attributes[attribute]?.length ?? 0)
    this.add(element)
    this.open.push(element)
    return called
  }

  private end(): void {
    if (this.within > 0) {
      this.within--
      return
    }
    this.open.pop()
    this.onWay = Math.min(this.onWay, this.open.length)
  }

  /** Text cut into several pieces, as around CDATA, is one text. */
  private text(text: string): void {
    if (this.within > 0) {
      this.values++
      return
    }
    const { children = [] } = this.open.at(-1) ?? {}
    this.size += text.length
    const last = children.at(-1)
    if (typeof last === "string") children[children.length - 1] = last + text
    else this.add(text)
  }

  /** If the envelope is too large, nothing is kept, not even what was. */
  private add(child: Open | string): void {
    if (++this.nodes > memoryLimits.values) this.size = Number.POSITIVE_INFINITY
    if (this.size <= maxEnvelope) this.open.at(-1)?.children.push(child)
    else if (this.top !== undefined) this.top.children.length = 0
  }
}
