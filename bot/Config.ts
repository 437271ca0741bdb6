/** The keys of `config/bot.yaml`. */
import { Schema } from "effect"
import { wanted } from "../core/config/schema/Expected.ts"
import { optional, required, withDefault } from "../core/config/schema/Keys.ts"
import { HttpUrl, PositiveDuration, Secret } from "../core/config/schema/Scalars.ts"
import { botReason } from "./reasons.ts"
import { Destinations } from "./telegram/Destination.ts"

/** The id of a person; 0 means nobody, so that a variable may be unset. */
const ChatId = Schema.Int

const chats = (who: string) =>
  withDefault(
    Destinations,
    [],
    `Ids of the people and groups that get ${who}, with /45 for topic 45 of a group, as in [-1001234567890/45]. Default: all who are signed in.`
  )

const Chats = Schema.Struct({
  stopList: chats("the stop list and its report"),
  stock: chats("what is below its minimum"),
  accounting: chats("write-offs and transfers"),
  alerts: withDefault(
    Destinations,
    [],
    "Ids of the people and groups that get alerts, with /45 for topic 45 of a group, as in [-1001234567890/45]. Default: all admins."
  )
})

const Webhook = Schema.Struct({
  url: required(HttpUrl, botReason("meaning.webhookUrl", { example: "https://chain.example/hooks/telegram/bot" })),
  secretToken: required(Secret, botReason("meaning.webhookSecret"))
})

export const featureNames = [
  "writeoff",
  "stock",
  "stopList",
  "transfers",
  "invoices",
  "status",
  "sync",
  "plan",
  "reload",
  "jobs",
  "deletes",
  "unknown",
  "log",
  "config",
  "alerts"
] as const
export type FeatureName = (typeof featureNames)[number]

const on = withDefault(Schema.Boolean, true, "Whether it is there. Default true.")

const Writeoffs = Schema.Struct({
  groups: withDefault(
    Schema.Array(Schema.NonEmptyString),
    [],
    "Product groups by name or id, each with everything below it, as in [Напитки]. Default: all products."
  ),
  numberPrefix: withDefault(Schema.NonEmptyString, "TR-", "What document numbers begin with. Default TR-."),
  stockStaleAfter: withDefault(
    PositiveDuration,
    "26h",
    "Stock on hand that was read longer ago is shown with its age. Default 26h: balances are read every morning."
  )
})

export const Config = Schema.Struct({
  token: optional(Secret, "The bot's token from BotFather. Not set: there is no bot."),
  apiRoot: withDefault(HttpUrl, "https://api.telegram.org", "Where the Bot API is. Default https://api.telegram.org."),
  updates: withDefault(
    Schema.Union([Schema.Literal("polling"), Webhook]).annotate(wanted(botReason("meaning.transport"))),
    "polling",
    "polling, which works everywhere, or where Telegram sends updates to. Default polling."
  ),
  connector: withDefault(Schema.NonEmptyString, "iiko", "Whose people, stores and products they are. Default iiko."),
  admins: withDefault(
    Schema.Array(ChatId),
    [],
    "Telegram ids of people who are always admins, as in [123456789]. Others are added in the bot."
  ),
  locales: withDefault(
    Schema.NonEmptyArray(Schema.Literals(["ru", "en"])),
    ["ru", "en"],
    "The languages people can choose, as in [ru]; the first is what they begin with. Default ru, en."
  ),
  features: withDefault(
    Schema.Struct(Object.fromEntries(featureNames.map((name) => [name, on])) as Record<FeatureName, typeof on>), // keys by name
    {},
    "What the bot can do; what is false is not there."
  ),
  chats: withDefault(Chats, {}, "Who gets which messages."),
  writeoffs: withDefault(Writeoffs, {}, "Write-offs of employees.")
})
export type Config = typeof Config.Type
