import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { redact, remember } from "../../core/observe/Secrets.ts"
import { cpuMillis } from "../support/cpuTime.ts"

const secret = "pä\"ss w\\o/rd+&<x>'=%"
const plain = "sk_live_51Nx77"

const html = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")

const numbered = (text: string, reference: (code: number) => string) =>
  text.replaceAll(/[^A-Za-z0-9]/gu, (sign) => `&${reference(sign.codePointAt(0) ?? 0)};`)

const base64 = (text: string, as: "base64" | "base64url" = "base64") => Buffer.from(text).toString(as)

describe("a secret is cut out", () => {
  remember(secret)
  remember(plain)

  it.each([
    ["as it is", secret],
    ["by the rules of a URL", encodeURIComponent(secret)],
    ["by the rules of a URL, in small letters", encodeURIComponent(secret).toLowerCase()],
    ["by the rules of a URL, twice", encodeURIComponent(encodeURIComponent(secret))],
    ["by the rules of a form", new URLSearchParams([["", secret]]).toString().slice(1)],
    ["by the rules of JSON", JSON.stringify(secret).slice(1, -1)],
    ["by the rules of JSON inside JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    [
      "by the rules of JSON for HTML",
      JSON.stringify(secret).slice(1, -1).replace("<", "\\u003c").replace("&", "\\u0026")
    ],
    ["by the rules of HTML", html(secret)],
    ["by the rules of HTML, each sign by its number", numbered(secret, (code) => `#${code}`)],
    [
      "by the rules of HTML, each sign by its number in hexadecimal",
      numbered(secret, (code) => `#x${code.toString(16).toUpperCase()}`)
    ],
    ["by the rules of HTML inside HTML", numbered(secret, (code) => `amp;#x00${code.toString(16)}`)],
    ["as basic authentication", base64(`admin:${secret}`)],
    ["as basic authentication of a user whose name is a letter longer", base64(`admins:${secret}`)],
    ["as basic authentication of a user whose name is two letters longer", base64(`admins2:${secret}`)],
    ["as Base64 for URLs", base64(`{"t":"${secret}"}`, "base64url")],
    ["in plain letters", plain]
  ])("%s", (_, spelled) => {
    assert.strictEqual(redact(`before "${spelled}" after`), 'before "<redacted>" after')
    assert.strictEqual(redact(`${spelled} ${spelled}`), "<redacted> <redacted>")
  })

  it("in Base64 that is written for an address, and in JSON inside JSON", () => {
    const sharp = "?>~?>~?>~?>~"
    remember(sharp)
    const encoded = base64(sharp)
    assert.match(encoded, /[+/]/)
    assert.strictEqual(redact(`a ${encodeURIComponent(encoded)} b`), "a <redacted> b")
    assert.strictEqual(redact(`a ${encoded.replaceAll("/", "\\/")} b`), "a <redacted> b")
  })

  it("of four letters, as the password of basic authentication", () => {
    remember("k4z9")
    assert.strictEqual(
      redact(`Authorization: Basic ${base64("an:k4z9")}, sent`),
      "Authorization: Basic <redacted>, sent"
    )
    const other = `Basic ${base64("an:k4z8")}`
    assert.strictEqual(redact(other), other)
  })

  it("that begins with another one goes as a whole", () => {
    for (const one of ["abcdEFGH12", "abcdEFGH12-tail99", "head-abcdEFGH12-tail99"]) remember(one)
    assert.strictEqual(redact("x abcdEFGH12-tail99 y"), "x <redacted> y")
    assert.strictEqual(redact("x head-abcdEFGH12-tail99 y"), "x <redacted> y")
    assert.strictEqual(redact("x abcdEFGH12 y"), "x <redacted> y")
  })

  it("of many, in a text of some hundred kilobytes within a moment", () => {
    const many = Array.from({ length: 30 }, (_, at) => `many-${at}-${"xyz".repeat(8)}`)
    for (const one of many) remember(one)
    const prose = "plain words and обычный текст, 12345 of them; ".repeat(6_000)
    redact(prose)
    const begun = cpuMillis()
    assert.strictEqual(redact(prose), prose)
    assert.strictEqual(redact(`${prose}${many[7]}`), `${prose}<redacted>`)
    // Every pattern tried at every place takes seconds.
    assert.isBelow(cpuMillis() - begun, 400)
  })

  it("inside of another word", () => {
    assert.strictEqual(redact(`x${plain}y`), "x<redacted>y")
  })
})

