/**
 * Pairs stores that give consumables with those that receive them, by names alone: `TYPE (RESTAURANT)`. A new
 * restaurant works as soon as its stores exist.
 */

import type { Reason } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"

export interface Store {
  readonly id: string
  readonly name: string
}

export interface Restaurant {
  readonly name: string
  readonly source: Store
  readonly targets: ReadonlyArray<Store>
}

export interface SkippedRestaurant {
  readonly restaurant: string
  readonly why: Reason
}

export interface Prefixes {
  readonly sourcePrefix: string
  readonly targetPrefixes: ReadonlyArray<string>
}

interface ParsedStoreName {
  readonly prefix: string
  readonly restaurant: string
  readonly store: Store
}

/** People type names, so spaces and case are ignored. */
const folded = (text: string): string => text.trim().replaceAll(/\s+/g, " ").toLowerCase()

const parsed = (store: Store): ParsedStoreName | undefined => {
  const [, prefix, restaurant] = /^\s*(.+?)\s*\(\s*([^()]+?)\s*\)\s*$/.exec(store.name) ?? []
  return prefix === undefined || restaurant === undefined ? undefined : { prefix: folded(prefix), restaurant, store }
}

export const pairStores = (stores: ReadonlyArray<Store>, { sourcePrefix, targetPrefixes }: Prefixes) => {
  const [source, targets] = [folded(sourcePrefix), new Set(targetPrefixes.map(folded))]
  const known = stores.flatMap((store) => parsed(store) ?? [])
  const concerned = known.filter(({ prefix }) => prefix === source || targets.has(prefix))
  const restaurants: Array<Restaurant> = []
  const skipped: Array<SkippedRestaurant> = []
  for (const own of Map.groupBy(concerned, ({ restaurant }) => folded(restaurant)).values()) {
    const name = own[0]?.restaurant ?? ""
    const [giver, ...more] = own.filter(({ prefix }) => prefix === source)
    const takers = own.filter(({ prefix }) => prefix !== source)
    const [twice] = takers.filter(({ prefix }, at) => takers.findIndex((other) => other.prefix === prefix) !== at)
    if (giver === undefined)
      skipped.push({ restaurant: name, why: iiko("iiko.noStore", { store: `${sourcePrefix} (${name})` }) })
    else if (takers.length === 0) skipped.push({ restaurant: name, why: iiko("iiko.noTaker") })
    else if (more.length > 0) skipped.push({ restaurant: name, why: severalOf(giver) })
    else if (twice !== undefined) skipped.push({ restaurant: name, why: severalOf(twice) })
    else restaurants.push({ name, source: giver.store, targets: takers.map(({ store }) => store) })
  }
  return { restaurants: restaurants.toSorted(byName), skipped }
}

const severalOf = ({ store }: ParsedStoreName): Reason => iiko("iiko.severalStores", { store: store.name })

const byName = (one: Restaurant, other: Restaurant): number => one.name.localeCompare(other.name, "ru")
