// @ts-check
/** Calls to the daemon. Every failure is a `Problem` with a message for people. */
import { learn } from "./clock.js"

export class Problem extends Error {
  /**
   * @param {number} status 0: there was no answer.
   * @param {string} message
   * @param {any} [body] The problem document.
   */
  constructor(status, message, body) {
    super(message)
    this.status = status
    this.body = body
  }
}

/** @type {() => void} */
let signedOut = () => {}

/** `then` runs when the daemon no longer accepts the session. */
export const onSignedOut = (/** @type {() => void} */ then) => {
  signedOut = then
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [wanted]
 */
const ask = async (method, path, body, wanted = {}) => {
  const headers = {
    accept: "application/json",
    ...wanted,
    ...(method === "GET" ? {} : { "x-tributary": "console" }),
    ...(body === undefined ? {} : { "content-type": "application/json" })
  }
  const answer = await fetch(path, {
    method,
    headers,
    cache: "no-store",
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  }).catch(() => {
    throw new Problem(0, "The daemon does not answer. Is it running, and is there a network?")
  })
  learn(answer)
  if (answer.ok) return answer
  const problem = await problemOf(answer)
  if (answer.status === 401 && !path.endsWith("/session")) signedOut()
  throw problem
}

const problemOf = async (/** @type {Response} */ answer) => {
  const body = await answer.json().catch(() => ({}))
  const texts = [body.title, body.detail].filter((text) => typeof text === "string" && text !== "")
  return new Problem(
    answer.status,
    texts.length === 0 ? `The daemon answered ${answer.status}.` : texts.join(": "),
    body
  )
}

const jsonOf = async (/** @type {Response} */ answer) => (answer.status === 204 ? undefined : answer.json())

/** @returns {Promise<any>} */
export const get = async (/** @type {string} */ path) => jsonOf(await ask("GET", `/api/v1/${path}`))

/** @returns {Promise<any>} */
export const post = async (/** @type {string} */ path, /** @type {unknown} */ body = undefined) =>
  jsonOf(await ask("POST", `/api/v1/${path}`, body))

/** Begins work that goes on as a task, and returns it. @returns {Promise<any>} */
export const start = async (/** @type {string} */ path, /** @type {unknown} */ body) =>
  jsonOf(await ask("POST", `/api/v1/${path}`, body, { prefer: "respond-async" }))

export const remove = async (/** @type {string} */ path) => jsonOf(await ask("DELETE", `/api/v1/${path}`))

/** Needs no session; an unhealthy daemon answers too. */
export const health = async () => {
  const answer = await fetch("/health", { cache: "no-store" })
  return answer.json()
}

/**
 * The events of a long call, as they arrive.
 * @param {string} path
 * @param {unknown} body
 * @returns {AsyncGenerator<{ event: string, data: any }>}
 */
export async function* stream(path, body) {
  const answer = await ask("POST", `/api/v1/${path}`, body, { accept: "text/event-stream" })
  if (answer.body === null) return
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""
  while (true) {
    const { done, value } = await reader.read().catch(() => {
      throw new Problem(0, "The connection was lost. What the daemon does goes on; its end will show in the history.")
    })
    if (done) return
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n")
    rest = blocks.pop() ?? ""
    for (const block of blocks) {
      const event = eventOf(block)
      if (event !== null) yield event
    }
  }
}

const eventOf = (/** @type {string} */ block) => {
  const fields = block.split("\n").map((line) => /^(event|data): ?(.*)$/.exec(line))
  const all = (/** @type {string} */ name) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ""] : []))
  const data = all("data").join("\n")
  return data === "" ? null : { event: all("event")[0] ?? "message", data: JSON.parse(data) }
}
