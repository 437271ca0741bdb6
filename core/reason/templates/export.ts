/** Why an export did not write. */
export const exports = {
  "export.sameColumn": 'the query gives two columns "{column}": name one of them otherwise',
  "export.queryTimeout": "the query took longer than {limit}: make it quicker, or raise `timeout`",
  "export.tooManyRows": "the query gives more than {limit:int} rows: a condition or a limit must bound it",
  "export.notWritable": "nothing can be written to {connector}"
} as const
