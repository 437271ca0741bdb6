/** The process that reads the vendor: told how to use memory as the program itself is (core/main.ts), then `reads.ts`. */
import { enableCompileCache } from "node:module"
import { setFlagsFromString } from "node:v8"

enableCompileCache()
setFlagsFromString("--semi-space-growth-factor=1")
await import("./reads.ts")
