/** One request or answer as `--trace` shows it: a line of facts, the headers, the first characters of the body. */
import type { WireMessage } from "../../../upstream/exchange/WireTrace.ts"
import { duration, size } from "../terminal/Format.ts"
import type { View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"

const indent = "  "

export const render = (exchanged: WireMessage, view: View): string => {
  const { address, body, headers, method, number } = exchanged
  const below = (text: string) => Text.wrap(text, view.width - indent.length).map((line) => `${indent}${line}`)
  const details = [
    ...headers.flatMap(([name, value]) => below(`${name}: ${value}`).map((line) => view.style("dim", line))),
    ...(body === "" ? [] : below(body))
  ]
  const head = (arrow: string, text: string) => {
    const [first = "", ...rest] = Text.wrap(text, view.width - arrow.length - 1)
    return [
      `${view.style(toneOf(exchanged), arrow)} ${view.style("strong", first)}`,
      ...rest.map((line) => indent + line)
    ]
  }
  switch (exchanged._tag) {
    case "Request":
      return [...head(`→ ${number}`, `${method} ${address}`), ...details].join("\n")
    case "Answer": {
      const { bytes, isWhole, ms, status } = exchanged
      const facts = `${status} in ${duration(ms)}, ${isWhole ? "" : "more than "}${size(bytes)}`
      return [...head(`← ${number}`, facts), ...details].join("\n")
    }
    case "Failure":
      return head(`✗ ${number}`, `no answer after ${duration(exchanged.ms)}: ${exchanged.error}`).join("\n")
  }
}

const toneOf = (exchanged: WireMessage) => {
  if (exchanged._tag === "Request") return "accent"
  return exchanged._tag === "Answer" && exchanged.status < 400 ? "good" : "bad"
}
