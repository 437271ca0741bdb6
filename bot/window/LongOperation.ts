/**
 * Work that a window shows: its outcome, and until then a placeholder and its progress. It continues after the handler
 * has ended.
 */
import { Cause, Duration, Effect, Exit, Fiber, FiberSet, Option, Ref } from "effect"
import * as DatabaseSilence from "../DatabaseSilence.ts"
import { sentenceOf } from "../FailureText.ts"
import type { BotContext } from "../session/Context.ts"
import type { TelegramError } from "../telegram/Telegram.ts"
import type { SentMessage, View } from "./View.ts"
import type { WindowMessages } from "./WindowMessages.ts"

type Failure = { readonly message: string }
type Show = (ctx: BotContext, view: View) => Effect.Effect<SentMessage, TelegramError>

/** Within this time the outcome appears without a placeholder. */
const quickAnswer = Duration.seconds(1)

/** The pause between two states of progress: a chat accepts about one message a second. */
const pace = Duration.millis(1500)

export const make = Effect.fnUntraced(function* (messages: WindowMessages, show: Show) {
  const unlessSilent = yield* DatabaseSilence.make
  const working = yield* FiberSet.make<unknown, unknown>()

  const work = Effect.fn("Window.work")(function* <E extends Failure>(
    ctx: BotContext,
    placeholder: View,
    begin: (progress: (view: View) => Effect.Effect<void>) => Effect.Effect<View, E>
  ) {
    /** The last state of progress that is not shown yet. */
    const latest = yield* Ref.make<View | undefined>(undefined)
    const fiber = yield* FiberSet.run(working, unlessSilent(begin((view) => Ref.set(latest, view))))
    const quick = yield* Effect.timeoutOption(Fiber.await(fiber), quickAnswer)
    if (Option.isSome(quick)) return yield* Effect.asVoid(show(ctx, yield* quick.value))
    const follower = followerOf(messages, yield* show(ctx, placeholder))
    const progress = Effect.flatMap(Ref.getAndSet(latest, undefined), (view) =>
      view !== undefined && follower.isOurs() ? follower.show(view) : Effect.void
    )
    yield* FiberSet.run(working, follow(ctx, fiber, progress, follower.show))
  })

  return { work, settled: FiberSet.awaitEmpty(working) }
})

/** Shows the states of work in the message, and in a new one once something else has changed it. */
const followerOf = ({ replace, revisionOf, send }: WindowMessages, placeholder: SentMessage) => {
  let shown = placeholder
  let revision = revisionOf(shown)
  const isOurs = () => revisionOf(shown) === revision
  const show = (view: View) =>
    Effect.suspend(() => (isOurs() ? replace(shown, view) : send(shown.chat, view))).pipe(
      Effect.tap((now) =>
        Effect.sync(() => {
          shown = now
          revision = revisionOf(now)
        })
      ),
      Effect.catch((error) => Effect.logDebug("the outcome of work could not be shown", error.message)),
      Effect.asVoid
    )
  return { isOurs, show }
}

/** Shows the progress until the work ends, and then its outcome. */
const follow = <E extends Failure>(
  { translator }: BotContext,
  fiber: Fiber.Fiber<View, E>,
  progress: Effect.Effect<void>,
  show: (view: View) => Effect.Effect<void>
) =>
  Effect.gen(function* () {
    const ticking = yield* Effect.forkChild(Effect.forever(Effect.andThen(Effect.sleep(pace), progress)))
    const exit = yield* Fiber.await(fiber)
    yield* Fiber.interrupt(ticking)
    if (Exit.isSuccess(exit)) return yield* show(exit.value)
    if (Cause.hasInterruptsOnly(exit.cause)) return yield* show({ text: translator.say("work-interrupted") })
    const failure = Cause.findErrorOption(exit.cause)
    const log = Effect.logWarning("work for a chat failed", Cause.squash(exit.cause))
    const sentence = sentenceOf(Option.getOrUndefined(failure), translator)
    yield* Effect.andThen(log, show({ text: sentence }))
    // The bot is being replaced: otherwise the message would show its last state forever.
  }).pipe(Effect.onInterrupt(() => show({ text: translator.say("work-interrupted") })))
