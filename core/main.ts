#!/usr/bin/env node
/**
 * Tributary: keeps a PostgreSQL database an honest mirror of outside systems. What follows is imported after the cache
 * for compiled code is on: that saves a third of the start and the memory of stripping types.
 */
import { enableCompileCache } from "node:module"
import { setFlagsFromString } from "node:v8"
import { releaseSignals } from "./cli/Signals.ts"

enableCompileCache()
// The heap of a large sync is nearly all garbage. Left alone it grows to several times what is in use, because memory is
// free elsewhere; a daemon beside other programs collects sooner, for a few per cent of time.
// The size of the young generation must be set before it grows; that of the old one after the program is loaded.
setFlagsFromString("--semi-space-growth-factor=1")

const [NodeRuntime, { program }] = await Promise.all([
  import("@effect/platform-node/NodeRuntime"),
  import("./cli/Program.ts")
])
setFlagsFromString("--heap-growing-percent=20")

NodeRuntime.runMain(program)
releaseSignals()
