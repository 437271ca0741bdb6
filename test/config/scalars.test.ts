import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { HttpUrl } from "../../core/config/schema/Scalars.ts"

describe("an HTTP address", () => {
  const isHttpUrl = Schema.is(HttpUrl)

  it.each(["https://api.example.test", "http://127.0.0.1:8080", "https://chain.iiko.it/resto/api/"])(
    "takes %s",
    (url) => assert.isTrue(isHttpUrl(url))
  )

  it.each([
    "",
    "api.example.test",
    "ftp://example.test",
    "https://",
    "https://a b",
    "https://example.test?key=1",
    "https://example.test/#top",
    "http://example.test:99999",
    "http://[::1"
  ])("refuses «%s»", (url) => assert.isFalse(isHttpUrl(url)))
})
