/** The YAML keys of a Bitrix24 connector, beside those that every connector has. */
import { Redacted, Schema } from "effect"
import {
  checkMessage,
  expectedMessage,
  expects,
  Integer,
  optional,
  PositiveDuration,
  Secret,
  Switch,
  withDefault
} from "../../core/sdk.ts"
import { ApplicationYaml, clientExample } from "./application/ApplicationYaml.ts"
import { FormsYaml } from "./forms/FormsYaml.ts"
import { bitrix24 } from "./reasons.ts"

/** `https://portal.bitrix24.ru/rest/1/abc123/`: the user and the code of the webhook are in the path. */
const webhookAddress = /^https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?\/rest\/\d+\/[\w-]+\/?$/

const Webhook = Secret.check(
  Schema.makeFilter(
    (address) => webhookAddress.test(Redacted.value(address)),
    expectedMessage(bitrix24("bitrix24.webhookForm", { example: "https://example.bitrix24.ru/rest/1/…/" }))
  )
)

const Batch = Schema.Struct({
  enabled: withDefault(
    Switch,
    true,
    "Whether reads that are asked for together are one request, as in { env: BATCH_ENABLED, default: true }. Default: true."
  ),
  size: withDefault(Integer(1, 50), 50, "How many calls such a request has at most; Bitrix24 takes 50. Default 50.")
})

export const Config = Schema.Struct({
  webhook: optional(
    Webhook,
    "The address of an incoming webhook, as in { secret: BITRIX24_WEBHOOK }: the portal shows it under developer resources, and whoever has it can do what its user may. Default: none; the portal is opened by `application`."
  ),
  application: optional(
    ApplicationYaml,
    `An application of the portal, as in application: { portal: https://example.bitrix24.ru, client: ${clientExample} }; its tokens are an account of the connector. Default: none; the portal is opened by \`webhook\`.`
  ),
  batch: withDefault(Batch, {}, "Requests with many calls, as in { enabled: true, size: 50 }."),
  operatingTime: withDefault(
    Schema.Union([PositiveDuration, Schema.Literal(false)]).annotate(expects(bitrix24("bitrix24.operatingForm"))),
    "480s",
    "How long a method may work for this webhook in ten minutes; near it, calls of the method wait. As in 420s; false for a portal on a server of one's own, which does not count it. Default 480s."
  ),
  forms: optional(
    FormsYaml,
    "Poll forms whose answers come to /hooks/bitrix24/{name}/poll-form: a deal for each chosen programme, as in forms: { token: { secret: BITRIX24_FORMS_TOKEN }, form: { object: item/1038 }, programmes: { object: item/1040 } }. Default: no inbox."
  )
})
  .check(
    Schema.makeFilter(
      ({ application, webhook }) => (application === undefined) !== (webhook === undefined),
      checkMessage(bitrix24("bitrix24.oneAccess"))
    )
  )
  .annotate({ description: "A Bitrix24 portal, by an incoming webhook or an application." })

export type Config = typeof Config.Type
