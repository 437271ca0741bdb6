/** The meaning of required keys: the hint of the diagnostic, and the description in the JSON Schema. */
export const meaning = {
  "meaning.type": "The connector type, as in type: rest.",
  "meaning.pluginType": "The plugin's type, as in type: telegram.",
  "meaning.retryTimes": "Tries after the first.",
  "meaning.retryFirst": "The first wait.",
  "meaning.key": "The column or columns that tell one row from another, as in key: id.",
  "meaning.fields": "The columns, as in fields: { id: bigint, name: text }, or `{long}`.",
  "meaning.lookupTable": "The table to look into, or schema.table.",
  "meaning.lookupKey": "The column of that table that equals this field.",
  "meaning.lookupValue": "The column of that table to take.",
  "meaning.incrementalParam": "The query parameter that gets it.",
  "meaning.forEachEntity": "The entity whose rows are gone through, of this connector, or connector.entity.",
  "meaning.forEachParams":
    "What each {place} in path, query, headers, body and the value of a field stands for: a column of that entity.",
  "meaning.exampleRecord": "A record as the source sends it.",
  "meaning.date": "today, now, or one of them with a span: today-30d, now-2h.",
  "meaning.failPointer": "JSON Pointer to the value that tells, as in /status.",
  "meaning.failEquals": "The value that means no.",
  "meaning.pageSize": "How many records to ask for a page, as in size: 100.",
  "meaning.offsetSize": "How many records to ask for at once, as in size: 100.",
  "meaning.next": "JSON Pointer to the next cursor in the answer, as in next: /paging/next.",
  "meaning.query": "The rows to write, as SQL; it can only read.",
  "meaning.trimTable": "sync_log (sync_reject goes with it), job_run or config_version, in the schema tributary.",
  "meaning.schedule": "When it runs, as a cron pattern: {example} is every day at 07:00.",
  "meaning.steps": "What it does, one after the other.",
  "meaning.token": "The API token, as in {example}."
} as const
