/** Sends write-offs and records the outcome, also of those whose end nobody waited for. */
import { Duration, Effect, PubSub, Schedule, Stream } from "effect"
import type { SqlError, Statement } from "effect/sql"
import { render } from "../../../core/sdk.ts"
import type { Moves } from "./Moves.ts"
import { byId, isoTime, type Move, move, racedRefusal, type TransitionName } from "./Transitions.ts"
import type { Writeoff, WriteoffRefused } from "./Writeoff.ts"
import type { SendOutcome, WriteoffSender } from "./WriteoffSender.ts"
import * as WriteoffStore from "./WriteoffStore.ts"

type Step = Effect.Effect<Writeoff, WriteoffRefused | SqlError.SqlError>

/** How often unknown outcomes are checked, and how long sending may take. */
const pause = Duration.minutes(1)

export const make = Effect.fnUntraced(function* (
  moves: Moves,
  { decided: decisions = Stream.empty, outcome = () => Effect.undefined, send }: WriteoffSender
) {
  const { provided, rules, sql, step } = moves
  const conclude = makeConclude(moves)

  /** Uninterruptible once the action has answered, so that the outcome is stored. */
  const dispatch = (writeoff: Writeoff, actor: string): Step =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(send(writeoff, actor)), (sent) => conclude(writeoff, actor, sent))
    )

  const sending = (name: TransitionName, id: number, actor: string, set?: Statement.Fragment): Step =>
    Effect.flatMap(step(name, id, actor, set), (writeoff) => dispatch(writeoff, actor))

  // Outcomes found during the start are replayed to later subscribers.
  const learned = yield* PubSub.sliding<Writeoff>({ capacity: 256, replay: 256 })
  const followed = Effect.fnUntraced(function* (writeoff: Writeoff) {
    const actor = writeoff.decidedBy ?? writeoff.author
    if (writeoff.status === "sending") return yield* dispatch(writeoff, actor)
    const sent = yield* outcome(writeoff)
    if (sent === undefined) return undefined
    const holds = sql`w.changed_at = ${isoTime(writeoff.changedAt)}::timestamptz`
    return yield* conclude(writeoff, actor, sent, { holds, otherwise: racedRefusal })
  })
  const catchUp = Effect.gen(function* () {
    for (const writeoff of yield* provided(WriteoffStore.inDoubt(rules.connector, pause))) {
      const now = yield* followed(writeoff)
      if (now !== undefined) yield* PubSub.publish(learned, now)
    }
  }).pipe(
    Effect.catch((error) =>
      Effect.logWarning("write-offs whose end is not known are looked for again soon", error.message)
    )
  )
  yield* Effect.forkScoped(Effect.repeat(catchUp, Schedule.spaced(pause)))
  yield* Effect.forkScoped(Stream.runForEach(decisions, () => catchUp))

  return { dispatch, sending, learned: Stream.fromPubSub(learned) }
})

export type Outcomes = Effect.Success<ReturnType<typeof make>>

const makeConclude =
  ({ provided, rules, sql }: Moves) =>
  (writeoff: Writeoff, actor: string, { detail, status }: SendOutcome, when?: Move["when"]): Step => {
    if (status === "busy") return Effect.succeed(writeoff)
    const known = status === "done" || status === "already" ? "sent" : status === "unknown" ? "unknown" : "failed"
    const [text, data] = detail === null ? [null, null] : [render(detail), JSON.stringify(detail)]
    const set = sql`, detail = ${text}, detail_reason = ${data}::jsonb`
    return Effect.catchIf(
      provided(move(known, rules, { id: writeoff.id, actor, set, ...(when === undefined ? {} : { when }) })),
      // Another person has recorded the outcome first, and theirs stays.
      (error) => error._tag === "WriteoffRefused" && error.reason === "moved",
      () => Effect.map(provided(byId(rules.connector, writeoff.id)), (now) => now ?? writeoff)
    )
  }
