/** The keys of `config/bot.yaml`: the bot's own, and those that connector types declare for their chat features. */
import { Option, Schema, SchemaGetter } from "effect"
import { expects } from "../core/config/schema/Expected.ts"
import { HttpUrl, Secret } from "../core/config/schema/Scalars.ts"
import { optional, required, withDefault } from "../core/config/schema/YamlKeys.ts"
import type { ChatYaml } from "../core/plugin/chat/ChatFeature.ts"
import { refuseDuplicates } from "./kernel/Duplicates.ts"
import { botReason } from "./reasons.ts"
import { Destinations } from "./telegram/Destination.ts"

/** The id of a person; 0 means nobody, so that a variable may be unset. */
const ChatId = Schema.Int

const chatsOf = (messages: string, otherwise: string) =>
  withDefault(
    Destinations,
    [],
    `Ids of the people and groups that get ${messages}, with /45 for topic 45 of a group, as in [-1001234567890/45]. Default: all ${otherwise}.`
  )
type Chats = ReturnType<typeof chatsOf>

const Webhook = Schema.Struct({
  url: required(HttpUrl, botReason("meaning.webhookUrl", { example: "https://chain.example/hooks/telegram/bot" })),
  secretToken: required(Secret, botReason("meaning.webhookSecret"))
})

/** The features that operate the daemon; they are always there to be switched on. */
const daemonFeatures = [
  "status",
  "sync",
  "plan",
  "reload",
  "jobs",
  "accounts",
  "deletes",
  "unknown",
  "log",
  "config",
  "alerts"
] as const
export type FeatureName = (typeof daemonFeatures)[number]

const on = withDefault(Schema.Boolean, true, "Whether it is there. Default true.")

/** The connector whose chat features the bot has: by default the usual one of the first type that has such features. */
const connectorOf = (chats: ReadonlyArray<ChatYaml>) => {
  const [usual] = chats.flatMap(({ connector }) => connector ?? [])
  const meaning = "Whose people, stores and products they are."
  const name = Schema.optionalKey(Schema.NonEmptyString)
  return name.annotateKey({ description: usual === undefined ? meaning : `${meaning} Default ${usual}.` }).pipe(
    Schema.decodeTo(name, {
      decode: SchemaGetter.transformOptional((given) => Option.orElse(given, () => Option.fromUndefinedOr(usual))),
      encode: SchemaGetter.passthrough()
    })
  )
}

const ownKeysOf = (chats: ReadonlyArray<ChatYaml>) => ({
  token: optional(Secret, "The bot's token from BotFather. Not set: there is no bot."),
  apiRoot: withDefault(HttpUrl, "https://api.telegram.org", "Where the Bot API is. Default https://api.telegram.org."),
  updates: withDefault(
    Schema.Union([Schema.Literal("polling"), Webhook]).annotate(expects(botReason("meaning.transport"))),
    "polling",
    "polling, which works everywhere, or where Telegram sends updates to. Default polling."
  ),
  connector: connectorOf(chats),
  admins: withDefault(
    Schema.Array(ChatId),
    [],
    "Telegram ids of people who are always admins, as in [123456789]. Others are added in the bot."
  ),
  locales: withDefault(
    Schema.NonEmptyArray(Schema.Literals(["ru", "en"])),
    ["ru", "en"],
    "The languages people can choose, as in [ru]; the first is what they begin with. Default ru, en."
  )
})

/** `chats`: what the connector types declare. Throws if two of them declare the same name, or one that is the bot's. */
export const configOf = (chats: ReadonlyArray<ChatYaml>) => {
  const features = chats.flatMap((one) => one.features)
  const roles = chats.flatMap((one) => Object.entries(one.roles ?? {}))
  const sections = features.flatMap((feature) => Object.entries(feature.sections ?? {}))
  const names = [...features.map(({ name }) => name), ...daemonFeatures]
  refuseDuplicates("feature", names)
  refuseDuplicates("role", [...roles.map(([role]) => role), "alerts"])
  refuseDuplicates("section", [...sections.map(([key]) => key), ...ownNames])
  // Keys of connectors have no types here: the features that declare them decode them.
  const switches: Record<FeatureName, typeof on> = Object.assign({}, ...names.map((name) => ({ [name]: on })))
  const destinations: { alerts: Chats } = {
    ...Object.fromEntries(roles.map(([role, messages]) => [role, chatsOf(messages, "who are signed in")])),
    alerts: chatsOf("alerts", "admins")
  }
  return Schema.Struct({
    ...ownKeysOf(chats),
    features: withDefault(Schema.Struct(switches), {}, "What the bot can do; what is false is not there."),
    chats: withDefault(Schema.Struct(destinations), {}, "The chats that get each kind of message."),
    ...Object.fromEntries(sections)
  })
}
export type Config = ReturnType<typeof configOf>["Type"]

/** Whether the key is the bot's, not a section of a feature. */
export const isOwnKey = (key: string): boolean => ownNames.includes(key)

const ownNames: ReadonlyArray<string> = [...Object.keys(ownKeysOf([])), "features", "chats"]
