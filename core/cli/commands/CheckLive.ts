/** `check --live`: compares one page of each selected entity with its declaration. */
import { Effect, Layer } from "effect"
import type { Declarations } from "../../config/Declarations.ts"
import { entityId } from "../../config/Entity.ts"
import { parseSelector } from "../../config/RunTarget.ts"
import { matches } from "../../config/Selector.ts"
import { Registry } from "../../plugin/Registry.ts"
import * as LiveCheck from "../../sync/discover/LiveCheck.ts"
import { layerHttp } from "../../upstream/exchange/Http.ts"
import { layerEngine } from "../shared/Engine.ts"
import { layerLogs } from "../shared/Logs.ts"
import { selectEntities } from "../shared/Selection.ts"
import { withWireTrace } from "../shared/Trace.ts"

export { render } from "../render/views/LiveView.ts"

export const checkLive = (
  loaded: Declarations & Parameters<typeof layerEngine>[0],
  selectors: ReadonlyArray<string>,
  isTraced: boolean
) => {
  const look = Effect.flatMap(selectEntities(selectors), LiveCheck.checkLive).pipe(
    withWireTrace(isTraced),
    Effect.scoped
  )
  if (selectsAccounts(loaded, selectors)) return Effect.provide(look, layerEngine(loaded))
  const registry = Registry.layer(loaded, loaded.types).pipe(Layer.provide(layerHttp))
  return Effect.provide(look, Layer.merge(registry, layerLogs(loaded.daemon.log)))
}

/** Whether the vault is needed, and so the database. */
const selectsAccounts = ({ connectors }: Declarations, selectors: ReadonlyArray<string>): boolean => {
  const patterns = selectors.map(parseSelector).filter(({ excludes }) => !excludes)
  return connectors
    .filter(({ accounts, ownAccount }) => accounts !== undefined || ownAccount)
    .flatMap(({ entities }) => entities)
    .some((entity) => patterns.length === 0 || patterns.some(({ pattern }) => matches(pattern, entityId(entity))))
}
