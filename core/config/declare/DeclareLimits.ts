/** The limits of a connector: what its file says, else what its vendor is known to allow. */
import { reason } from "../../reason/Reason.ts"
import type { Limits } from "../Declarations.ts"
import type { Problems, Span } from "../files/Problems.ts"
import { type CommonYaml, type ConnectorSchema, readsPerAccount } from "../schema/ConnectorYaml.ts"

/** The known limit of a vendor does not apply to another declared rate. */
export const limitsOf = ({ limits }: CommonYaml, type: ConnectorSchema | undefined): Limits =>
  limits.rate === undefined ? { ...type?.defaultLimits, ...limits } : limits

/** `at` finds a key below `limits`. */
export const checkLimits = (
  limits: Limits,
  type: ConnectorSchema | undefined,
  problems: Problems,
  at: (path: ReadonlyArray<string>) => Span
): void => {
  const { perAccount } = limits
  checkBurst(limits, [], problems, at)
  if (perAccount === undefined) return
  checkBurst(perAccount, ["perAccount"], problems, at)
  if (type === undefined || readsPerAccount(type)) return
  problems.report(at(["perAccount"]), reason("limits.noAccounts", { type: type.type }))
}

const checkBurst = (
  { burst, rate }: Pick<Limits, "burst" | "rate">,
  path: ReadonlyArray<string>,
  problems: Problems,
  at: (path: ReadonlyArray<string>) => Span
): void => {
  if (burst === undefined || rate !== undefined) return
  problems.report(at([...path, "burst"]), reason("limits.noRate"), reason("limits.addRate"))
}
