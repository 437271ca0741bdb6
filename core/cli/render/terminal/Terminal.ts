/** The two output streams of the process: their width, whether somebody watches, whether they have colours. */
import { createInterface } from "node:readline/promises"
import type { WriteStream } from "node:tty"
import { Context, Deferred, Effect, Layer } from "effect"
import { escapeView } from "../../../observe/SafeText.ts"
import { redact } from "../../../observe/Secrets.ts"
import { coloured, plain, type View } from "./Style.ts"

export interface Screen extends View {
  readonly height: number
  /** Whether somebody watches and the cursor can be moved. */
  readonly live: boolean
}

export interface Output {
  /** Read again for every frame, because windows are resized. */
  readonly screen: Effect.Effect<Screen>
  /**
   * Writes text without any known secret, and without characters that only a vendor would send to a terminal. Returns
   * when the text is handed to the system, so that a pipe gets all of it before the process ends.
   */
  readonly write: (text: string) => Effect.Effect<void>
  /** Completes when nobody can read the stream any more. */
  readonly closed: Effect.Effect<void>
}

type Environment = Readonly<Record<string, string | undefined>>

/** `NO_COLOR` overrides `FORCE_COLOR`, as in the built-in help; without a window, `COLUMNS` applies. */
export const detect = (
  environment: Environment,
  stream: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }
): Screen => {
  const { NO_COLOR = "", FORCE_COLOR = "", COLUMNS, TERM } = environment
  const live = stream.isTTY === true && TERM !== "dumb"
  const wanted = FORCE_COLOR === "" ? live : FORCE_COLOR !== "0" && FORCE_COLOR !== "false"
  return {
    // `||`, not `??`: some pseudo-terminals report a width of 0.
    width: stream.columns || Number(COLUMNS) || (stream.isTTY === true ? 80 : Number.POSITIVE_INFINITY),
    height: stream.rows || 24,
    live,
    style: NO_COLOR === "" && wanted ? coloured : plain
  }
}

export class Terminal extends Context.Service<Terminal, { readonly out: Output; readonly err: Output }>()(
  "tributary/core/cli/render/terminal/Terminal"
) {
  static readonly layer = Layer.sync(Terminal, () =>
    Terminal.of({ out: output(process.stdout), err: output(process.stderr) })
  )
}

const output = (stream: WriteStream): Output => {
  // A reader that ends (`| head`) ends the writing, not the process. The listener stays for the life of the process:
  // the event follows the callback of the write, when a scope might already be closed.
  const closed = Deferred.makeUnsafe<void>()
  stream.on("error", () => Deferred.doneUnsafe(closed, Effect.void))
  return {
    closed: Deferred.await(closed),
    screen: Effect.sync(() => detect(process.env, stream)),
    write: (text) =>
      Effect.callback((resume) => {
        stream.write(escapeView(redact(text)), () => resume(Effect.void))
      })
  }
}

/**
 * Asks the person at the terminal for a line; undefined if nobody is there. On standard error, because standard
 * output may go into a file.
 */
export const typedLine = () =>
  process.stdin.isTTY === true && process.stderr.isTTY === true
    ? (question: string) =>
        Effect.tryPromise(async (signal) => {
          const lines = createInterface({ input: process.stdin, output: process.stderr })
          try {
            return await lines.question(escapeView(redact(question)), { signal })
          } finally {
            lines.close()
          }
        }).pipe(Effect.orElseSucceed((): string | undefined => undefined))
    : undefined
