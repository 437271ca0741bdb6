/** Random histories of alerts and a Telegram with bad days: each chat shows each alert once, and its end. */
import { assert, it } from "@effect/vitest"
import { Context, DateTime, Duration, Effect, Exit, Layer, Logger, Queue, Schema, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Bot } from "grammy"
import { configOf } from "../../bot/Config.ts"
import * as AlertNotifier from "../../bot/features/alerts/AlertNotifier.ts"
import { Locales } from "../../bot/i18n/Locales.ts"
import { pluginType } from "../../bot/index.ts"
import { Directory } from "../../bot/people/Directory.ts"
import { Settings } from "../../bot/Settings.ts"
import type { BotContext } from "../../bot/session/Context.ts"
import { Broadcast } from "../../bot/telegram/Broadcast.ts"
import { MigratedGroups } from "../../bot/telegram/MigratedGroups.ts"
import { Outbox } from "../../bot/telegram/Outbox.ts"
import { Telegram, TelegramError } from "../../bot/telegram/Telegram.ts"
import type { SentMessage, View } from "../../bot/window/View.ts"
import { Window } from "../../bot/window/Window.ts"
import { Control } from "../../core/control/Control.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { Alerts, alertKey } from "../../core/observe/Alerts.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import { draw } from "../../core/plugin/SandboxDraw.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { elapseUntil } from "../jobs/fixtures.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { all } from "./Check.ts"
import { options } from "./Options.ts"

const chats = [11, 12]
const kind = "job_failed"

/** Moods of Telegram: `lost` accepts a message and does not acknowledge it, `slow` fails after half a minute. */
const moods = ["well", "away", "flood", "lost", "slow"] as const
type Mood = (typeof moods)[number]

type Event =
  | { readonly _tag: "Raise" | "Clear"; readonly subject: string }
  | { readonly _tag: "Mood"; readonly mood: Mood; readonly seconds: number }
  | { readonly _tag: "Elapse"; readonly seconds: number }
  | { readonly _tag: "Restart" }

interface History {
  readonly seed: number
  readonly events: ReadonlyArray<Event>
}

const historyOf = (seed: number): Effect.Effect<History> =>
  Effect.map(draw(seed), (random) => {
    const open: Array<string> = []
    const over: Array<string> = []
    const events = Array.from({ length: random.int(8, 14) }, (_, at): Event => {
      const [first] = open
      const span = random.pick([random.int(1, 60), random.int(60, 900), random.int(900, 9_000)])
      switch (random.pick(["raise", "clear", "mood", "mood", "elapse", "elapse", "restart"])) {
        case "raise": {
          // What is over may begin again.
          const subject = (random.chance(0.5) ? over.pop() : undefined) ?? `job${at}`
          open.push(subject)
          return { _tag: "Raise", subject }
        }
        case "clear":
          if (first === undefined) return { _tag: "Elapse", seconds: span }
          open.shift()
          over.push(first)
          return { _tag: "Clear", subject: first }
        case "mood":
          return { _tag: "Mood", mood: random.pick(moods), seconds: span }
        case "restart":
          return { _tag: "Restart" }
        default:
          return { _tag: "Elapse", seconds: span }
      }
    })
    return { seed, events }
  })

interface Message {
  readonly id: number
  readonly chat: number
  text: string
}

/** Chats in which messages arrive, or do not. */
class Chats {
  readonly messages: Array<Message> = []
  mood: Mood = "well"
  retryAfter = 1
  /** Whether a message arrived without being acknowledged: it may come again, and nobody knows its id. */
  hasLost = false

  readonly #ask = <A>(arrive: () => A): Effect.Effect<A, TelegramError> =>
    Effect.suspend(() => {
      const failed = (reason: "flood" | "network" | "silent", more = {}) =>
        Effect.fail(new TelegramError({ reason, message: this.mood, ...more }))
      switch (this.mood) {
        case "well":
          return Effect.succeed(arrive())
        case "away":
          return failed("network")
        case "flood":
          return failed("flood", { retryAfter: Duration.seconds(this.retryAfter) })
        case "lost":
          arrive()
          return failed("silent")
        case "slow":
          return Effect.andThen(Effect.sleep("30 seconds"), failed("silent"))
      }
    })

  readonly send = (chat: number, { text }: View) =>
    this.#ask((): SentMessage => {
      this.hasLost ||= this.mood === "lost"
      const id = this.messages.length + 1
      this.messages.push({ id, chat, text })
      return { chat, id, hasPhoto: false }
    })

  readonly edit = (shown: SentMessage, { text }: View) =>
    this.#ask(() => {
      const message = this.messages.find(({ id }) => id === shown.id)
      if (message !== undefined) message.text = text
      return shown
    })

  about(subject: string, chat: number) {
    return this.messages.filter((one) => one.chat === chat && one.text.includes(`${subject}<`))
  }
}

const forever = Duration.days(10_000)
const begins = DateTime.toEpochMillis(DateTime.makeUnsafe("2026-03-10T06:00:00Z"))

const databaseOf = Effect.gen(function* () {
  const url = yield* freshDatabase
  const layer = Layer.effectDiscard(Migrations.run([pluginType])).pipe(
    Layer.provideMerge(Database.layer({ declaration: { ...declaration(url), recycle: forever }, dataDirectory: "" }))
  )
  return yield* Layer.build(layer)
})

