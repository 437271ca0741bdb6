/** A connector's feature gets only its own presses, answers and commands, and those for admins only from admins. */
import { assert, describe, it } from "@effect/vitest"
import { Menu } from "@grammyjs/menu"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Api, Context as TelegramContext } from "grammy"
import { configOf } from "../../bot/Config.ts"
import { HandlerRuntime } from "../../bot/HandlerRuntime.ts"
import { make as makeLanguages } from "../../bot/i18n/FluentTranslator.ts"
import * as ConnectorFeatures from "../../bot/kernel/ConnectorFeatures.ts"
import { ConnectorModule } from "../../bot/kernel/ConnectorModule.ts"
import type { Person } from "../../bot/people/Person.ts"
import { Settings } from "../../bot/Settings.ts"
import { initial } from "../../bot/session/ChatSession.ts"
import type { BotContext } from "../../bot/session/Context.ts"
import { MainMenu } from "../../bot/window/Menu.ts"
import type { View } from "../../bot/window/View.ts"
import { Window } from "../../bot/window/Window.ts"
import type { ChatContext } from "../../core/plugin/chat/ChatContext.ts"
import type { ChatFeature } from "../../core/plugin/chat/ChatFeature.ts"
import type { ChatKernel } from "../../core/plugin/chat/ChatKernel.ts"
import { Keyboard } from "../../core/plugin/chat/ChatView.ts"

const translator = makeLanguages(["ru"], "Europe/Kaliningrad").in("ru")

const anna: Person = {
  telegramId: 7,
  name: "Анна",
  employeeId: "e",
  position: null,
  department: null,
  isAdmin: false,
  ownsAccounts: false,
  locale: null,
  blocked: false
}
const irina: Person = { ...anna, telegramId: 8, name: "Ирина", isAdmin: true }

const bot = { id: 1, is_bot: true, first_name: "Tributary", username: "tributary_bot" }

/** A press or text, as the middleware before the features leaves it. */
const updateOf = (person: Person, given: { readonly data: string } | { readonly text: string }, step?: string) => {
  const chat = { id: person.telegramId, type: "private" as const, first_name: person.name }
  const from = { id: person.telegramId, is_bot: false, first_name: person.name }
  const message = { message_id: 1, date: 0, chat, from }
  const isCommand = "text" in given && given.text.startsWith("/")
  const update =
    "data" in given
      ? { update_id: 1, callback_query: { id: "1", from, chat_instance: "1", data: given.data, message } }
      : {
          update_id: 1,
          message: {
            ...message,
            text: given.text,
            ...(isCommand ? { entities: [{ type: "bot_command", offset: 0, length: given.text.length }] } : {})
          }
        }
  // grammY's types of an update and of the bot itself require more than is read here.
  const context = new TelegramContext(update as never, new Api("1:a"), bot as never)
  const session = { ...initial(), expects: step === undefined ? null : { feature: "shop", step, about: null } }
  return Object.assign(context, { session, translator, person }) as BotContext // as the session plugin leaves it
}

const world = Effect.gen(function* () {
  const calls: Array<string> = []
  const shown: Array<View> = []
  const note = (what: string) => (ctx: ChatContext) =>
    Effect.sync(() => {
      calls.push(`${ctx.person.actor} ${what}`)
    })
  const feature: ChatFeature = {
    namespace: "shop",
    commands: [
      { name: "orders", audience: "everybody", run: note("orders") },
      { name: "refunds", audience: "admins", run: note("refunds") }
    ],
    entries: [{ key: "menu-stock", audience: "everybody", open: note("opened"), when: ({ person }) => person.isAdmin }],
    presses: [
      { data: /^\w+:(\d+)$/, run: (ctx, [whole, id]) => note(`${whole} ${id}`)(ctx) },
      {
        data: "shop",
        run: (ctx) => ctx.show({ text: "orders", keyboard: new Keyboard().text("one", "shop:1").row().row() })
      },
      { data: "shop:refund", admins: true, run: note("refund") }
    ],
    answers: [{ step: "amount", run: (ctx, text) => note(text)(ctx) }]
  }
  const off = { name: "stock", make: Effect.die("it is switched off") }
  const layerModule = Layer.succeed(ConnectorModule, {
    features: [{ name: "shop", make: Effect.succeed(feature) }, off]
  })
  const layerWindow = Layer.mock(Window, {
    withWaitNotice: (_, handling) => handling,
    show: (ctx, view) =>
      Effect.sync(() => {
        shown.push(view)
        return { chat: ctx.chat?.id ?? 0, id: 1, hasPhoto: false }
      })
  })
  const services = yield* Layer.build(
    HandlerRuntime.layer.pipe(
      Layer.provideMerge(Layer.mergeAll(layerModule, layerWindow, layerUnused, Layer.succeed(Settings, settings)))
    )
  )
  const [made, ...others] = yield* Effect.provide(ConnectorFeatures.make, services)
  assert.isEmpty(others)
  const { composer, entries = [] } = made ?? assert.fail("there is no feature")
  /** Returns whether no handler took it. */
  const sent = (ctx: BotContext) =>
    Effect.promise(async () => {
      let isLeft = false
      await composer.middleware()(ctx, async () => {
        isLeft = true
      })
      return isLeft
    })
  return { entries, calls, sent, shown }
})

