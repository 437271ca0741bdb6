/**
 * `PROOF_SEED=<seed of a failed case> PROOF_CASES=1` repeats it. Without a seed the cases are always the same, so that
 * a change is tested against what passed before it; `npm run proof` tries others.
 */
import { Config } from "effect"

export const options = (usual: number) =>
  Config.all({
    seed: Config.Int("PROOF_SEED").pipe(Config.withDefault(900_100)),
    cases: Config.Int("PROOF_CASES").pipe(Config.withDefault(usual))
  })