const settings = Schema.decodeUnknownEffect(configOf([]))({ chats: { alerts: chats } }).pipe(
  Effect.map((config) => Layer.succeed(Settings, { ...config, timezone: "UTC" })),
  Layer.unwrap
)

/** Starts the part of the bot that handles alerts. */
const run = Effect.fnUntraced(function* (world: Chats, alerts: Alerts["Service"]) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  // The notifier needs nothing else.
  const control: Control["Service"] = Object.assign(Object.create(null), { alerts })
  const layer = Broadcast.layer.pipe(
    Layer.provide(Outbox.layer),
    Layer.provide(Layer.mock(Directory, { find: () => Effect.succeed(undefined), isNamed: () => true })),
    Layer.provide(Layer.mock(MigratedGroups, { current: (chat) => chat })),
    Layer.provide(Layer.mock(Telegram, { bot: new Bot<BotContext>("1:a") })),
    Layer.provide(Layer.mock(Window, { send: world.send, edit: world.edit })),
    Layer.provide(Locales.layer),
    Layer.provideMerge(Layer.merge(settings, Layer.succeed(Control, control)))
  )
  const services = yield* Layer.buildWithScope(layer, scope)
  const background = yield* AlertNotifier.make(Duration.minutes(5)).pipe(Effect.provide(services))
  yield* background.pipe(Effect.provide(services), Effect.forkIn(scope, { startImmediately: true }))
  return Scope.close(scope, Exit.void)
})

const breathe = TestClock.withLive(Effect.sleep("8 millis"))

const prove = (database: Effect.Success<typeof databaseOf>, { events, seed }: History) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(begins)
    const sql = Context.get(database, SqlClient.SqlClient)
    yield* sql`truncate tributary.bot_message, tributary.bot_outbox`
    const alerts = Context.get(yield* Layer.build(Alerts.layer), Alerts)
    const world = new Chats()
    const open = new Set<string>()
    const over = new Set<string>()
    const ends = new Map<string, number>()
    let stop = yield* run(world, alerts)
    for (const event of events) {
      switch (event._tag) {
        case "Raise":
          open.add(event.subject)
          over.delete(event.subject)
          yield* alerts.raise({ kind, subject: event.subject, reason: foreignText("it failed") })
          break
        case "Clear":
          open.delete(event.subject)
          over.add(event.subject)
          ends.set(event.subject, (ends.get(event.subject) ?? 0) + 1)
          yield* alerts.clear(alertKey(kind, event.subject))
          break
        case "Mood":
          world.mood = event.mood
          world.retryAfter = event.seconds
          break
        case "Restart":
          yield* stop
          stop = yield* run(world, alerts)
          break
        case "Elapse":
          yield* TestClock.adjust(Duration.seconds(event.seconds))
      }
      yield* breathe
      yield* TestClock.adjust("1 second")
      yield* breathe
    }
    world.mood = "well"
    const isSettled = Effect.map(sql`select from tributary.bot_outbox`, ({ length }) => {
      const hasMessage = (subject: string, chat: number, sign: string) =>
        world.about(subject, chat).some(({ text }) => text.startsWith(sign))
      return (
        length === 0 &&
        chats.every(
          (chat) =>
            [...open].every((subject) => hasMessage(subject, chat, "🔴")) &&
            [...over].every(
              (subject) => !hasMessage(subject, chat, "🔴") || (world.hasLost && hasMessage(subject, chat, "✅"))
            )
        )
      )
    })
    yield* elapseUntil(isSettled)
    // Any retry has happened by then.
    for (let hours = 0; hours < 2; hours++) {
      yield* TestClock.adjust("1 hour")
      yield* breathe
    }
    assert.isTrue(yield* isSettled, "it changed again")
    for (const chat of chats) {
      for (const subject of [...open, ...over]) {
        if (world.hasLost) continue
        const countOf = (sign: string) => world.about(subject, chat).filter(({ text }) => text.startsWith(sign)).length
        assert.isAtMost(countOf("🔴"), 1, `🔴 ${subject} stands more than once in ${chat}`)
        assert.isAtMost(countOf("✅"), ends.get(subject) ?? 0, `✅ ${subject} comes too often in ${chat}`)
      }
    }
    yield* stop
  }).pipe(
    Effect.catchCause((cause) =>
      Effect.fail(
        new Error(
          [
            `history ${seed} disagrees (PROOF_SEED=${seed} PROOF_CASES=1 repeats it)`,
            ...events.map((one) => JSON.stringify(one)),
            String(cause)
          ].join("\n"),
          { cause }
        )
      )
    ),
    Effect.scoped,
    Effect.provide(database),
    Effect.provide(TestClock.layer()),
    Effect.provide(Logger.layer([]))
  )

it.live(
  "whatever Telegram does meanwhile, each alert is told once in each chat, and that it is over",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options(8)
      const histories = yield* Effect.forEach(
        Array.from({ length: cases }, (_, at) => seed + at),
        historyOf
      )
      const free = yield* Queue.unbounded<Effect.Success<typeof databaseOf>>()
      for (let lane = 0; lane < 4; lane++) yield* Queue.offer(free, yield* databaseOf)
      yield* all(histories, (history) =>
        Effect.flatMap(Queue.take(free), (one) => Effect.ensuring(prove(one, history), Queue.offer(free, one)))
      )
    }),
  600_000
)
