/** Removes the credentials of a request from texts that may repeat them: an answer, a header, an address. */
import { Redacted } from "effect"
import type { HttpClientRequest } from "effect/http"
import { patternText } from "../../observe/SecretPatterns.ts"
import { redactedText } from "../../observe/Secrets.ts"
import { excerptLine, type RequestLabel } from "./Failure.ts"
import { secretNames } from "./NamedSecrets.ts"

/** Whether the value of a header or parameter with this name is a secret. */
export const isSecret = (name: string): boolean => secretNames.some((pattern) => pattern.test(name))

/** Returns what makes a text one line of at most `most` characters without a secret. */
export const hiderOf = (
  request: HttpClientRequest.HttpClientRequest,
  { redact }: Pick<RequestLabel, "redact">
): ((text: string, most: number) => string) => {
  const shown = spelled(credentialsOf(request))
  return (text, most) => excerptLine(shown === undefined ? text : text.replace(shown, redactedText), redact, most)
}

/**
 * The credentials of the request: everything under the name of a secret, including values written into the declaration
 * as plain text.
 */
const credentialsOf = ({ headers, url, urlParams }: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => {
  const query = URL.canParse(url) ? [...new URL(url).searchParams] : []
  const given = [...Object.entries(headers), ...query, ...urlParams.params].flatMap(([name, value]) =>
    isSecret(name) ? (Redacted.isRedacted(value) ? String(Redacted.value(value)) : String(value)) : []
  )
  return given.flatMap(proofsIn).filter((value) => value.length > 3)
}

/** An answer may also repeat only the token of `Bearer abc`, or the password of Basic authorization. */
const proofsIn = (value: string): ReadonlyArray<string> => {
  const [, scheme = "", proof] = /^(\S+)\s+(\S.*)$/.exec(value) ?? []
  if (proof === undefined) return [value]
  const plain = scheme.toLowerCase() === "basic" ? Buffer.from(proof, "base64").toString() : ""
  return [value, proof, plain.slice(plain.indexOf(":") + 1)]
}

const spelled = (values: ReadonlyArray<string>): RegExp | undefined =>
  values.length === 0 ? undefined : new RegExp(values.map(patternText).join("|"), "g")
