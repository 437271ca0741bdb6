/**
 * The keys of a run and the parent of each record. If keys do not name the parent, two parents can have records with
 * equal keys, and folding would make one row of them.
 */
import type { SourceRecord } from "../../upstream/Source.ts"
import type { PartOfRead } from "../read/Cursor.ts"
import type { Target } from "../read/Target.ts"
import { KeyFilter, ownerOf } from "./KeyFilter.ts"
import type { KeyCell } from "./RecordKeys.ts"
import { copyCut } from "./SourceText.ts"

/** Records whose key equals that of a record of another parent. */
export interface KeyCollisions {
  readonly count: number
  /** The first such key. */
  readonly key: string
  /** The YAML of a column source that would name the parent. */
  readonly field: string
}

export class KeyOwners {
  readonly #filter = new KeyFilter()
  readonly #key: ReadonlyArray<KeyCell>
  readonly #namesPart: boolean
  /** Identifies the record that contains a child, if the child's key does not. */
  readonly #parentOf: Target["parentOf"]
  #field = "from: ../id"
  #part = 0
  /** The owner of the records that follow; 0 if their keys name it, or if owners cannot be distinguished. */
  current = 0
  crossed: KeyCollisions | undefined

  constructor(key: ReadonlyArray<KeyCell>, parentOf: Target["parentOf"]) {
    this.#key = key
    this.#namesPart = key.some(({ column }) => column.source._tag === "Parameter")
    this.#parentOf = parentOf
  }

  begin({ params, part }: Pick<PartOfRead, "part" | "params">): void {
    const [name] = Object.keys(params ?? {})
    this.#part = name === undefined || this.#namesPart ? 0 : ownerOf(part)
    this.current = this.#part
    if (this.#part !== 0 && this.#parentOf === undefined) this.#field = `value: "{${name}}"`
  }

  /** The records that follow are children of this record. */
  enter(parent: SourceRecord): void {
    if (this.#parentOf !== undefined) this.current = ownerOf(`${this.#part} ${this.#parentOf(parent)}`)
  }

  /** Whether the key may have been added before. */
  add(key: string, owner: number, row: ReadonlyArray<string | null>): boolean {
    const before = this.#filter.addOf(key, owner)
    if (before === undefined) return false
    if (before !== owner) {
      this.crossed = {
        count: (this.crossed?.count ?? 0) + 1,
        key:
          this.crossed?.key ?? copyCut(this.#key.map(({ at, column }) => `${column.name} ${row[at]}`).join(", "), 500),
        field: this.#field
      }
    }
    return true
  }

  /** Discards the keys and restores `crossed`. */
  reset(crossed: KeyCollisions | undefined): void {
    this.#filter.clear()
    this.crossed = crossed
  }
}
