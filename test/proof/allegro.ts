/**
 * Compares what the Allegro connector sends, and what its sandbox answers, with Allegro's own description of its API:
 * `npm run proof:allegro -- description.yaml`, by default the one that Allegro publishes. It fetches Prism from npm and
 * runs `allegroDescription.test.ts` with it.
 */
import { resolve } from "node:path"
import { proveWith } from "./fetched.ts"

const [given] = process.argv.slice(2)
const description = given === undefined ? "https://developer.allegro.pl/swagger.yaml" : resolve(given)

proveWith("@stoplight/prism-cli@5.16.0", "test/proof/allegroDescription.test.ts", (folder) => ({
  PRISM: folder,
  ALLEGRO_DESCRIPTION: description
}))
