/** `check --live`: compares one page of each selected entity with its declaration. */
import { Effect, Layer } from "effect"
import type { Declarations } from "../../config/Declarations.ts"
import { Registry } from "../../plugin/Registry.ts"
import * as LiveCheck from "../../sync/discover/LiveCheck.ts"
import { layerHttp } from "../../upstream/exchange/Http.ts"
import { layerLogs } from "../shared/Logs.ts"
import { selectEntities } from "../shared/Selection.ts"
import { withWireTrace } from "../shared/Trace.ts"

export { render } from "../render/views/LiveView.ts"

export const checkLive = (
  loaded: Declarations & { readonly types: Parameters<typeof Registry.layer>[1] },
  selectors: ReadonlyArray<string>,
  isTraced: boolean
) =>
  Effect.flatMap(selectEntities(selectors), LiveCheck.checkLive).pipe(
    withWireTrace(isTraced),
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(Registry.layer(loaded, loaded.types).pipe(Layer.provide(layerHttp)), layerLogs(loaded.daemon.log))
    )
  )