/** The feature of these tests uses neither, and handlers query a database only after ten seconds. */
const unused = Context.make(SqlClient.SqlClient, {} as SqlClient.SqlClient) as Context.Context<
  ChatKernel | SqlClient.SqlClient
>
const layerUnused = Layer.merge(
  Layer.succeedContext(unused),
  Layer.succeed(MainMenu, { fill: () => new Menu<BotContext>("none"), show: () => Effect.void })
)

const settings: Settings["Service"] = {
  ...Schema.decodeUnknownSync(configOf([{ features: [{ name: "shop" }, { name: "stock" }] }]))({
    connector: "shop",
    locales: ["ru"],
    features: { stock: false }
  }),
  timezone: "Europe/Kaliningrad"
}

describe("a connector's feature", () => {
  it.effect("gets the presses of its own namespace, whatever its patterns are", () =>
    Effect.gen(function* () {
      const { calls, sent } = yield* world
      assert.isFalse(yield* sent(updateOf(anna, { data: "shop:12" })))
      assert.isTrue(yield* sent(updateOf(anna, { data: "deletes:12" })))
      assert.isTrue(yield* sent(updateOf(anna, { data: "shopping:12" })))
      assert.deepEqual(calls, ["telegram:7 shop:12 12"])
    })
  )

  it.effect("gets what is for admins from admins alone, though everybody may send it", () =>
    Effect.gen(function* () {
      const { calls, sent } = yield* world
      for (const person of [anna, irina]) {
        yield* sent(updateOf(person, { data: "shop:refund" }))
        yield* sent(updateOf(person, { text: "/refunds" }))
        yield* sent(updateOf(person, { text: "/orders" }))
      }
      assert.deepEqual(calls, ["telegram:7 orders", "telegram:8 refund", "telegram:8 refunds", "telegram:8 orders"])
    })
  )

  it.effect("gets a text that answers its question, and no other", () =>
    Effect.gen(function* () {
      const { calls, sent } = yield* world
      assert.isFalse(yield* sent(updateOf(anna, { text: "12" }, "amount")))
      assert.isTrue(yield* sent(updateOf(anna, { text: "13" }, "reason")))
      assert.isTrue(yield* sent(updateOf(anna, { text: "14" })))
      assert.deepEqual(calls, ["telegram:7 12"])
    })
  )

  it.effect("shows plain buttons, which are drawn without empty rows", () =>
    Effect.gen(function* () {
      const { sent, shown } = yield* world
      yield* sent(updateOf(anna, { data: "shop" }))
      const [view] = shown
      assert.strictEqual(view?.text, "orders")
      assert.deepEqual(JSON.parse(JSON.stringify(view?.keyboard)), {
        inline_keyboard: [[{ text: "one", callback_data: "shop:1" }]]
      })
    })
  )

  it.effect("has its places in the menu, for whom it offers them to", () =>
    Effect.gen(function* () {
      const { entries, calls } = yield* world
      const [entry] = entries
      assert.deepEqual(
        [anna, irina].map((person) => entry?.when?.(updateOf(person, { text: "" }))),
        [false, true]
      )
      yield* entry?.open(updateOf(irina, { text: "" })) ?? Effect.void
      assert.deepEqual(calls, ["telegram:8 opened"])
    })
  )
})
