/** What a command says of entities that its options mean nothing for. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { plain } from "../../core/cli/render/terminal/Style.ts"
import { Terminal } from "../../core/cli/render/terminal/Terminal.ts"
import { root } from "../../core/cli/shared/Root.ts"
import { selectWithOptions } from "../../core/cli/shared/Selection.ts"
import { entity, layerRegistry } from "../support/source.ts"

const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }
const entities = [
  entity("deal"),
  entity("stage"),
  entity("event", { mode: "upsert", incremental }),
  entity("event_line", { parent: "event", mode: "upsert" })
]

/** How many were chosen, and what was said, by a command that only selects. */
const printed = Effect.fnUntraced(function* (
  selectors: ReadonlyArray<string>,
  options: Parameters<typeof selectWithOptions>[1]
) {
  const lines: Array<string> = []
  let chosen = 0
  const screen = Effect.succeed({ width: 80, height: 24, live: false, style: plain })
  const output = {
    closed: Effect.never,
    screen,
    write: (text: string) =>
      Effect.sync(() => {
        lines.push(text)
      })
  }
  const select = Effect.map(selectWithOptions(selectors, options), (found) => {
    chosen = found.length
  })
  const command = root.pipe(Command.withSubcommands([Command.make("select", {}, () => select)]))
  yield* Command.runWith(command, { version: "0" })(["select"]).pipe(
    Effect.provideService(Terminal, Terminal.of({ out: output, err: output })),
    Effect.provide(
      Layer.merge(
        NodeServices.layer,
        layerRegistry(entities, () => ({}))
      )
    )
  )
  return { chosen, lines }
})

describe("a pattern", () => {
  it.effect("that names entities without a cursor says how many are read as always", () =>
    Effect.gen(function* () {
      const some = "2 entities are not incremental: read as a whole in any case\n"
      for (const options of [{ full: true }, { pastRejected: true }]) {
        assert.deepEqual(yield* printed(["fake.*"], options), { chosen: 4, lines: [some] })
        assert.deepEqual(yield* printed([], options), { chosen: 4, lines: [some] })
        const one = "1 entity is not incremental: read as a whole in any case\n"
        assert.deepEqual(yield* printed(["fake.*", "!fake.deal"], options), { chosen: 3, lines: [one] })
        assert.deepEqual(yield* printed(["fake.event*"], options), { chosen: 2, lines: [] })
      }
      assert.deepEqual(yield* printed(["fake.*"], {}), { chosen: 4, lines: [] })
    })
  )
})
