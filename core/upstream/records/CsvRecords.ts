/**
 * The records of CSV. The pages of one read repeat the header line. A header that lacks names of the first one is not a
 * page of this list: an error sent as a line of text would otherwise be read as a header without rows. Without a header
 * the first row must have every cell that a column reads, for the same reason. A row whose
 * number of cells differs from the header is an unreadable record, identified by its line.
 */
import { Array as Arr, Cause, Channel, Effect, Pull } from "effect"
import type { Column } from "../../config/Column.ts"
import type { CsvForm, Separator } from "../../config/Entity.ts"
import { ownTokens } from "../../config/Pointer.ts"
import { reason } from "../../reason/Reason.ts"
import { MemoryLimitExceeded } from "../exchange/MemoryLimits.ts"
import type { Batch, SourceRecord, UpstreamError } from "../Source.ts"
import { withHint } from "./CsvHints.ts"
import { CsvFault, type CsvRow, CsvRows } from "./CsvRows.ts"
import { SkippedLines } from "./SkippedLines.ts"
import { unreadable } from "./UnreadableRecord.ts"

/** The names in the first header of a read. */
export interface CsvHeader {
  names?: ReadonlyArray<string>
}

export interface CsvOptions {
  readonly header: CsvHeader
  /** The maximum length of one record, in characters. */
  readonly most: number
  /** Absent: the separator that is most frequent in the header line. */
  readonly separator?: Separator | undefined
  readonly form?: CsvForm | undefined
  /** A header that contains none of their fields is rejected. */
  readonly columns?: ReadonlyArray<Column> | undefined
  /** For a header without their fields: the beginning of the answer, and the charset in which it was read. */
  readonly answer?: { readonly head: string; readonly charset: { readonly name: string } }
}

const plainNames = (cells: ReadonlyArray<string>): ReadonlyArray<string> =>
  cells.map((cell, at) => cell.trim() || `column_${at + 1}`)

const timesIn = (names: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  const times = new Map<string, number>()
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1)
  return times
}

/**
 * The column names without surrounding spaces. An empty name becomes the position of its column; equal names get a
 * number.
 */
const namesOf = (cells: ReadonlyArray<string>): ReadonlyArray<string> => {
  const plain = plainNames(cells)
  const times = timesIn(plain)
  const taken = new Set(plain)
  return plain.map((name) => {
    if ((times.get(name) ?? 0) < 2) return name
    let n = 1
    while (taken.has(`${name}_${n}`)) n++
    taken.add(`${name}_${n}`)
    return `${name}_${n}`
  })
}

/** The fields that columns take from the record itself. */
const fieldsOf = (columns: ReadonlyArray<Column>): ReadonlyArray<string> =>
  ownTokens(columns).flatMap(([field]) => field ?? [])

/** The fields of columns that a header lacks, though the source is to send them. */
const lackingIn = (names: ReadonlyArray<string>, columns: ReadonlyArray<Column>): ReadonlyArray<string> =>
  columns.flatMap((column) => {
    const fields = column.optional === true ? [] : fieldsOf([column])
    return fields.some((field) => names.includes(field)) ? [] : fields.slice(0, 1)
  })

const yamlText = (name: string): string => (/^[\p{L}_][\p{L}\p{N}_ -]*$/u.test(name) ? name : JSON.stringify(name))

/** Returns the names of a header. Throws if the header does not belong to this list. */
const checked = ({ broken, cells, line }: CsvRow, { columns = [], header }: CsvOptions): ReadonlyArray<string> => {
  if (broken) throw new CsvFault({ reason: reason("answer.brokenHeader", { line }) })
  const names = namesOf(cells)
  header.names ??= names
  const lacking = header.names.filter((name) => !names.includes(name))
  if (lacking.length > 0) throw new CsvFault({ reason: reason("answer.otherHeader", { names: lacking.join(", ") }) })
  const fields = fieldsOf(columns)
  const plain = plainNames(cells)
  for (const [name, count] of timesIn(plain)) {
    if (count < 2 || !fields.includes(name)) continue
    // Another column may have the name with 1 already.
    const from = names[plain.indexOf(name)] ?? name
    throw new CsvFault({ reason: reason("answer.alikeHeader", { name, count, example: `from: ${yamlText(from)}` }) })
  }
  const missed = names.every((name) => name.isWellFormed()) ? [] : lackingIn(names, columns)
  if (missed.length > 0) {
    throw new CsvFault({ reason: reason("answer.brokenNames", { fields: missed.join(", ") }) })
  }
  if (fields.length > 0 && !fields.some((field) => names.includes(field))) {
    throw new CsvFault({ reason: reason("answer.noHeader", { fields: fields.join(", ") }) })
  }
  return names
}

/** The names of the cells of a file without a header: the first row of a read decides how many they are. */
const positionsOf = ({ cells }: CsvRow, { columns = [], header }: CsvOptions): ReadonlyArray<string> => {
  const names = header.names ?? cells.map((_, at) => `column_${at + 1}`)
  const lacking = lackingIn(names, columns)
  if (lacking.length > 0) {
    throw new CsvFault({ reason: reason("answer.fewCells", { cells: cells.length, fields: lacking.join(", ") }) })
  }
  header.names = names
  return names
}

