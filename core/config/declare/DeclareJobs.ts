/** Turns `jobs.yaml` into declarations; each selector must select something, each action must exist. */
import { Duration } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Problems, Source } from "../files/Problems.ts"
import { type Environment, resolveReferences } from "../files/References.ts"
import { locate, type Path, type TreeMap } from "../files/Tree.ts"
import { parse } from "../files/Yaml.ts"
import { hashOf } from "../Hash.ts"
import { type JobDeclaration, type Step, trimmedTables } from "../JobDeclaration.ts"
import { withKnownNames, withNearest } from "../Nearest.ts"
import { parseSelector } from "../RunTarget.ts"
import { Schedule } from "../Schedule.ts"
import { matches } from "../Selector.ts"
import { decode } from "../schema/Decode.ts"
import { JobYaml, type StepYaml } from "../schema/JobsYaml.ts"
import { checkInput, type DeclaredAction } from "./DeclareActions.ts"
import { namePattern, nameRule } from "./NameRules.ts"

export interface DeclareJobsOptions {
  readonly environment: Environment
  /** The names of all secrets. */
  readonly secrets: ReadonlySet<string>
  /** The daemon's time zone, unless a job has its own. */
  readonly timezone: string
  /** The ids of all entities; `name.*` for a connector too broken to know its own. */
  readonly known: ReadonlyArray<string>
  /** The ids of the entities of connectors with accounts. */
  readonly perAccount: ReadonlyArray<string>
  /** Those without windows, of which no period can be read. */
  readonly windowless: ReadonlyArray<string>
  /** Those that only get new rows, behind a cursor: what is deleted does not come again. */
  readonly growing: ReadonlyArray<string>
  readonly actions: ReadonlyArray<DeclaredAction>
  /** The ids of all exports, as above. */
  readonly exports: ReadonlyArray<string>
}

export const declareJobs = (
  source: Source | undefined,
  options: DeclareJobsOptions,
  problems: Problems
): ReadonlyArray<JobDeclaration> => {
  const tree = source === undefined ? undefined : parse(source, problems)
  if (tree === undefined) return []
  const resolved = resolveReferences(tree, options.environment, problems, options.secrets)
  return [...resolved.entries].flatMap(([name, { key, value }]) => {
    if (!namePattern.test(name)) problems.report(key, reason("name.job", { name }), nameRule)
    if (value._tag !== "Map") {
      problems.reportNotMap(key, '{ schedule: "0 7 * * *", steps: [{ sync: ["*"] }] }')
      return []
    }
    const yaml = decode(JobYaml, value, problems, { owner: key, section: "job" })
    if (yaml === undefined) return []
    const steps = new Steps(value, options, problems).declare(yaml.steps, ["steps"])
    const timezone = yaml.timezone ?? options.timezone
    return { ...yaml, name, schedule: new Schedule(yaml.schedule, timezone), steps, hash: hashOf(value, { timezone }) }
  })
}

class Steps {
  readonly #job: TreeMap
  readonly #known: ReadonlyArray<string>
  readonly #perAccount: ReadonlyArray<string>
  readonly #windowless: ReadonlyArray<string>
  readonly #growing: ReadonlyArray<string>
  readonly #actions: ReadonlyArray<DeclaredAction>
  readonly #exports: ReadonlyArray<string>
  readonly #problems: Problems

  constructor(
    job: TreeMap,
    {
      actions,
      exports,
      growing,
      known,
      perAccount,
      windowless
    }: Omit<DeclareJobsOptions, "environment" | "secrets" | "timezone">,
    problems: Problems
  ) {
    this.#job = job
    this.#known = known
    this.#perAccount = perAccount
    this.#windowless = windowless
    this.#growing = growing
    this.#actions = actions
    this.#exports = exports
    this.#problems = problems
  }