describe("what stands in a secret is secret too", () => {
  it("the password of an address, however it is written", () => {
    const url = "postgres://reader:s3cr%23tly@db.example:5432/chain"
    remember(url)
    assert.strictEqual(redact(`no answer from ${url}`), "no answer from <redacted>")
    assert.strictEqual(redact("s3cr%23tly s3cr#tly db.example reader"), "<redacted> <redacted> db.example reader")
  })

  it("the key in a service account's file", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n"
    remember(JSON.stringify({ type: "service_account", client_email: "robot@example.com", private_key: key }))
    assert.strictEqual(redact(`could not read ${key.trim()}.`), "could not read <redacted>.")
    assert.strictEqual(redact("robot@example.com"), "robot@example.com")
  })
})

/** A credential as a vendor grants it, signed or not. */
const granted = (at: number) => {
  const random = createHash("sha512").update(String(at)).digest("base64url")
  const header = Buffer.from('{"alg":"RS256","kid":"k"}').toString("base64url")
  return at % 20 < 10 ? `${header}.${random}.${random}` : random
}

/** What a vendor, a library or a mistake may write around it. */
const around: ReadonlyArray<(token: string) => string> = [
  (token) => `Authorization: Bearer ${token}`,
  (token) => `{"access_token":"${token}","token_type":"bearer","expires_in":43199}`,
  (token) => JSON.stringify(JSON.stringify({ refresh_token: token, scope: "orders" })),
  (token) => JSON.stringify(JSON.stringify(JSON.stringify({ refreshToken: token }))),
  (token) => `grant_type=refresh_token&refresh_token=${token}&redirect_uri=x`,
  (token) => `POST /token%3Frefresh_token%3D${token}`,
  (token) => `{ accessToken: '${token}', expiresAt: 1 }`,
  (token) => `&quot;access_token&quot;:&quot;${token}&quot;`,
  (token) => `device_code=${token}&grant_type=urn:ietf:params:oauth:grant-type:device_code`,
  (token) => `ID_TOKEN: "${token}"`
]

describe("credentials of accounts, which are in no list", () => {
  it("are cut out of 10,000 lines, each with another one, in less than 50 µs a line", () => {
    const tokens = Array.from({ length: 10_000 }, (_, at) => granted(at))
    const lines = tokens.map(
      (token, at) => `2026-11-30 the vendor said: ${around[at % around.length]?.(token)} in the end`
    )
    const begun = cpuMillis()
    const shown = lines.map(redact)
    const micros = ((cpuMillis() - begun) * 1_000) / lines.length
    shown.forEach((line, at) => {
      const token = tokens[at] ?? ""
      // Nothing that could be tried in its place, either.
      for (const part of [token.slice(0, 24), token.slice(-24)]) assert.notInclude(line, part, lines[at])
      assert.match(line, /said: .*<redacted>.* in the end$/)
    })
    assert.isBelow(micros, 50)
  })

  it("that are signed are cut out wherever they stand", () => {
    const token = granted(0)
    assert.strictEqual(redact(`Access token expired: ${token}`), "Access token expired: <redacted>")
    assert.strictEqual(redact(`https://x.test/?t=${token}&a=1`), "https://x.test/?t=<redacted>&a=1")
  })

  it("are not what is only about them", () => {
    for (const text of [
      "write auth: { type: bearer, token: { secret: CRM_TOKEN } }",
      "Authorization: Bearer <admin token>",
      "the bearer token is refused; authorize it again",
      "the refresh_token is missing, access_token: null",
      'device_code: string, "expires_in": 3600',
      "tributary accounts add market shop1 --credential token=SHOP1_TOKEN"
    ]) {
      assert.strictEqual(redact(text), text)
    }
  })
})

describe("harmless words stay", () => {
  it("a secret of three letters is none", () => {
    remember("abc")
    remember("   ")
    assert.strictEqual(redact("abc of abc"), "abc of abc")
  })

  it("a short secret is cut out where it stands by itself, not inside of words and numbers", () => {
    remember("1234")
    assert.strictEqual(redact("pass=1234, id 512345, 1234."), "pass=<redacted>, id 512345, <redacted>.")
  })

  // Whatever looks at the rest of the text from each of its characters does not end within the test's time.
  it("a long text without secrets stays as it is", () => {
    const text = "abcdefghij".repeat(100_000)
    assert.strictEqual(redact(text), text)
  })
})
