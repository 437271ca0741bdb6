/**
 * The Bot API as effects. Calls respect Telegram's limits; they are repeated when it asks for patience, and a few times
 * within seconds when the network fails. A refusal is one error with its kind. Updates are fetched by a separate
 * client, whose failures the daemon must see. Every call ends: a Telegram that does not answer is an error. No redirect
 * to another server is followed.
 */
import { autoRetry } from "@grammyjs/auto-retry"
import { apiThrottler } from "@grammyjs/transformer-throttler"
import { Context, Data, Duration, Effect, Layer, Redacted, Schedule } from "effect"
import { Api, Bot, GrammyError, HttpError, type Transformer } from "grammy"
import { redact, redactedText } from "../../core/observe/Secrets.ts"
import { escapeHtml } from "../../core/plugin/chat/Html.ts"
import { botReason } from "../reasons.ts"
import type { BotContext } from "../session/Context.ts"

export class TelegramError extends Data.TaggedError("TelegramError")<{
  readonly reason: /** The person blocked the bot, or never wrote to it. */
    | "blocked"
    /** The message already shows exactly that. */
    | "unchanged"
    /** The message, the chat or the press no longer exists. */
    | "gone"
    /** The token is wrong. */
    | "token"
    /** Another program or a webhook receives the updates of this bot. */
    | "conflict"
    | "refused"
    /** A later attempt is possible, see `retryAfter`. */
    | "flood"
    /** No answer came, or Telegram failed: the request may or may not have arrived. */
    | "network"
    /** The same, but the request was accepted and no answer came in time. */
    | "silent"
  readonly message: string
  readonly retryAfter?: Duration.Duration
}> {}

/** The text for people. */
export const tokenRefused = botReason("bot.tokenRefused")

