/** The layer of `ChatKernel`: the services of the bot, in the plain types of the contract. */
import { Effect, Layer, type Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Control } from "../../core/control/Control.ts"
import { ChatKernel } from "../../core/plugin/chat/ChatKernel.ts"
import { isOwnKey } from "../Config.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import * as NotificationState from "../NotificationState.ts"
import { Directory } from "../people/Directory.ts"
import { telegramIdOf } from "../people/Person.ts"
import { Settings } from "../Settings.ts"
import { PendingConfirmations } from "../window/PendingConfirmations.ts"
import * as ChatBroadcasts from "./ChatBroadcasts.ts"
import { toChatPerson } from "./Conversions.ts"

export const layer = Layer.effect(
  ChatKernel,
  Effect.gen(function* () {
    const { runInBackground } = yield* HandlerRuntime
    const control = yield* Control
    const directory = yield* Directory
    const settings = yield* Settings
    // Without a connector there are no features that could read its name.
    const { connector = "", timezone } = settings
    const confirmations = yield* PendingConfirmations
    const sql = yield* SqlClient.SqlClient
    const broadcast = yield* ChatBroadcasts.make
    const sections = new Map<string, unknown>(Object.entries(settings).filter(([key]) => !isOwnKey(key)))
    const provided = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
      Effect.provideService(effect, SqlClient.SqlClient, sql)

    return ChatKernel.of({
      connector,
      timezone,
      settings: (section) => sections.get(section),
      control,
      people: {
        find: Effect.fnUntraced(function* (actor: string) {
          const telegramId = telegramIdOf(actor)
          const person = telegramId === undefined ? undefined : yield* directory.find(telegramId)
          return person === undefined ? undefined : toChatPerson(person)
        }),
        admins: Effect.map(directory.admins, (all) => all.map(toChatPerson)),
        departments: directory.departments
      },
      broadcast,
      confirmations,
      notificationState: <A, I>(subject: string, schema: Schema.Codec<A, I>) => {
        const { read, write } = NotificationState.make(subject, schema)
        return { read: provided(read), write: (state: A) => provided(write(state)) }
      },
      runInBackground: (effect) => Effect.sync(() => runInBackground(effect))
    })
  })
)
