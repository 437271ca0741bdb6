/** The constant load around the daemon: people who chat and look, files that are edited, systems that have bad days. */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Array as Arr, Duration, Effect, Random, Schedule } from "effect"
import type { Person } from "../../../bot/sandbox.ts"
import { employee, firstPerson, nameAt, signIn } from "../../support/employees.ts"
import { jobsYaml, type Place, token } from "./Place.ts"

/** The outcomes of one kind of request. */
export class Tally {
  readonly waits: Array<number> = []
  readonly failures: Array<string> = []

  get availability(): number {
    return this.waits.length / (this.waits.length + this.failures.length)
  }
}

const patience = 5_000
/** A plan or a reload sends requests to systems that have bad days. */
const muchPatience = 60_000

/** Sends a request and counts it in `tally`; an unexpected status is a failure. */
const ask = (tally: Tally, url: string, init: RequestInit = {}, expected = [200]) =>
  Effect.promise(async () => {
    const from = performance.now()
    try {
      const answer = await fetch(url, {
        ...init,
        signal: AbortSignal.timeout(init.method === "POST" ? muchPatience : patience)
      })
      await answer.arrayBuffer()
      if (!expected.includes(answer.status)) throw new Error(`${answer.status}`)
      tally.waits.push(performance.now() - from)
    } catch (cause) {
      const at = new Date().toISOString()
      tally.failures.push(`${at} ${new URL(url).pathname}: ${cause instanceof Error ? cause.message : cause}`)
    }
  })

const every = <A, E, R>(work: Effect.Effect<A, E, R>, pause: Duration.Input) =>
  Effect.forkScoped(Effect.repeat(work, Schedule.spaced(pause)))

const authorised = { authorization: `Bearer ${token}`, "content-type": "application/json" }

const looks = [
  "entities",
  "entities/iiko.product",
  "connectors",
  "runs?limit=100",
  "runs?status=failed",
  "jobs",
  "job-runs",
  "alerts",
  "actions",
  "action-log",
  "pending-deletes",
  "config",
  "config/versions"
].map((path) => `/api/v1/${path}`)

/** An operator with the console open, who looks around, syncs and plans. */
export const operator = Effect.fnUntraced(function* ({ origin }: Place) {
  const health = new Tally()
  const api = new Tally()
  yield* every(ask(health, `${origin}/health`), "1 second")
  yield* every(
    Effect.flatMap(Random.nextIntBetween(0, looks.length - 1), (at) =>
      ask(api, `${origin}${looks[at] ?? ""}`, { headers: authorised })
    ),
    "500 millis"
  )
  yield* every(
    ask(api, `${origin}/api/v1/plan`, { method: "POST", headers: authorised, body: '{"selectors":["iiko.store"]}' }),
    "15 seconds"
  )
  const live = Effect.promise((signal) =>
    fetch(`${origin}/api/v1/events`, {
      headers: authorised,
      signal: AbortSignal.any([signal, AbortSignal.timeout(9_000)])
    })
      .then((answer) => answer.text())
      .catch(() => "")
  )
  yield* every(live, "1 second")
  return { health, api }
})

const edit = (place: Place, put: ReadonlyArray<unknown>, remove: ReadonlyArray<unknown> = []) =>
  Effect.promise(() =>
    fetch(`${place.vendors.iiko.url}/_sandbox/data`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ collection: "employees", put, remove }])
    }).then((answer) => answer.text())
  )

/** Presses any button of the newest window, or sends a text. */
const act = Effect.fnUntraced(function* (person: Person, tally: Tally) {
  const shown = (yield* person.messages).findLast(({ data }) => data.flat().length > 0)
  const buttons = shown?.data.flat() ?? []
  if (shown === undefined || buttons.length === 0 || (yield* Random.next) < 0.2) {
    const words = ["/menu", "/writeoff", "/stock", "/start", "молоко", "12", "/status"]
    return yield* person.send(words[yield* Random.nextIntBetween(0, words.length - 1)] ?? "/menu")
  }
  const data = buttons[yield* Random.nextIntBetween(0, buttons.length - 1)] ?? "menu"
  yield* Effect.match(person.press({ data, message: shown.id }), {
    onFailure: (failure) => tally.failures.push(String(failure)),
    onSuccess: ({ waited }) => tally.waits.push(Duration.toMillis(waited))
  })
})

