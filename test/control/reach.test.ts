/** Who edits from afar learns nothing that the machine keeps. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { by, connector, world } from "./fixtures.ts"

const file = "connectors/fake.yaml"

describe("an edit from afar", () => {
  it.live("gives a file no secret, variable or proxy that it has not, not even to tell that they do not fit", () =>
    Effect.gen(function* () {
      const { control, read } = yield* world
      const edits = [
        [`${connector}note: { secret: DATABASE_URL }\n`, "config.newSecret"],
        [`${connector}note: { env: HOME_TOWN }\n`, "config.newVariable"],
        [`${connector}timezone: { env: HOME_TOWN }\n`, "config.newVariable"],
        [`${connector}proxy: http://proxy.test:3128\n`, "config.newProxy"]
      ] as const
      for (const [text, code] of edits) {
        const proposal = yield* control.configuration.propose({ name: file, text })
        assert.strictEqual(proposal._tag, "Invalid")
        if (proposal._tag !== "Invalid") continue
        assert.deepEqual(
          proposal.diagnostics.map(({ reason }) => reason.code),
          [code]
        )
        assert.include(proposal.diagnostics[0]?.hint, "tributary reload")
        const refused = yield* Effect.flip(control.configuration.write([{ name: file, text }], by))
        assert.strictEqual(refused._tag, "ConfigurationUnwritable")
        assert.include(refused.message, "tributary reload")
        assert.strictEqual(yield* read(file), connector)
      }
      const elsewhere = yield* control.configuration.propose({
        name: "connectors/new.yaml",
        text: "type: fake\nnote: { secret: DATABASE_URL }\n"
      })
      assert.strictEqual(elsewhere._tag, "Invalid")
    })
  )

  it.live("may change what is around those that are live, and no address", () =>
    Effect.gen(function* () {
      const { control, write } = yield* world
      const { configuration } = control
      const note = (host: string) => `${connector}note: { env: NOTE, default: "https://${host}/x" }\n`
      yield* write(file, note("a.test"))
      assert.strictEqual((yield* control.reload(by)).status, "ok")
      const shorter = note("a.test").replace(/ {2}other:[\s\S]*?(?=note)/, "")
      assert.notStrictEqual(shorter, note("a.test"))
      assert.strictEqual((yield* configuration.propose({ name: file, text: shorter }))._tag, "Valid")
      assert.strictEqual((yield* configuration.propose({ name: file, text: note("b.test") }))._tag, "Invalid")
      assert.strictEqual((yield* configuration.write([{ name: file, text: shorter }], by)).status, "ok")
      assert.strictEqual((yield* configuration.propose({ name: file, text: connector }))._tag, "Valid")
      yield* configuration.write([{ name: file, text: connector }], by)
      // What is no longer live is new again.
      assert.strictEqual((yield* configuration.propose({ name: file, text: note("a.test") }))._tag, "Invalid")
    })
  )

  it.live("leads no export to where none goes", () =>
    Effect.gen(function* () {
      const { control, read, write } = yield* world
      const { configuration } = control
      const to = (board: string) => `${connector}exports: { prices: { query: select 1, board: ${board} } }\n`
      yield* write(file, to("ours"))
      assert.strictEqual((yield* control.reload(by)).status, "ok")
      const proposal = yield* configuration.propose({ name: file, text: to("theirs") })
      assert.deepEqual(
        proposal._tag === "Invalid" ? proposal.diagnostics.map(({ reason }) => reason.code) : proposal._tag,
        ["config.newDestination"]
      )
      const refused = yield* Effect.flip(configuration.write([{ name: file, text: to("theirs") }], by))
      assert.include(refused.message, "theirs")
      assert.strictEqual(yield* read(file), to("ours"))
      const another = to("ours").replace("prices", "costs")
      assert.strictEqual((yield* configuration.write([{ name: file, text: another }], by)).status, "ok")
    })
  )
})
