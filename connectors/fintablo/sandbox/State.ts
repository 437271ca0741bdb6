/** Builds the initial state of a sandbox; its data depend only on the seed and the Clock's day. */
import { Effect } from "effect"
import { draw } from "../../../core/sdk-sandbox.ts"
import { calendar } from "./Calendar.ts"
import { type Builder, makeChain } from "./Chain.ts"
import type { FintabloState } from "./Model.ts"
import { makeOperations } from "./Operations.ts"

export const makeState = Effect.fn("FintabloSandbox.makeState")(function* (seed: number) {
  const dates = yield* calendar
  let lastId = 1000
  const state: FintabloState = {
    items: {
      category: [],
      moneybag: [],
      "moneybag-group": [],
      partner: [],
      "partner-group": [],
      direction: [],
      goods: [],
      obtaining: [],
      job: [],
      "deal-status": [],
      "obligation-status": [],
      deal: [],
      obligation: [],
      employees: [],
      "pnl-category": [],
      "pnl-item": [],
      transaction: [],
      salary: [],
      "deal-salary": [],
      possession: []
    },
    switches: {
      token: "fintablo-sandbox-token",
      requestsPerMinute: 300,
      drift: [],
      splitParts: "rows",
      employeePutRemoves: true
    },
    counters: { reads: 0, writes: 0, unauthorized: 0, rateLimited: 0 },
    nextId: () => ++lastId,
    currentMonth: dates.month(0)
  }
  const builder: Builder = {
    draw: yield* draw(seed),
    calendar: dates,
    nextId: state.nextId,
    add: (name, fields) => {
      const item = { id: state.nextId(), ...fields }
      state.items[name].push(item)
      return item
    }
  }
  makeOperations(builder, makeChain(builder))
  return state
})