const isBlank = (cells: ReadonlyArray<string>): boolean => {
  for (const cell of cells) if (cell !== "" && cell.trim() !== "") return false
  return true
}

const maxShown = 100

class CsvTable {
  readonly #options: CsvOptions
  readonly #hasHeader: boolean
  #names: ReadonlyArray<string> | undefined
  /** Plain assignment is faster, but assigning `__proto__` would set the prototype. */
  #assignable = false

  constructor(options: CsvOptions) {
    this.#options = options
    this.#hasHeader = options.form?.header !== false
  }

  /** Whether not even a header came. Without headers, an answer without rows is an empty list. */
  get isBlank(): boolean {
    return this.#names === undefined && this.#hasHeader
  }

  take(row: CsvRow, out: Array<SourceRecord>): void {
    const { broken, cells } = row
    if (this.#names === undefined && !this.#hasHeader && !isBlank(cells)) {
      this.#names = positionsOf(row, this.#options)
      this.#assignable = true
    }
    const names = this.#names
    if (names === undefined) {
      if (!this.#hasHeader) return
      this.#names = checked(row, this.#options)
      this.#assignable = !this.#names.includes("__proto__")
    } else if (!broken && names.length > 1 && (isBlank(cells) || (this.#hasHeader && this.#isHeader(cells, names))))
      return
    else if (broken || cells.length !== names.length) out.push(notAsHeader(row, names))
    else out.push(this.#recordOf(cells, names))
  }

  /** Concatenated files repeat the header, with a byte order mark before it. */
  #isHeader(cells: ReadonlyArray<string>, names: ReadonlyArray<string>): boolean {
    return cells[0]?.trim() === names[0] && cells.length === names.length && String(namesOf(cells)) === String(names)
  }

  #recordOf(cells: ReadonlyArray<string>, names: ReadonlyArray<string>): SourceRecord {
    if (!this.#assignable) return Object.fromEntries(names.map((name, at) => [name, cells[at]]))
    const record: Record<string, string> = {}
    for (let at = 0; at < names.length; at++) record[names[at] ?? ""] = cells[at] ?? ""
    return record
  }
}

/**
 * In a row on one line, the first cell is certain; the others may be shifted. A row that spans lines, or has an extra
 * quotation mark, may have swallowed whole rows, so none of its cells is certain.
 */
const notAsHeader = ({ broken, cells, line, spans }: CsvRow, names: ReadonlyArray<string>): SourceRecord => {
  const why = broken
    ? reason("reject.quotes", { line })
    : reason("reject.cells", { line, cells: cells.length, names: names.length })
  const [name = ""] = names
  return unreadable(why, { line, cells: cells.slice(0, maxShown) }, broken || spans ? {} : { [name]: cells[0] })
}

/** Characters of the header that are held for a hint. */
const maxHead = 1 << 16

type Texts = Arr.NonEmptyReadonlyArray<string>
type Fault = CsvFault | MemoryLimitExceeded
type Records = Pull.Pull<Batch, Fault | UpstreamError, boolean>

/** The channel ends with whether the answer was empty, without even a header. */
export const csvRecords = (
  options: CsvOptions
): Channel.Channel<Batch, Fault | UpstreamError, boolean, Texts, UpstreamError, void> =>
  Channel.fromTransform((upstream: Pull.Pull<Texts, UpstreamError, void>, _scope) =>
    Effect.sync(() => {
      const rows = new CsvRows(options.separator, options.most, options.form)
      const skipped = new SkippedLines(options.form?.skipRows ?? 0)
      const table = new CsvTable(options)
      let ended = false
      /** The text until the header is known. */
      let head = ""
      const explain = (fault: CsvFault): CsvFault => {
        const { answer, columns = [], form } = options
        const fields = fieldsOf(columns)
        if (answer === undefined || fields.length === 0 || !table.isBlank) return fault
        const { charset, head: beginning } = answer
        const hints = { fields, beginning, charset: charset.name, skipRows: form?.skipRows ?? 0 }
        return new CsvFault({ reason: withHint(fault.reason, head, hints) })
      }
      const emit = (read: (out: Array<CsvRow>) => void): Records => {
        const [parsed, out]: [Array<CsvRow>, Array<SourceRecord>] = [[], []]
        try {
          read(parsed)
          for (const row of parsed) table.take(row, out)
        } catch (error) {
          if (error instanceof CsvFault) return Effect.fail(explain(error))
          if (error instanceof MemoryLimitExceeded) return Effect.fail(error)
          throw error
        }
        return Arr.isArrayNonEmpty(out) ? Effect.succeed(out) : pull
      }
      const pull: Records = Effect.suspend(() =>
        ended
          ? Cause.done(table.isBlank)
          : Pull.matchEffect(upstream, {
              onSuccess: (texts) =>
                emit((out) => {
                  for (const text of texts) {
                    const behind = skipped.behind(text)
                    if (table.isBlank && head.length < maxHead) head += behind
                    rows.feed(behind, out)
                  }
                }),
              onFailure: Effect.failCause,
              onDone: () => {
                ended = true
                return emit((out) => {
                  // An answer that ends before its list begins is no list, but perhaps a message.
                  if (skipped.isShort) throw new CsvFault({ reason: reason("answer.onlySkipped") })
                  rows.end(out)
                })
              }
            })
      )
      return pull
    })
  )
