/**
 * Runs the random models for any length of time: `npm run proof -- --minutes 30 --seed 1`, or one of them: `--only daemons`.
 * Each round has its own seed; the first round that disagrees ends it, and prints how to repeat it.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const models = ["model", "paged", "incremental", "skipped", "foreign", "presses", "daemons", "alerts", "versions"]
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    only: { type: "string", multiple: true, default: models }
  }
})
const minutes = Number(values.minutes)
const first = Number(values.seed)
const isKnown = values.only.every((name) => models.includes(name))
if (!(minutes > 0) || !Number.isSafeInteger(first) || !isKnown) {
  console.error(`Usage: npm run proof -- [--minutes 30] [--seed 1] [--only ${models.join("|")}]...`)
  process.exit(2)
}

const root = fileURLToPath(new URL("../..", import.meta.url))
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url))
const round = 100
const files = values.only.map((name) => `test/proof/${name}.test.ts`)
const ends = performance.now() + minutes * 60_000

let cases = 0
let failed = false
for (let seed = first; performance.now() < ends && !failed; seed += round) {
  const running = spawn(process.execPath, [vitest, "run", "--no-file-parallelism", ...files], {
    cwd: root,
    env: { ...process.env, PROOF_SEED: String(seed), PROOF_CASES: String(round) },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const output: Array<Buffer> = []
  running.stdout.on("data", (chunk: Buffer) => output.push(chunk))
  const [code] = await once(running, "close")
  failed = code !== 0
  if (failed) process.stdout.write(Buffer.concat(output))
  else cases += round * files.length
  const left = Math.max(0, Math.round((ends - performance.now()) / 60_000))
  console.log(
    `seeds ${seed} to ${seed + round - 1}: ${failed ? "disagree" : "fine"}; ${cases} cases so far, ${left} min left`
  )
}
console.log(`${cases} cases from seed ${first}: ${failed ? "the last round disagrees" : "all as the models say"}`)
process.exit(failed ? 1 : 0)
