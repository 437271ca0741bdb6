/** Errors in the declaration of a column. */
export const column = {
  "account.column": "the daemon itself fills {column} with the id of the account",
  "column.none": "an entity without fields",
  "column.list": "list the columns, as in fields: { id: bigint, name: text }",
  "column.raw": "`raw: true` keeps the source record in a column of this name",
  "column.rename": "rename this one",
  "column.noType": '"type" is missing',
  "column.writeType": "write a type, as in {example}",
  "column.declareIt": "declare it, as in {example}",
  "column.unknown": '"{column}" is not a field of this entity',
  "column.twiceInKey": '"{column}" stands twice in the key',
  "column.arrayInKey": '"{column}" is an array: a key is made of plain values',
  "column.jsonInKey": '"{column}" is json: a key is made of plain values',
  "column.constantArray": "a constant cannot be an array",
  "column.defaultArray": "an array cannot have a default",
  "column.nullRequired": "null in a column that is required",
  "column.misfit": "{value} is no {type}",
  "column.requiredDefault": '"required" rejects a null, "default" replaces it: keep one of them',
  "column.nullDefault": "a default of null changes nothing: leave it out",
  "column.ofScope": "the scope gives this column its value: remove `{key}`",
  "column.constantPlace": '"value" is a constant, "{key}" points into the record: keep one of them',
  "column.constantLookup": '"value" is a constant and looks nothing up: keep one of them',
  "column.constantNeedsNo": 'a constant needs no "{key}"',

  "column.wordsType": "true and false are words of a boolean, and this column is {type}",
  "column.oneWord": "words for one of the two only",
  "column.writeWord": "write {example} as well",
  "column.sameWord": '"{word}" means both true and false',

  "format.number": '"{format}" is no way to write a number: {formats}',
  "format.otherType": '"format" belongs to dates, times, timestamps and numbers; this column is {type}',
  "format.noPattern":
    '"{format}" is no pattern: write one such as dd.MM.yyyy or {example}, or unix, unix-ms, unix-us, rfc822 or /Date()/',
  "format.noTime": '"{format}" lacks the hour (HH) or the minute (mm)',
  "format.twelve": '"{format}" needs AM or PM (a) with an hour of twelve (hh), and no HH',
  "format.minutes": '"{format}" has minutes (mm) where the month is meant: MM',
  "format.noDate": '"{format}" lacks the year (yyyy) or the month (MM)'
} as const