  declare(steps: ReadonlyArray<StepYaml>, path: Path): ReadonlyArray<Step> {
    return steps.flatMap((step, at) => this.#step(step, [...path, at]) ?? [])
  }

  #step(step: StepYaml, path: Path): Step | undefined {
    const belongs = (name: string) =>
      (name === "input" && step.action !== undefined) || (name === "period" && step.sync !== undefined)
    const names = Object.keys(step).filter((name) => !belongs(name))
    if (names.length !== 1) {
      const found = names.length === 0 ? reason("value.nothing") : reason("value.only", { name: names.join(", ") })
      this.#report(path, reason("job.oneThing", { found }))
    } else if (step.input !== undefined && step.action === undefined) {
      this.#report([...path, "input"], reason("job.input"))
    } else if (step.period !== undefined && step.sync === undefined) {
      this.#report([...path, "period"], reason("job.periodAlone"))
    }
    if (step.export !== undefined) {
      const exports = [step.export].flat()
      for (const [at, id] of exports.entries()) this.#checkExport(id, [...path, "export", at])
      return { _tag: "Export", exports }
    }
    if (step.sync !== undefined) {
      for (const [at, selector] of step.sync.entries()) this.#check(selector, [...path, "sync", at])
      if (step.period === undefined) return { _tag: "Sync", selectors: step.sync }
      this.#checkPeriod(step.sync, [...path, "period"])
      return { _tag: "Sync", selectors: step.sync, period: step.period }
    }
    if (step.parallel !== undefined) {
      return { _tag: "Parallel", steps: this.declare(step.parallel, [...path, "parallel"]) }
    }
    if (step.action !== undefined) {
      this.#checkAction(step.action, path)
      return { _tag: "Action", action: step.action, input: step.input ?? {} }
    }
    return step.trim === undefined ? undefined : this.#trim(step.trim, [...path, "trim"])
  }

  #trim({ maxAge, maxRows, table }: NonNullable<StepYaml["trim"]>, path: Path): Step {
    if (maxAge === undefined && maxRows === undefined) this.#report(path, reason("job.trimsNothing"))
    const own = trimmedTables.find((one) => one === table)
    if (own !== undefined) {
      const bounds = { ...(maxAge === undefined ? {} : { maxAge }), ...(maxRows === undefined ? {} : { maxRows }) }
      return { _tag: "Trim", trim: { table: own, ...bounds } }
    }
    this.#check(table, [...path, "table"])
    if (this.#known.includes(table) && !this.#growing.includes(table)) {
      this.#report([...path, "table"], reason("job.trimComesAgain", { entity: table }))
    }
    if (maxRows !== undefined) this.#report([...path, "maxRows"], reason("job.trimByAge", { entity: table }))
    return { _tag: "TrimEntity", entity: table, maxAge: maxAge ?? Duration.infinity }
  }

  #checkPeriod(selectors: ReadonlyArray<string>, path: Path): void {
    const parsed = selectors.map(parseSelector)
    const selects = (isExcluded: boolean, id: string) =>
      parsed.some(({ excludes, pattern }) => excludes === isExcluded && matches(pattern, id))
    const found = this.#windowless.find((id) => selects(false, id) && !selects(true, id))
    if (found !== undefined) this.#report(path, reason("job.noPeriod", { entity: found }))
  }

  #checkExport(id: string, path: Path): void {
    if (this.#exports.includes(id)) return
    if (this.#exports.some((known) => known.endsWith(".*") && matches(known, id))) return
    this.#report(path, withKnownNames(reason("job.noExport", { id }), id, this.#exports))
  }

  #checkAction(id: string, path: Path): void {
    const known = this.#actions.find((action) => action.id === id)
    if (known === undefined) {
      if (this.#actions.some((action) => action.id.endsWith(".*") && matches(action.id, id))) return
      const ids = this.#actions.map((action) => action.id)
      this.#report([...path, "action"], withKnownNames(reason("job.noAction", { id }), id, ids))
      return
    }
    if (!known.ready) {
      const [connector, name] = id.split(".")
      const [what, file] = [`actions: { ${name}: … }`, `connectors/${connector}.yaml`]
      this.#report([...path, "action"], reason("job.tellMore", { id, what, file }))
    }
    const { value } = locate(this.#job, [...path, "input"])
    const { span } = locate(this.#job, [...path, "action"]).value
    const step = locate(this.#job, path).value
    checkInput(known, value._tag === "Map" && value !== step ? value : undefined, span, this.#problems)
  }

  /** Names that a broken connector would have declared are not reported as missing. */
  #check(selector: string, path: Path): void {
    const { account, pattern } = parseSelector(selector)
    const [connector = ""] = pattern.split(".")
    const broken = this.#known.some((id) => id.endsWith(".*") && matches(connector, id.slice(0, -2)))
    if (broken) return
    if (!this.#known.some((id) => matches(pattern, id))) {
      this.#report(path, withNearest(reason("unknown.selector", { selector }), pattern, this.#known))
    } else if (account !== undefined && !this.#perAccount.some((id) => matches(pattern, id))) {
      this.#report(path, reason("unknown.account", { account, selector: pattern }))
    }
  }

  /** Reports nothing at a place that already has a problem. */
  #report(path: Path, why: Reason): void {
    const { span } = locate(this.#job, path).value
    if (!this.#problems.has(span)) this.#problems.report(span, why)
  }
}
