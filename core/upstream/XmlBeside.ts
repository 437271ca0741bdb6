/**
 * What stands beside the records of an XML document: the texts of elements and the attributes on the way to them, by
 * name, with what lies one level below. There vendors write totals, flags and next pages; the records pass unseen.
 */
import type { Xml } from "effect/encoding"
import { isJsonObject } from "./Json.ts"

/** Without a prototype, since the vendor chooses the names. */
const named = (): Record<string, unknown> => Object.create(null)

export class XmlBeside {
  readonly found = named()
  private readonly path: ReadonlyArray<string>
  private readonly open: Array<string> = []
  /** How many of the open elements lie on the way to the records. */
  private onWay = 0
  /** How many elements are open from a record on. */
  private within = 0
  private isLeaf = false
  private text = ""

  constructor(path: ReadonlyArray<string>) {
    this.path = path
  }

  see(event: Xml.Event): void {
    if (event._tag === "StartElement") this.start(event)
    else if (event._tag === "EndElement") this.end()
    else if (event._tag === "Text" && this.within === 0 && this.isLeaf) this.text += event.text
  }

  private start({ attributes, name }: Xml.StartElement): void {
    if (this.within > 0) {
      this.within++
      return
    }
    const wanted = this.path[this.onWay]
    if (this.open.length === this.onWay && (wanted === "*" || wanted === name)) {
      if (this.onWay === this.path.length - 1) {
        this.within = 1
        return
      }
      this.onWay++
      for (const attribute in attributes) this.found[attribute] = attributes[attribute]
    }
    this.open.push(name)
    this.isLeaf = true
    this.text = ""
  }

  private end(): void {
    if (this.within > 0) {
      this.within--
      return
    }
    const aside = this.open.length - this.onWay
    const name = this.open.pop()
    if (this.isLeaf && name !== undefined) this.keep(aside, name)
    this.isLeaf = false
    this.text = ""
    this.onWay = Math.min(this.onWay, this.open.length)
  }

  private keep(aside: number, name: string): void {
    const value = this.text.trim() || null
    if (aside === 1) this.found[name] = value
    const holder = this.open.at(-1)
    if (aside !== 2 || holder === undefined) return
    const present = this.found[holder]
    const inner = Object.assign(named(), isJsonObject(present) ? present : undefined)
    inner[name] = value
    this.found[holder] = inner
  }
}
