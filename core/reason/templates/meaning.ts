/** The meaning of required keys: the hint of the diagnostic, and the description in the JSON Schema. */
export const meaning = {
  "meaning.type": "The connector type, as in type: rest.",
  "meaning.pluginType": "The plugin's type, as in type: telegram.",
  "meaning.retryTimes": "Tries after the first.",
  "meaning.retryAttempts":
    "Tries in all, the first one counted, as in attempts: 3; 1 means that nothing is tried again.",
  "meaning.retryFirst": "The first wait, as in 2s or 1.5.",
  "meaning.key": "The column or columns that tell one row from another, as in key: id.",
  "meaning.fields": "The columns, as in fields: { id: bigint, name: text }, or `{long}`.",
  "meaning.lookupTable": "The table to look into, or schema.table.",
  "meaning.lookupKey": "The column of that table that equals this field.",
  "meaning.lookupValue": "The column of that table to take.",
  "meaning.forEachEntity": "The entity whose rows are gone through, of this connector, or connector.entity.",
  "meaning.forEachParams":
    "What each {place} in path, query, headers, body and the value of a field stands for: a column of that entity.",
  "meaning.split": 'The text between the items, as in split: ",".',
  "meaning.extract": "A regular expression: its first group, or all that it matches; null where it matches nothing.",
  "meaning.replace": "A regular expression: everything that it matches is replaced.",
  "meaning.replaceWith": "What comes instead; {example} is the first group.",
  "meaning.map": "What each value becomes, as in map: {example}.",
  "meaning.join": "Where the values are that become one text, each written like from.",
  "meaning.dropFrom": "The place of what is personal, written like the from of a field, as in from: passport.",
  "meaning.onePath": "Below the connector's base URL, with the column of the key as a placeholder, as in {example}.",
  "meaning.startPath": "Below the connector's base URL, as in {example}.",
  "meaning.startPointer":
    "JSON Pointer to the latest cursor in the answer, as in {example}. An answer without it means that there is none yet.",
  "meaning.leadsTo": "The entity that the records lead to, of this connector; it has `one`.",
  "meaning.leadsBy": "The column with the key of that entity; a null leads to nothing.",
  "meaning.windowsFrom": "Where the first window begins: a day such as 2024-01-01, or a moment such as today-1y.",
  "meaning.windowsStep": "How long a window is: 12h, 7d, 1mo.",
  "meaning.graphqlQuery": "The query, as GraphQL; braces in it are its own.",
  "meaning.exampleRecord": "A record as the source sends it.",
  "meaning.date": "today, now, or one of them with a span: today-30d, now-2h.",
  "meaning.failPointer": "JSON Pointer to the value that tells, as in /status.",
  "meaning.failEquals": "The value that means no.",
  "meaning.pageSize": "How many records to ask for a page, as in size: 100.",
  "meaning.offsetSize": "How many records to ask for at once, as in size: 100.",
  "meaning.keysetBy":
    "The column, or a JSON Pointer into the record, whose value in the last record of a page the next request gets, as in by: id.",
  "meaning.keysetParam": "The query parameter that gets it, or a JSON Pointer into the body ({example}).",
  "meaning.query": "The rows to write, as SQL; it can only read.",
  "meaning.trimTable":
    "sync_log (sync_reject goes with it), job_run, config_version or inbox, in the schema tributary; or the id of an entity with mode: append and a cursor, whose rows go by the time at which they came.",
  "meaning.schedule": "When it runs, as a cron pattern: {example} is every day at 07:00.",
  "meaning.steps": "What it does, one after the other.",
  "meaning.token": "The API token, as in {example}."
} as const
