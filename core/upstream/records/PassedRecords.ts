/**
 * The records of JSON between the scan that finds their ends and the parser behind it: their text, and how many names
 * each states. A record in which an object states a name twice, with different values, becomes unreadable, because
 * nobody knows which of them is meant.
 */
import { reason } from "../../reason/Reason.ts"
import type { SourceRecord } from "../Source.ts"
import { ambiguityOf, namesOf } from "./DoubledNames.ts"
import { NestedNames } from "./NestedNames.ts"
import { unreadable } from "./UnreadableRecord.ts"

/** The beginning of a record that a person is shown. */
const maxShown = 4_000

/** `sure`: the fields that do not come from its text. */
export const ambiguousRecord = (
  why: Parameters<typeof unreadable>[0],
  json: string,
  sure: SourceRecord = {}
): SourceRecord => unreadable(reason("reject.ambiguous", { why }), { json: json.slice(0, maxShown) }, sure)

/** How many records are kept after they were parsed: a parser that is one behind never takes all. */
const maxTaken = 256

interface PassedRecord {
  readonly text: string
  /** How many names its outermost object states. */
  readonly names: number
  /** How many it states with all objects within it; 0: none of those has one twice. */
  readonly suspected: number
}

/** Values that are neither objects nor lists have no names and are left out. `level` 0 is that of a record. */
export class PassedRecords {
  #records: Array<PassedRecord> = []
  #taken = 0
  readonly #nested = new NestedNames()
  /** Of the open record: where it begins in the current text, its text before that, and its names. */
  #from = 0
  #before = ""
  #names = 0
  #all = 0

  /** An object or a list begins. */
  open(level: number, at: number): void {
    if (level > 0) {
      this.#nested.open(level)
      return
    }
    this.#from = at
    this.#names = this.#all = 0
    this.#nested.isSuspected = false
  }

  name(text: string, from: number, to: number, level: number): void {
    this.#all++
    if (level === 0) this.#names++
    else this.#nested.name(text, from, to, level)
  }

  /** The open record continues in another text. */
  hold(text: string, to: number): void {
    this.#before += text.slice(this.#from, to)
    this.#from = 0
  }

  /** The record ends. */
  close(text: string, to: number): void {
    const suspected = this.#nested.isSuspected ? this.#all : 0
    this.#records.push({ text: this.#before + text.slice(this.#from, to), names: this.#names, suspected })
    this.#before = ""
  }

  /**
   * Receives the parsed values in the order of their texts. Returns the record that stands for an ambiguous one.
   * `around`: how many levels of the text do not belong to the record.
   */
  ambiguous(value: unknown, sure?: SourceRecord, around?: number): SourceRecord | undefined {
    if (typeof value !== "object" || value === null) return undefined
    const record = this.#records[this.#taken++]
    if (this.#taken >= maxTaken && this.#taken * 2 >= this.#records.length) this.#forget()
    if (record === undefined || isClear(value, record)) return undefined
    const why = ambiguityOf(record.text, around)
    return why && ambiguousRecord(why, record.text, sure)
  }

  #forget(): void {
    this.#records = this.#records.slice(this.#taken)
    this.#taken = 0
  }
}

const isClear = (value: object, { names, suspected }: PassedRecord): boolean =>
  (Array.isArray(value) ? 0 : Object.keys(value).length) === names && (suspected === 0 || namesOf(value) === suspected)
