/** `PROOF_SEED=<seed of a failed case> PROOF_CASES=1` repeats it; more cases dig deeper. */
import { randomInt } from "node:crypto"
import { Config } from "effect"

export const options = (usual: number) =>
  Config.all({
    seed: Config.Int("PROOF_SEED").pipe(Config.withDefault(randomInt(1_000_000_000))),
    cases: Config.Int("PROOF_CASES").pipe(Config.withDefault(usual))
  })
