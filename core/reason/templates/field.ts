/** What happens to a column whose field was in no record. */
export const field = {
  "field.kept":
    "the field of column {column} was in none of the {fetched:int} records: its values in {lost:int} of {rows:int} rows were kept (more than guard.maxDelete {limit}); to let them go, declare the field optional: true",
  "field.emptied":
    "the field of column {column} was in none of the {fetched:int} records: its values in {lost:int} of {rows:int} rows were taken away; if that is as it should be, declare the field optional: true"
} as const
