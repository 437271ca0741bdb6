/** Lists of columns in SQL text. */
import type { Column } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { literal, quote } from "./Identifier.ts"

export const columnsNamed = (entity: Entity, wanted: ReadonlyArray<string>): ReadonlyArray<Column> =>
  wanted.flatMap((name) => entity.columns.filter((column) => column.name === name))

export const list = (items: ReadonlyArray<string>): string => items.join(", ")

export const names = (columns: ReadonlyArray<Column>, prefix = ""): string =>
  list(columns.map((column) => prefix + quote(column.name)))

export const equalColumns = (columns: ReadonlyArray<Column>, left: string, right: string): string =>
  columns.map((column) => `${left}.${quote(column.name)} = ${right}.${quote(column.name)}`).join(" and ")

/** The key of a row as text: `id 7, kind a`. */
export const keyText = (key: ReadonlyArray<string>, value: (name: string, at: number) => string): string =>
  `concat(${key.map((name, at) => `${literal(`${at === 0 ? "" : ", "}${name} `)}, ${value(name, at)}`).join(", ")})`
