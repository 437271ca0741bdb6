/** The declaration that a cursor is stored with, and the type of its values: the column's, or text from the source. */
export interface CursorVariant {
  readonly declaration: string
  readonly type: string
  /** It began at the latest record, so that an empty table has lost nothing. */
  readonly mayBeEmpty?: boolean
}
