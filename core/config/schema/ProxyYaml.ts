/** `proxy` of a connector: an address, which is a secret if it holds a password. */
import { Redacted, Schema, SchemaGetter } from "effect"
import { remember } from "../../observe/Secrets.ts"
import { reason } from "../../reason/Reason.ts"
import { expects, invalidValue } from "./Expected.ts"
import { Secret } from "./Scalars.ts"

const address = /^https?:\/\/(?:[^/?#@\s]+@)?[^/?#@\s{}]+\/?$/i

/** An HTTP proxy is its host and port: it has no path. */
const isProxy = (text: string): boolean => address.test(text) && URL.canParse(text) && new URL(text).hostname !== ""

const hasUser = (text: string): boolean => /^[a-z]+:\/\/[^/?#\s]*@/i.test(text)

const textOf = (value: Redacted.Redacted | string): string =>
  Redacted.isRedacted(value) ? Redacted.value(value) : value

export const ProxyYaml = Schema.Union([Secret, Schema.String])
  .annotate(expects(reason("value.proxy")))
  .check(
    Schema.makeFilter((value) => {
      const text = textOf(value)
      if (!Redacted.isRedacted(value) && hasUser(text)) {
        // The refusal must not repeat the password.
        remember(text)
        return invalidValue(reason("proxy.password", { example: "proxy: { secret: HTTPS_PROXY }" }))
      }
      return isProxy(text) || invalidValue(reason("value.expected", { what: reason("value.proxy") }))
    })
  )
  .pipe(
    Schema.decodeTo(
      Schema.declare((u: unknown): u is Redacted.Redacted => Redacted.isRedacted(u)),
      {
        decode: SchemaGetter.transform((value) => (Redacted.isRedacted(value) ? value : Redacted.make(value))),
        encode: SchemaGetter.transform((value) => value)
      }
    )
  )
