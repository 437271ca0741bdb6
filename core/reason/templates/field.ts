/** The treatment of a column whose field was in no record. */
export const field = {
  "field.kept":
    "the field of column {column} was in none of the {fetched:int} records: its values in {lost:int} of {rows:int} rows were kept (more than guard.maxDelete {limit}); to let them go, declare the field optional: true",
  "field.keptSince":
    "the field of column {column} was in none of the {fetched:int} records, which are those that changed: its values in {lost:int} of {rows:int} rows were kept (more than guard.maxDelete {limit}), and the next run reads everything to see; if it may be missing, declare the field optional: true",
  "field.emptied":
    "the field of column {column} was in none of the {fetched:int} records: its values in {lost:int} of {rows:int} rows were taken away; if that is as it should be, declare the field optional: true",
  "field.vanished":
    "{count:int} declared {count|field is|fields are} in none of the records: {columns}; if that is as it should be, declare {count|it|them} optional: true",
  "field.returned": "{count:int} declared {count|field is|fields are} in the records again: {columns}",
  "field.lost":
    "{count:int} declared {count|place is|places are} in none of the records: {places}; check the spelling, and the name in the source",
  "field.withheld":
    "personal data that is to be left out is in none of the records ({places}), so it may have another name in the source: nothing was written to {columns}, and rejected records were not kept. Declare the place as the source names it, or optional: true",
  "field.withheldBeside":
    "personal data that is to be left out is in none of the records ({places}), so it may be in a field that is not declared ({fields}): nothing was written to {columns}, and rejected records were not kept. Declare the place as the source names it, or optional: true",
  "field.appeared": "{count:int} {count|field|fields} of the source {count|is|are} new, and not declared: {fields}",
  "field.gone":
    "{count:int} {count|field|fields} that {count|was|were} new and not declared {count|is|are} in none of the records: {fields}"
} as const
