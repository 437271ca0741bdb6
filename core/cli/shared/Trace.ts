/** `--trace`: each request and answer of a command, on standard error. */
import { Effect } from "effect"
import { CurrentWireTrace, WireTrace } from "../../upstream/exchange/WireTrace.ts"
import { type Output, Terminal } from "../render/terminal/Terminal.ts"
import * as TraceView from "../render/views/TraceView.ts"

/** Runs with the trace if it is wanted. */
export const withWireTrace =
  (isWanted: boolean) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Terminal, ({ err }) => {
      const tell = new WireTrace((exchanged) =>
        Effect.flatMap(err.screen, (screen) => err.write(`${TraceView.render(exchanged, screen)}\n`))
      )
      return isWanted ? Effect.provideService(effect, CurrentWireTrace, tell) : effect
    })

/** The output for progress: what is redrawn in place and a trace would overwrite each other. */
export const withoutRedraw = (output: Output, isTraced: boolean): Output =>
  isTraced ? { ...output, screen: Effect.map(output.screen, (screen) => ({ ...screen, live: false })) } : output
