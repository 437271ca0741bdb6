/**
 * Webhooks of iikoCloud. They carry no data, only the event that a stop list has changed, one for each changed item;
 * the hook returns which entities are stale.
 */
import { createHash, timingSafeEqual } from "node:crypto"
import { Effect, Redacted, Schema } from "effect"
import { fromClearJson, type Hook, type HookAnswer } from "../../../core/sdk.ts"
import { isStopList } from "./Lists.ts"

export const make = (token: Redacted.Redacted): Hook => {
  const expected = digest(Redacted.value(token))
  return Effect.fn("IikoCloud.hook")(function* ({ body, headers }) {
    const shown = (headers.authorization ?? "").replace(/^Bearer /i, "")
    if (!timingSafeEqual(digest(shown), expected)) return refused
    return yield* decode(body).pipe(
      Effect.map((events): HookAnswer => {
        const changes = [events].flat().some(({ eventType }) => eventType === "StopListUpdate")
        return { _tag: "Accepted", stale: changes ? isStopList : none }
      }),
      Effect.orElseSucceed((): HookAnswer => ({ _tag: "Unreadable" }))
    )
  })
}

const refused: HookAnswer = { _tag: "Refused" }

const none = () => false

/** Digests have equal length, so a comparison takes the same time whatever was sent. */
const digest = (text: string) => createHash("sha256").update(text).digest()

const Event = Schema.Struct({ eventType: Schema.String })
/** An array, even for one event; some versions send the event itself. */
const decode = Schema.decodeUnknownEffect(fromClearJson(Schema.Union([Schema.Array(Event), Event])))
