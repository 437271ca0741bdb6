/** The part of formulas that such sheets use: arithmetic, text, references, and SUM over ranges. */
import * as A1 from "../A1.ts"
import { cellAt } from "./Grid.ts"
import type { SheetState, SpreadsheetState, Value } from "./Model.ts"

/** The result of a failed formula. */
class FormulaError {
  readonly code: string
  constructor(code: string) {
    this.code = code
  }
}

type Result = Value | undefined | FormulaError

const token =
  /\s*(?:(\d+(?:[.,]\d+)?)|"((?:[^"]|"")*)"|((?:'(?:[^']|'')+'|[\p{L}\d_]+)!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?|\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)|(#REF!)|([A-Z]+)(?=\()|([-+*/&();]|,))/uy

/** A deeper formula refers to itself. */
const maxDepth = 50

export const evaluate = (book: SpreadsheetState, sheet: SheetState, formula: string): Value => {
  const result = compute(book, sheet, formula, 0)
  return result instanceof FormulaError ? result.code : (result ?? 0)
}

const compute = (book: SpreadsheetState, sheet: SheetState, formula: string, depth: number): Result => {
  if (depth > maxDepth) return new FormulaError("#REF!")
  const tokens = tokensOf(formula.slice(1))
  if (tokens === undefined) return new FormulaError("#ERROR!")
  return new Parser(book, sheet, tokens, depth).run()
}

const tokensOf = (text: string): ReadonlyArray<RegExpExecArray> | undefined => {
  const found: Array<RegExpExecArray> = []
  const scanner = new RegExp(token)
  while (scanner.lastIndex < text.trimEnd().length) {
    const next = scanner.exec(text)
    if (next === null) return undefined
    found.push(next)
  }
  return found
}

class Parser {
  private readonly book: SpreadsheetState
  private readonly sheet: SheetState
  private readonly tokens: ReadonlyArray<RegExpExecArray>
  private readonly depth: number
  private at = 0

  constructor(book: SpreadsheetState, sheet: SheetState, tokens: ReadonlyArray<RegExpExecArray>, depth: number) {
    this.book = book
    this.sheet = sheet
    this.tokens = tokens
    this.depth = depth
  }

  run(): Result {
    const result = this.joined()
    return this.at < this.tokens.length && !(result instanceof FormulaError) ? new FormulaError("#ERROR!") : result
  }

  private operator(choices: string): string | undefined {
    const sign = this.tokens[this.at]?.[6]
    if (sign === undefined || !choices.includes(sign)) return undefined
    this.at++
    return sign
  }

  private joined(): Result {
    let left = this.sum()
    while (this.operator("&") !== undefined) {
      const right = this.sum()
      if (left instanceof FormulaError) return left
      if (right instanceof FormulaError) return right
      left = `${left ?? ""}${right ?? ""}`
    }
    return left
  }

  private sum(): Result {
    let left = this.product()
    for (let sign = this.operator("+-"); sign !== undefined; sign = this.operator("+-")) {
      left = arithmetic(sign, left, this.product())
    }
    return left
  }

  private product(): Result {
    let left = this.operand()
    for (let sign = this.operator("*/"); sign !== undefined; sign = this.operator("*/")) {
      left = arithmetic(sign, left, this.operand())
    }
    return left
  }

  private operand(): Result {
    if (this.operator("-") !== undefined) return arithmetic("-", 0, this.operand())
    if (this.operator("+") !== undefined) return this.operand()
    if (this.operator("(") !== undefined) {
      const inner = this.joined()
      return this.operator(")") === undefined ? new FormulaError("#ERROR!") : inner
    }
    const [, number, text, reference, broken, name] = this.tokens[this.at++] ?? []
    if (number !== undefined) return Number(number.replace(",", "."))
    if (text !== undefined) return text.replaceAll('""', '"')
    if (reference !== undefined) return this.cells(reference)[0]
    if (broken !== undefined) return new FormulaError("#REF!")
    return name === undefined ? new FormulaError("#ERROR!") : this.call(name)
  }

  private call(name: string): Result {
    const values: Array<Result> = []
    this.operator("(")
    while (this.operator(")") === undefined) {
      const reference = this.tokens[this.at]?.[3]
      if (reference?.includes(":")) {
        this.at++
        values.push(...this.cells(reference))
      } else values.push(this.joined())
      this.operator(";,")
      if (this.at > this.tokens.length) return new FormulaError("#ERROR!")
    }
    if (name !== "SUM") return new FormulaError("#NAME?")
    const failed = values.find((value) => value instanceof FormulaError)
    return failed ?? values.reduce<number>((sum, value) => (typeof value === "number" ? sum + value : sum), 0)
  }

  private cells(reference: string): ReadonlyArray<Result> {
    const parsed = A1.parse(reference)
    const sheet =
      parsed?.sheet === undefined ? this.sheet : this.book.sheets.find(({ title }) => title === parsed.sheet)
    if (parsed === undefined || sheet === undefined) return [new FormulaError("#REF!")]
    const { bottom = sheet.rowCount, left, right = sheet.columnCount, top } = parsed.area
    const found: Array<Result> = []
    for (let row = top; row < Math.min(bottom, sheet.rowCount); row++) {
      for (let column = left; column < Math.min(right, sheet.columnCount); column++) {
        const cell = cellAt(sheet, row, column)
        found.push(cell?.formula === undefined ? cell?.value : compute(this.book, sheet, cell.formula, this.depth + 1))
      }
    }
    return found
  }
}

const arithmetic = (sign: string, left: Result, right: Result): Result => {
  if (left instanceof FormulaError) return left
  if (right instanceof FormulaError) return right
  const [a, b] = [Number(left ?? 0), Number(right ?? 0)]
  if (Number.isNaN(a) || Number.isNaN(b)) return new FormulaError("#VALUE!")
  if (sign === "+") return a + b
  if (sign === "-") return a - b
  if (sign === "*") return a * b
  return b === 0 ? new FormulaError("#DIV/0!") : a / b
}