const gone =
  /message to (?:edit|delete|pin|copy|be replied) not found|message (?:can't|identifier is not)|query is too old|query ID is invalid|MESSAGE_ID_INVALID/i
const blocked = /bot was blocked|user is deactivated|can't initiate|chat not found|bot was kicked|not a member/i

/** The text of grammY's error. */
const timedOut = /timed out after \d+ seconds/

const reasonOf = ({ description, error_code }: GrammyError): TelegramError["reason"] => {
  if (error_code === 401 || error_code === 404) return "token"
  if (error_code === 409) return "conflict"
  if (error_code === 429) return "flood"
  if (error_code >= 500) return "network"
  if (/message is not modified/i.test(description)) return "unchanged"
  if (gone.test(description)) return "gone"
  return error_code === 403 || blocked.test(description) ? "blocked" : "refused"
}

/** Never includes the cause: a URL of the Bot API contains the token. */
export const telegramError = (cause: unknown): TelegramError => {
  if (cause instanceof GrammyError) {
    const message = `Telegram refused ${cause.method}: ${cause.description}`
    const { retry_after } = cause.parameters
    return new TelegramError({
      reason: reasonOf(cause),
      message: redact(message),
      ...(retry_after === undefined ? {} : { retryAfter: Duration.seconds(retry_after) })
    })
  }
  const inner = cause instanceof HttpError ? cause.error : cause
  const why = inner instanceof Error ? inner.message : String(inner)
  if (timedOut.test(why)) return new TelegramError({ reason: "silent", message: redact(why) })
  return new TelegramError({ reason: "network", message: redact(`Telegram cannot be reached: ${why}`) })
}

type Signal = NonNullable<Parameters<Api["getMe"]>[0]>

export interface TelegramOptions {
  readonly token: Redacted.Redacted
  readonly apiRoot: string
}

export class Telegram extends Context.Service<
  Telegram,
  {
    /** The bot that carries the middleware; it never fetches updates itself. */
    readonly bot: Bot<BotContext>
    /** Calls within Telegram's limits, with retries. `api` is that of an update, which draws its menus. */
    readonly call: <A>(request: (api: Api) => Promise<A>, api?: Api) => Effect.Effect<A, TelegramError>
    /** Calls immediately and only once. `within` limits the time for an answer; the default is 15 seconds. */
    readonly raw: <A>(
      request: (api: Api, signal: Signal) => Promise<A>,
      within?: Duration.Duration
    ) => Effect.Effect<A, TelegramError>
    /** Downloads a file that a person sent; Telegram keeps it for an hour. */
    readonly download: (fileId: string, mostBytes: number) => Effect.Effect<Uint8Array, TelegramError>
  }
>()("tributary/bot/telegram/Telegram") {
  static readonly layer = ({ apiRoot, token }: TelegramOptions) =>
    Layer.sync(Telegram, () => {
      const secret = Redacted.value(token)
      const client = { apiRoot, baseFetchConfig: { redirect: "error" } } as const
      const bot = new Bot<BotContext>(secret, {
        client: { ...client, timeoutSeconds: Duration.toSeconds(callTimeout) }
      })
      // This module retries failures of the network: autoRetry would repeat them forever, in the end an hour apart,
      // before anything else of the same chat.
      const retries = {
        maxRetryAttempts: 3,
        maxDelaySeconds: 60,
        rethrowHttpErrors: true,
        rethrowInternalServerErrors: true
      }
      bot.api.config.use(atOnce, autoRetry(retries), throttlerOf(apiRoot, secret), redactTexts)
      const plain = new Api(secret, client)
      plain.config.use(redactTexts)
      const raw: Telegram["Service"]["raw"] = (request, within = answerWithin) =>
        Effect.tryPromise({
          try: (signal) => request(plain, signal as Signal), // grammY types the polyfill of Node 14, and takes this one
          catch: telegramError
        }).pipe(Effect.timeoutOrElse({ duration: within, orElse: () => unanswered }))
      const call: Telegram["Service"]["call"] = (request, api = bot.api) =>
        Effect.tryPromise({ try: () => request(api), catch: telegramError }).pipe(
          Effect.timeoutOrElse({ duration: maxCallTime, orElse: () => unanswered }),
          Effect.retry({ schedule: soon, while: ({ reason }) => reason === "network" })
        )
      const download = Effect.fn("Telegram.download")(
        function* (fileId: string, mostBytes: number) {
          const file = yield* call((api) => api.getFile(fileId))
          if ((file.file_size ?? 0) > mostBytes || file.file_path === undefined) {
            return yield* new TelegramError({
              reason: "refused",
              message: `The file is larger than ${mostBytes} bytes.`
            })
          }
          const response = yield* Effect.tryPromise({
            try: async (signal) => {
              const answer = await fetch(`${apiRoot}/file/bot${secret}/${file.file_path}`, {
                signal,
                redirect: "error"
              })
              if (!answer.ok) throw new Error(`the file was answered with status ${answer.status}`)
              return new Uint8Array(await answer.arrayBuffer())
            },
            catch: telegramError
          })
          return response
        },
        Effect.timeoutOrElse({ duration: downloadTimeout, orElse: () => tooSlow })
      )
      return Telegram.of({ bot, call, download, raw })
    })
}

/** Methods that have the same effect if they arrive twice. */
const repeatable = new Set([
  "answerCallbackQuery",
  "deleteMessage",
  "editMessageMedia",
  "editMessageText",
  "getFile",
  "pinChatMessage",
  "setMyCommands"
])

/** Retries after failures of the network. A message may arrive twice, which is better than never. */
const soon = Schedule.exponential("300 millis", 3).pipe(Schedule.upTo({ times: 3 }))

const answerWithin = Duration.seconds(15)

const unanswered = Effect.fail(
  new TelegramError({ reason: "silent", message: "Telegram took the request and did not answer in time." })
)

/** An idle connection may be closed just as it is used again: such a request is repeated without delay. */
const atOnce: Transformer = async (call, method, payload, signal) => {
  try {
    return await call(method, payload, signal)
  } catch (cause) {
    const isLost = cause instanceof HttpError && telegramError(cause).reason === "network"
    if (!isLost || !repeatable.has(method)) throw cause
    return await call(method, payload, signal)
  }
}

/** Removes secrets from texts for people, whoever wrote them; the rest of a request stays unchanged. */
export const redactTexts: Transformer = (call, method, payload, signal) => {
  const texts = Object.entries(payload).filter(([name]) => name === "text" || name === "caption")
  const isHtml = "parse_mode" in payload
  const cleaned = texts.map(([name, text]) => {
    const blank = redact(String(text))
    return [name, isHtml ? blank.replaceAll(redactedText, escapeHtml(redactedText)) : blank]
  })
  return call(method, { ...payload, ...Object.fromEntries(cleaned) }, signal)
}

/** grammY's own limit is longer than anybody waits; fetching updates has a limit of its own. */
const callTimeout = Duration.seconds(20)

/** Includes the waits that Telegram requests, and those of its limits when many people receive messages at once. */
const maxCallTime = Duration.minutes(5)

const downloadTimeout = Duration.seconds(30)

const tooSlow = Effect.fail(
  new TelegramError({ reason: "network", message: "The file did not come within 30 seconds." })
)

/** Allows this many at once, and one more after each interval. */
const bucket = (size: number, interval: Duration.Duration, amount = 1) => ({
  reservoir: size,
  reservoirIncreaseAmount: amount,
  reservoirIncreaseInterval: Duration.toMillis(interval),
  reservoirIncreaseMaximum: size
})

/**
 * A chat accepts about a message a second and short bursts, a group 20 a minute, all together 30 in any second. A step
 * of a person who types is an edit and a delete, which Telegram limits less: hence two a second. The plugin's own
 * defaults allow a chat no burst at all, and all together 60 around a full second.
 */
const limits = {
  global: bucket(10, Duration.millis(250), 5),
  out: { maxConcurrent: 1, ...bucket(12, Duration.millis(500)) },
  group: { maxConcurrent: 1, ...bucket(10, Duration.seconds(3)) }
}

/** Throttlers by address and token. */
const throttlers = new Map<string, Transformer>()

/**
 * Telegram counts per bot, so a bot that replaces another continues with its remaining limits. A throttler has timers
 * that nobody can stop, so this process has only one for each token.
 */
const throttlerOf = (apiRoot: string, token: string): Transformer => {
  const key = `${apiRoot} ${token}`
  const throttler = throttlers.get(key) ?? apiThrottler(limits)
  throttlers.set(key, throttler)
  return throttler
}
