/** A demo's portal is at work: deals go through their stages, and new ones arrive. */
import { type Change, kinds, type PortalState, portalTime } from "./Model.ts"
import { dealOf } from "./People.ts"

const step = 60_000

/** What has happened since the last request, at most as much as in an hour. */
export function* live(state: PortalState, now: number): Generator<Change> {
  if (!state.isDemo) return
  const from = Math.max(state.livedUntil, now - 60 * step)
  for (let at = from + step; at <= now; at += step) {
    state.livedUntil = at
    yield happen(state, at)
  }
}

const happen = (state: PortalState, at: number): Change => {
  const { draw, elements } = state
  const deals = elements.get(kinds.deal) ?? []
  const open = deals.filter(({ stageId }) => stageId !== "WON")
  const deal = open[draw.int(0, Math.max(0, open.length - 1))]
  if (deal === undefined || draw.chance(0.3)) {
    const id = deals.reduce((most, row) => Math.max(most, Number(row.id)), 0) + 1
    const contacts = (elements.get(kinds.contact) ?? []).length
    deals.push({ ...dealOf(draw, id, contacts), createdTime: portalTime(at), updatedTime: portalTime(at) })
    return { kind: "Add", entityTypeId: kinds.deal, id, isImport: false }
  }
  Object.assign(deal, { stageId: deal.stageId === "NEW" ? "PREPARATION" : "WON", updatedTime: portalTime(at) })
  return { kind: "Update", entityTypeId: kinds.deal, id: Number(deal.id), isImport: false }
}
