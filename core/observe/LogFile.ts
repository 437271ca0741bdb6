/**
 * The log in a file that is rotated by size: `tributary.log`, before it `tributary.log.1` and so on. A line is whole in
 * one of them. A file that cannot be written never stops anything: that is reported once, and tried again.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import { basename, dirname } from "node:path"
import { Duration, Effect } from "effect"
import { createStream, type RotatingFileStream } from "rotating-file-stream"

export interface LogFileOptions {
  readonly path: string
  /** The size in bytes after which a new file begins; the line that exceeds it is still written. */
  readonly size: number
  /** The number of older files to keep beside the current one. */
  readonly keep: number
  /** Called when the file can no longer be written, and when it can again. */
  readonly onState: (message: string) => void
}

const pauseMillis = Duration.toMillis("10 seconds")

/** The bytes that may wait for a disk that does not answer; beyond that, lines are dropped to save memory. */
const maxWaiting = 8 * 1024 * 1024

export class LogFile {
  readonly #options: LogFileOptions
  #stream: RotatingFileStream | undefined
  #lost = 0
  #retryAt = 0
  #failing = false

  constructor(options: LogFileOptions) {
    this.#options = options
  }

  /** `now` is in milliseconds: after a failure the file is not tried again for a while. */
  write(line: string, now: number): void {
    const stream = this.#stream ?? (now >= this.#retryAt ? this.#open(now) : undefined)
    if (stream === undefined || stream.writableLength > maxWaiting) {
      this.#lost += 1
      return
    }
    stream.write(`${line}\n`, (error) => this.#written(error))
  }

  /** Ends when every written line is in the file, or after two seconds. */
  readonly close = Effect.callback<void>((resume) => {
    const stream = this.#stream
    this.#stream = undefined
    if (stream === undefined) resume(Effect.void)
    else stream.end(() => resume(Effect.void))
  }).pipe(Effect.timeoutOption("2 seconds"), Effect.asVoid)

  #open(now: number): RotatingFileStream {
    const { keep, path, size } = this.#options
    const stream = createStream(basename(path), { path: dirname(path), size: `${size}B`, rotate: keep })
    stream.on("error", (error) => this.#failed(stream, error, now))
    if (endsTorn(path)) stream.write("\n")
    this.#stream = stream
    return stream
  }

  #written(error: Error | null | undefined): void {
    if (error) {
      this.#lost += 1
      return
    }
    if (this.#failing) this.#options.onState(`the log file is written again; ${this.#lost} lines are missing in it`)
    this.#failing = false
    this.#lost = 0
  }

  #failed(stream: RotatingFileStream, error: Error, openedAt: number): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    this.#retryAt = openedAt + pauseMillis
    if (this.#failing) return
    this.#failing = true
    this.#options.onState(`the log file ${this.#options.path} cannot be written: ${error.message}`)
  }
}

/** Whether the last line was cut off by a full disk or a killed machine. */
const endsTorn = (path: string): boolean => {
  try {
    const file = openSync(path, "r")
    try {
      const { size } = fstatSync(file)
      const last = Buffer.alloc(1)
      return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
