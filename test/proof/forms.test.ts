/** One deal for each form and programme, and an answer or a reason for each form, whatever happens on the way. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { kinds } from "../../connectors/bitrix24/sandbox/Model.ts"
import { simulate } from "./forms/Day.ts"
import { options } from "./Options.ts"

const sorted = (texts: Iterable<string>) => [...texts].toSorted()

/** `PROOF_CASES=2000` is the whole day. A seed repeats what the world and the daemons do, not when they meet. */
it.live(
  "whatever the portal answers and whichever daemon is killed, each form gets one deal for each of its programmes",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options(100)
      const { counts, forms, hours, portal, sql, unlucky } = yield* simulate({ seed, forms: cases })
      console.log(`seed ${seed}, ${cases} forms, ${hours.toFixed(1)} h: ${JSON.stringify(counts)}`)
      for (const { reason } of unlucky) console.log(`replayed in the end: ${reason}`)
      const { elements } = portal.state
      const programmes = new Map((elements.get(kinds.programme) ?? []).map(({ id, title }) => [title, id]))
      const missing = new Set(
        forms.filter((form) => form.programmes.some((name) => !programmes.has(name))).map(({ id }) => `form ${id}`)
      )

      const made = (elements.get(kinds.deal) ?? []).flatMap(({ originId }) =>
        originId === null ? [] : [String(originId)]
      )
      const wanted = forms.flatMap(({ id, programmes: names }) =>
        names.flatMap((name) => (programmes.has(name) ? [`form ${id}/${programmes.get(name)}`] : []))
      )
      assert.deepEqual(sorted(made), sorted(wanted), `PROOF_SEED=${seed}`)

      const deliveries = yield* sql<{ id: string; state: string; reason: string | null }>`
        select delivery as id, state, reason::text from tributary.inbox`
      assert.deepEqual(sorted(deliveries.map(({ id }) => id)), sorted(forms.map(({ id }) => `form ${id}`)))
      const dead = deliveries.filter(({ state }) => state !== "done")
      assert.deepEqual(sorted(dead.map(({ id }) => id)), sorted(missing), `PROOF_SEED=${seed}`)
      for (const { id, reason, state } of dead) {
        assert.strictEqual(state, "dead", id)
        assert.include(reason ?? "", "bitrix24.missingProgrammes", id)
      }

      const people = (elements.get(kinds.contact) ?? []).flatMap(({ originId }) =>
        originId === null ? [] : [String(originId)]
      )
      const known = new Set(forms.map(({ phone }) => `contact 7${phone}`))
      assert.deepEqual(sorted(people), sorted(known), `PROOF_SEED=${seed}`)
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer())),
  3_600_000
)
