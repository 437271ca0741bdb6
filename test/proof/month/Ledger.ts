/**
 * What the database must hold. The sandbox moves in steps, so an order has one content at every read of a step: which
 * contents were read follows from the reads that ended well, without asking the daemon.
 */
import { isDeepStrictEqual } from "node:util"
import { formOf } from "../../../connectors/allegro/sandbox/Form.ts"
import { day, type Purchase, type Seller } from "../../../connectors/allegro/sandbox/Model.ts"
import { eventsAt, isThere, ordersAt } from "../../../connectors/allegro/sandbox/Sellers.ts"
import { type AllegroState, worldTime } from "../../../connectors/allegro/sandbox/State.ts"

/** A read that has ended well, by the time of the world. */
export interface Reading {
  readonly begun: number
  readonly ended: number
}

export interface StoredVersion {
  readonly order: string
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number | null
  readonly content: unknown
}

/** Both are JSON values. */
const isSame = (form: unknown, content: unknown) => isDeepStrictEqual(JSON.parse(JSON.stringify(form)), content)

const stepsOf = ({ begun, ended }: Reading, apart: number): ReadonlyArray<number> =>
  Array.from({ length: Math.round((ended - begun) / apart) + 1 }, (_, step) => begun + step * apart)

/** The ledger of one seller. */
export const makeLedger = (state: AllegroState, seller: Seller) => {
  const { stepMillis } = state
  /** Of each order the reads of it; one of its contents meanwhile must be kept. */
  const read = new Map<string, Array<Reading>>()
  /** Events up to here have been handled. */
  let handled: number | undefined
  const events = new Set<number>()

  const note = (purchase: Purchase, reading: Reading) => {
    if (!stepsOf(reading, stepMillis).every((at) => isThere(purchase, at))) return
    const known = read.get(purchase.id)
    if (known === undefined) read.set(purchase.id, [reading])
    else known.push(reading)
  }

  /** What is published while a read goes on may be in it or not. */
  const polled = (reading: Reading) => {
    const { begun, ended } = reading
    for (const { id, publishedAt, purchase } of eventsAt(seller, begun)) {
      if (handled === undefined || publishedAt <= handled) continue
      events.add(id)
      note(purchase, reading)
    }
    handled = ended
  }

  const swept = (reading: Reading, days: number) => {
    const since = reading.begun - days * day
    for (const purchase of ordersAt(seller, reading.begun)) {
      if (purchase.items.some(({ boughtAt }) => boughtAt >= since)) note(purchase, reading)
    }
  }

  const formAt = (order: string, at: number) => {
    const purchase = seller.byId.get(order)
    return purchase !== undefined && isThere(purchase, at) ? formOf(state, purchase, at) : undefined
  }

  /** What is wrong with the versions, which are sorted by order and time. */
  const faultsOf = (versions: ReadonlyArray<StoredVersion>): ReadonlyArray<string> => {
    const faults: Array<string> = []
    const kept = Map.groupBy(versions, ({ order }) => order)
    for (const [order, own] of kept) {
      for (const [nth, { content, from, to }] of own.entries()) {
        const where = `${seller.login} ${order} version ${nth + 1} of ${own.length}`
        const asked = worldTime(state, from)
        // The answer may be of the next step.
        const isTrue = [asked, asked + stepMillis].some((at) => isSame(formAt(order, at), content))
        if (!isTrue) faults.push(`${where} was never the order's content`)
        const next = own[nth + 1]
        if (next !== undefined && isDeepStrictEqual(next.content, content)) faults.push(`${where} comes twice`)
        if (next !== undefined && next.from !== to) faults.push(`${where} does not end where the next one begins`)
      }
    }
    for (const [order, readings] of read) {
      for (const reading of readings) {
        const forms = stepsOf(reading, stepMillis).map((at) => formAt(order, at))
        const isKept = kept.get(order)?.some(({ content }) => forms.some((form) => isSame(form, content)))
        if (isKept !== true) {
          faults.push(`${seller.login} ${order}: what was read at ${new Date(reading.begun).toISOString()} is not kept`)
        }
      }
    }
    return faults
  }

  return { seller, events, polled, swept, faultsOf, formAt }
}

export type Ledger = ReturnType<typeof makeLedger>
