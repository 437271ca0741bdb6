/** What is of connectors that their files leave out. */
import { combineReasons, type Reason, reason, render } from "../reason/Reason.ts"
import type { OffConnector } from "./Declarations.ts"
import type { JobDeclaration, Step } from "./JobDeclaration.ts"
import { parseSelector } from "./RunTarget.ts"

/** The connector of a selector, an action or an export, if it is off. */
export const offConnector = (id: string, off: ReadonlyArray<OffConnector>): OffConnector | undefined => {
  const [connector] = parseSelector(id).pattern.split(".")
  return off.find(({ name }) => name === connector)
}

/** Those that are not of a connector which is off. */
export const selectorsOn = (ids: ReadonlyArray<string>, off: ReadonlyArray<OffConnector>): ReadonlyArray<string> =>
  ids.filter((id) => offConnector(id, off) === undefined)

/** Whether all that the steps name is of connectors which are off. */
const isIdle = (steps: ReadonlyArray<Step>, off: ReadonlyArray<OffConnector>): boolean =>
  steps.every((step) => isIdleStep(step, off))

const isIdleStep = (step: Step, off: ReadonlyArray<OffConnector>): boolean => {
  switch (step._tag) {
    case "Sync": {
      const on = selectorsOn(step.selectors, off)
      return on.length < step.selectors.length && on.every((selector) => parseSelector(selector).excludes)
    }
    case "Action":
      return offConnector(step.action, off) !== undefined
    case "Export":
      return selectorsOn(step.exports, off).length === 0
    case "Parallel":
      return isIdle(step.steps, off)
    case "TrimEntity":
      return offConnector(step.entity, off) !== undefined
    case "Trim":
      return false
  }
}

/** What a step names: selectors, or ids. */
const namesIn = (step: Step): ReadonlyArray<string> => {
  switch (step._tag) {
    case "Sync":
      return step.selectors
    case "Action":
      return [step.action]
    case "Export":
      return step.exports
    case "Parallel":
      return step.steps.flatMap(namesIn)
    case "TrimEntity":
      return [step.entity]
    case "Trim":
      return []
  }
}

/** The job, which does not run by itself if all its steps are of connectors which are off. */
export const restIfOff = (job: JobDeclaration, off: ReadonlyArray<OffConnector>): JobDeclaration => {
  if (!job.enabled || !isIdle(job.steps, off)) return job
  const found = new Set(job.steps.flatMap(namesIn).flatMap((id) => offConnector(id, off) ?? []))
  const whys = [...found].map(({ name, reason: why }) => reason("connector.isOff", { name, why }))
  return { ...job, enabled: false, restsFor: combineReasons(whys) }
}

/** The jobs that rest because of connectors which are off; those with the same reason together. */
export const restingJobs = (jobs: ReadonlyArray<JobDeclaration>): ReadonlyArray<Reason> => {
  const resting = jobs.flatMap(({ name, restsFor }) => (restsFor === undefined ? [] : [{ name, why: restsFor }]))
  const groups = Map.groupBy(resting, ({ why }) => render(why))
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map(({ why }) => {
      const names = group.map(({ name }) => name)
      return reason("rest.jobs", { jobs: names.join(", "), why })
    })
  )
}
