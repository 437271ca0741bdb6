/** `status`: shows how fresh every entity is, and the problems of those that are not fresh. */
import { DateTime, Effect, Schema } from "effect"
import { Command } from "effect/cli"
import { targetColumns } from "../../config/RunTarget.ts"
import { entityStateOf } from "../../http/Responses.ts"
import * as EntityState from "../../jobs/EntityState.ts"
import { ConfigVersion } from "../../plugin/ConfigVersion.ts"
import { Registry } from "../../plugin/Registry.ts"
import * as Versions from "../../plugin/Versions.ts"
import { render } from "../../reason/Reason.ts"
import * as ReloadView from "../render/views/ReloadView.ts"
import * as StatusView from "../render/views/StatusView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer } from "../shared/Root.ts"
import { selectEntities, selectors } from "../shared/Selection.ts"

const encodeVersion = Schema.encodeSync(Schema.toCodecJson(ConfigVersion))

/** Returns the state as in the API, with the account. The last run keeps the names of its audit columns beside them. */
export const documentOf = (state: EntityState.EntityState) => {
  const { last, ...found } = entityStateOf(state)
  return { ...found, account: state.target.account, last: last && { ...state.last, ...last } }
}

const rowOf = (state: EntityState.EntityState): StatusView.EntityStatus => ({
  ...state,
  ...targetColumns(state.target)
})

export const status = Command.make(
  "status",
  { selectors },
  Effect.fn("cli.status")(function* (input) {
    const loaded = yield* loadReadable
    yield* Effect.gen(function* () {
      const found = yield* EntityState.read(yield* Registry.now, 0, yield* selectEntities(input.selectors))
      const now = yield* DateTime.now
      const configuration = (yield* Versions.running) ?? null
      yield* answer(
        {
          entities: found.map(documentOf),
          off: loaded.off.map(({ name, reason }) => ({ connector: name, reason: render(reason) })),
          configuration: configuration === null ? null : encodeVersion(configuration)
        },
        (screen) => {
          const started = configuration === null ? undefined : ReloadView.renderStart(configuration, now, screen)
          const off = loaded.off.map(({ name, reason }) => `${name} is off: ${render(reason)}`).join("\n")
          return [StatusView.render(found.map(rowOf), now, screen), started ?? "", off]
            .filter((part) => part !== "")
            .join("\n\n")
        }
      )
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(Command.withDescription("How fresh every entity is, problems first"))
