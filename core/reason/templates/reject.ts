/** Why a record cannot become a row. */
export const reject = {
  "reject.missing": "missing, though required",
  "reject.missingKey": "missing, though part of the key",
  "reject.clash": "equal to another key only because broken characters were replaced",
  "reject.notWhole": "not a whole number",
  "reject.range": "out of range for {type}",
  "reject.notDecimal": "not a decimal number",
  "reject.notDouble": "not a number in the range of double",
  "reject.twoNumbers": "one of two numbers: declare {formats}",
  "reject.notBoolean": "not true or false",
  "reject.notUuid": "not a uuid",
  "reject.notDate": "not a date ({format})",
  "reject.notTime": "not a time of day",
  "reject.notTimeOf": "not a time of day ({format})",
  "reject.notTimestamp": "not a timestamp ({format})",
  "reject.deep": "nested deeper than {limit:int} levels",
  "reject.database": "refused by PostgreSQL: {text}",
  "reject.exchange": "{why:reason}; for rows that exchange values the constraint must be deferrable",
  "reject.field": "{field} is {why:reason}",
  "reject.record": "record is {why:reason}",
  "reject.counted": "{what:reason} ({count:int})",
  "reject.countedKeyless": "{what:reason} ({count:int}, the first is record {position:int})"
} as const
