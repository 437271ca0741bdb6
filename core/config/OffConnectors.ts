/** What is of connectors that their files leave out. */
import type { OffConnector } from "./Declarations.ts"
import type { Step } from "./JobDeclaration.ts"
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
export const isIdle = (steps: ReadonlyArray<Step>, off: ReadonlyArray<OffConnector>): boolean =>
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