/** Runs that many employees, each with a chat. */
export const crowd = Effect.fnUntraced(function* (place: Place, people: number) {
  const presses = new Tally()
  yield* edit(
    place,
    Arr.makeBy(people, (at) => employee(at))
  )
  yield* Effect.promise(() =>
    fetch(`${place.origin}/api/v1/sync`, {
      method: "POST",
      headers: authorised,
      body: '{"selectors":["*"]}'
    }).then((answer) => answer.text())
  )
  yield* signIn(people)
  const { state } = place.telegram
  const persons = Arr.makeBy(people, (at) => state.person({ name: nameAt(at), id: firstPerson + at }))
  yield* state.admin.send("/start")
  for (const person of [...persons, state.admin]) {
    const turn = Effect.andThen(
      Effect.flatMap(Random.nextIntBetween(5_000, 25_000), (pause) => Effect.sleep(pause)),
      act(person, presses)
    )
    yield* Effect.forkScoped(Effect.forever(Effect.catchCause(turn, () => Effect.void)))
  }
  return presses
})

/** Changes rows, one of which cannot be loaded, and makes every vendor and Telegram itself fail now and then. */
export const trouble = Effect.fnUntraced(function* (place: Place, people: number) {
  let turn = 0
  const changes = Effect.suspend(() => {
    turn++
    const at = turn % people
    const broken = employee(1_000, "no uuid")
    const changed = { ...employee(at), name: `${nameAt(at)} в ${turn}-й раз` }
    return turn % 2 === 0 ? edit(place, [changed, broken]) : edit(place, [changed], [broken])
  })
  yield* every(changes, "4 seconds")
  const modes = ["status", "slow", "truncated", "disconnect", "html", "rateLimited"] as const
  const badDay = Effect.gen(function* () {
    const mode = modes[yield* Random.nextIntBetween(0, modes.length - 1)] ?? "status"
    for (const vendor of Object.values(place.vendors)) {
      yield* vendor.clearFaults
      yield* vendor.fault({ path: "*", mode, times: 3, ...(mode === "rateLimited" ? { retryAfter: 1 } : {}) })
      yield* vendor.clearRequests
    }
  })
  yield* every(badDay, "20 seconds")
  const outage = Effect.gen(function* () {
    yield* Effect.sleep("2 minutes")
    yield* place.telegram.fault({ path: "*", mode: "status", status: 502 })
    yield* Effect.sleep("20 seconds")
    yield* place.telegram.clearFaults
    yield* place.telegram.fault({ path: "*/sendMessage", mode: "rateLimited", retryAfter: 2, times: 5 })
  })
  yield* every(outage, "1 second")
})

/** Edits files, well and badly, and reloads them by watch, signal or request. */
export const edits = Effect.fnUntraced(function* (place: Place) {
  let turn = 0
  const jobs = join(place.directory, "config/jobs.yaml")
  const bot = join(place.directory, "config/bot.yaml")
  const iiko = join(place.directory, "config/connectors/iiko.yaml")
  const reloads = new Tally()
  const change = Effect.promise(async () => {
    turn++
    const broken = turn % 5 === 0
    await writeFile(jobs, broken ? `${jobsYaml}lists: [` : `${jobsYaml}# the ${turn}th edit\n`)
    if (turn % 3 === 0) {
      const text = await readFile(iiko, "utf8")
      await writeFile(iiko, text.replace(/timeout: \d+m/, `timeout: ${1 + (turn % 9)}m`))
    }
    if (turn % 8 === 0) {
      const text = await readFile(bot, "utf8")
      await writeFile(bot, text.replace(/numberPrefix: TR\d*-/, `numberPrefix: TR${turn}-`))
    }
  })
  const reload = Effect.suspend(() =>
    turn % 2 === 0
      ? Effect.sync(() => place.daemon.kill("SIGHUP"))
      : ask(reloads, `${place.origin}/api/v1/reload`, { method: "POST", headers: authorised }, [200, 422])
  )
  yield* every(Effect.andThen(change, reload), "15 seconds")
  return reloads
})
