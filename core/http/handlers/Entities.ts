import { Effect, Option, Schema } from "effect"
import type { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { AccountVendors } from "../../accounts/AccountVendors.ts"
import { typeText } from "../../config/Column.ts"
import { entityId } from "../../config/Entity.ts"
import { withNearest } from "../../config/Nearest.ts"
import { encodeEntity } from "../../config/schema/EncodeEntity.ts"
import * as AccountReport from "../../control/AccountReport.ts"
import * as EntityState from "../../jobs/EntityState.ts"
import { Registry } from "../../plugin/Registry.ts"
import { reason, render } from "../../reason/Reason.ts"
import type { EntityPlan } from "../../sync/plan/Plan.ts"
import * as Planner from "../../sync/plan/Planner.ts"
import { type CursorOptions, selectFrom } from "../../sync/SelectEntities.ts"
import { offeredListOf } from "../AccountResponses.ts"
import { Api } from "../Api.ts"
import { Missing, UnknownSelectorProblem } from "../ApiErrors.ts"
import { answer, fromDatabase, readDatabase } from "../Background.ts"
import { ResponseCache } from "../ResponseCache.ts"
import * as Responses from "../Responses.ts"
import { syncAs } from "./RequestedSync.ts"

type Request = HttpServerRequest.HttpServerRequest

/** A connector that a reload takes away at this moment has none. */
const accountsOf = Effect.fnUntraced(function* (connector: string) {
  const { find, names } = yield* AccountVendors
  if (!(yield* names).includes(connector)) return {}
  const found = yield* Effect.option(find(connector))
  if (Option.isNone(found)) return {}
  const { operations, traits } = found.value
  const lists = (yield* AccountReport.offered(connector)).map(offeredListOf)
  return { accounts: { perOwner: traits.perOwner, link: operations.authorization !== undefined, lists } }
}, Effect.scoped)

const connectors = Effect.gen(function* () {
  const { declarations } = yield* Registry.now
  const listed = yield* Effect.forEach(declarations, ({ entities, hash, limits, name, timezone, type }) =>
    Effect.map(accountsOf(name), (accounts) => ({
      name,
      type,
      timezone,
      entities: entities.length,
      concurrency: limits.concurrency,
      hash,
      ...accounts
    }))
  )
  return { connectors: listed }
})

const wholeHistory = 200

const stateOf = (state: EntityState.EntityState): typeof Responses.EntityState.Type => ({
  ...Responses.entityStateOf(state),
  recent: state.past.slice(-EntityState.recentRuns)
})

const EntityStates = Schema.Struct({ entities: Schema.Array(Responses.EntityState) })
const encodeEntities = Schema.encodeEffect(Schema.fromJsonString(Schema.toCodecJson(EntityStates)))

const entities = readDatabase(
  Effect.gen(function* () {
    const registry = yield* Registry.now
    const states = yield* EntityState.read(registry, EntityState.recentRuns)
    return yield* encodeEntities({ entities: states.map(stateOf) })
  })
)

const entity = Effect.fnUntraced(function* (id: string) {
  const registry = yield* Registry.now
  const found = registry.entities.find((one) => entityId(one) === id)
  if (found === undefined) {
    const why = withNearest(reason("entity.unknown", { name: id }), id, registry.entities.map(entityId))
    return yield* new Missing({ detail: render(why) })
  }
  const [state] = yield* EntityState.read(registry, wholeHistory, [found])
  if (state === undefined) return yield* Effect.die(new Error("an entity has no state"))
  return {
    ...stateOf(state),
    declaration: encodeEntity(found, {
      entities: registry.entities,
      keys: registry.typeOf(found.connector)?.entityKeys
    }),
    columns: found.columns.map((column) => ({ name: column.name, type: typeText(column) })),
    history: state.past
  }
}, readDatabase)

/** The entities of one generation that the selectors name. */
const selected = Effect.fnUntraced(function* (selectors: ReadonlyArray<string> = [], options: CursorOptions = {}) {
  const generation = yield* Registry.now
  const chosen = yield* Effect.catchTag(selectFrom(generation, selectors, options), "UnknownSelector", ({ message }) =>
    Effect.fail(new UnknownSelectorProblem({ detail: message }))
  )
  return { chosen, generation }
})

const shortened = (plan: EntityPlan, rows: number) => {
  const { deletes, inserts, missed = [], updates, withheld } = plan
  return {
    ...plan,
    inserts: inserts.slice(0, rows),
    updates: updates.slice(0, rows),
    deletes: deletes.slice(0, rows),
    missed: missed.slice(0, rows),
    withheld: withheld.slice(0, rows),
    totals: {
      inserts: inserts.length,
      updates: updates.length,
      deletes: deletes.length,
      missed: missed.length,
      withheld: withheld.length
    }
  }
}

const plan = Effect.fnUntraced(function* (
  {
    full,
    rows = 100,
    selectors
  }: { readonly full?: boolean; readonly rows?: number; readonly selectors?: ReadonlyArray<string> },
  request: Request
) {
  const { chosen } = yield* selected(selectors, { full })
  return yield* answer(request, (onEvent) =>
    Planner.plan(chosen, { full, onEvent }).pipe(
      Effect.map((document) => ({ ...document, entities: document.entities.map((one) => shortened(one, rows)) })),
      fromDatabase
    )
  )
})

export const layer = HttpApiBuilder.group(
  Api,
  "entities",
  Effect.fn(function* (handlers) {
    const recent = yield* ResponseCache
    const shared = yield* recent.share(() => entities)
    return handlers.handleAll({
      connectors: () => connectors,
      entities: () => shared("all"),
      entity: ({ params }) => entity(params.entity),
      sync: ({ headers, payload, request }) => syncAs(payload, headers.prefer, request),
      plan: ({ payload, request }) => plan(payload, request)
    })
  })
)
