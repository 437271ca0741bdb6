/** Tokens in the form of a JWT, signed with a key of the sandbox. */
import { createHmac } from "node:crypto"
import { Option, Schema } from "effect"

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url")

const signed = (key: string, text: string): string => createHmac("sha256", key).update(text).digest("base64url")

export const makeToken = (key: string, claims: Readonly<Record<string, unknown>>): string => {
  const text = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`
  return `${text}.${signed(key, text)}`
}

/** Of a seller's token: an access token has `exp`, a refresh token `ati`. */
const Claims = Schema.Struct({
  user_name: Schema.String,
  scope: Schema.String,
  exp: Schema.optionalKey(Schema.Finite),
  ati: Schema.optionalKey(Schema.String)
})
const decodeClaims = Schema.decodeUnknownOption(Schema.fromJsonString(Claims))

/** Undefined: another key signed it, or it is no seller's. */
export const claimsOf = (key: string, token: string): typeof Claims.Type | undefined => {
  const [head = "", claims = "", signature] = token.split(".")
  if (signature !== signed(key, `${head}.${claims}`)) return undefined
  return Option.getOrUndefined(decodeClaims(Buffer.from(claims, "base64url").toString()))
}
