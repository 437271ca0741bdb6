import { assert, describe, it } from "@effect/vitest"
import { normalisePhone, phonesOf } from "./Phone.ts"

describe("a telephone number", () => {
  it.each([
    "79001234567",
    "+7 (900) 123-45-67",
    "8 900 123 45 67",
    "8(900)1234567",
    "007 900 123-45-67",
    "+89001234567",
    " 900 123-45-67 ",
    "+7\u00a0900\u00a0123\u201145\u201167"
  ])("of Russia is the same however it is written: %s", (text) => {
    assert.strictEqual(normalisePhone(text), "79001234567")
  })

  it.each([
    ["+375 29 123-45-67", "375291234567"],
    ["375291234567", "375291234567"],
    ["8 10 375 29 123-45-67", "375291234567"],
    ["00375291234567", "375291234567"],
    ["+48 123 456 789", "48123456789"],
    ["48123456789", "48123456789"],
    ["+372 512 3456", "3725123456"],
    ["+82 2 312 34567", "82231234567"]
  ])("of another country is kept as it is: %s", (text, expected) => {
    assert.strictEqual(normalisePhone(text), expected)
  })

  it.each(["", "нет", "123-45-67", "+7 900", "8 900 123 45", "1234567890123456"])("is not made of %s", (text) => {
    assert.isUndefined(normalisePhone(text))
  })

  it("is found in each field, several in one, and told once", () => {
    assert.deepEqual(phonesOf("8 900 123-45-67; +375 29 123-45-67", null, "+7 900 123 45 67, доб."), [
      "79001234567",
      "375291234567"
    ])
  })
})
