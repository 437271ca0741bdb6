/** The places of records as a tree, which a reader of JSON descends. */
import { anyItem, pointerTo } from "../../config/Pointer.ts"
import type { RecordPlace } from "../../config/RecordPlaces.ts"

/** A value on the way to records. */
export interface PlaceNode {
  /** Its pointer, quoted, for messages. */
  readonly pointer: string
  /** The items of an array or the values of an object; then `named` is empty. */
  readonly items: PlaceNode | undefined
  readonly named: ReadonlyMap<string, PlaceNode>
  /** The value is a record. */
  readonly isRecord: boolean
  /** An object there is a mistake. */
  readonly isArray: boolean
  /** The number of `*` on the way to it. */
  readonly depth: number
  /** Each value here has exactly one record of each of its places: the item of a list, or within it. */
  readonly isSingle: boolean
  /** The positions of the declared places that it leads to. */
  readonly places: ReadonlyArray<number>
}

interface Way {
  readonly place: RecordPlace
  readonly position: number
}

/** No two places overlap. */
const nodeOf = (tokens: ReadonlyArray<string>, ways: ReadonlyArray<Way>): PlaceNode => {
  const at = tokens.length
  const next = Map.groupBy(ways, ({ place }) => place.tokens[at])
  const children = [...next].flatMap(([token, inner]) =>
    token === undefined ? [] : [[token, nodeOf([...tokens, token], inner)] as const]
  )
  const depth = tokens.filter((token) => token === anyItem).length
  return {
    pointer: JSON.stringify(pointerTo(tokens)),
    items: children.find(([token]) => token === anyItem)?.[1],
    named: new Map(children.filter(([token]) => token !== anyItem)),
    isRecord: next.has(undefined),
    isArray: ways.some(({ place }) => place.isArray === true && place.tokens.length === at + 1),
    depth,
    isSingle: depth > 0 && ways.every(({ place }) => !place.tokens.slice(at).includes(anyItem)),
    places: ways.map(({ position }) => position)
  }
}

export const placeTree = (places: ReadonlyArray<RecordPlace>): PlaceNode =>
  nodeOf(
    [],
    places.map((place, position) => ({ place, position }))
  )

/** Whether lists were found at the declared places. */
export class FoundPlaces {
  readonly #outer: Array<boolean>
  readonly #found: Array<boolean>
  readonly #lacking: Array<boolean>
  readonly #null: Array<boolean>

  constructor(places: ReadonlyArray<RecordPlace>) {
    const none = () => places.map(() => false)
    this.#outer = none()
    this.#found = none()
    this.#lacking = none()
    this.#null = none()
  }

  list({ depth, items, places }: PlaceNode): void {
    if (items === undefined) return
    for (const at of places) {
      if (depth === 0) this.#outer[at] = true
      if (items.isRecord || items.isSingle) this.#found[at] = true
    }
  }

  lacks({ depth, items, places }: PlaceNode, isNull: boolean): void {
    for (const at of places) {
      if (depth > 0) this.#lacking[at] = true
      else if (isNull && items !== undefined) this.#null[at] = true
    }
  }

  /** An outer list without items has no inner ones; if it has items, one of them must have an inner list. */
  get absent(): "null" | "nothing" | undefined {
    const absent = this.#found.flatMap((found, at) => {
      if (found || (this.#outer[at] === true && this.#lacking[at] !== true)) return []
      return [this.#null[at] === true ? "null" : "nothing"] as const
    })
    return absent.includes("nothing") ? "nothing" : absent[0]
  }
}
