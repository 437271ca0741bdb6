/** Why an export did not write, or left something as it was. */
export const exports = {
  "export.sameColumn": 'the query gives two columns "{column}": name one of them otherwise',
  "export.queryTimeout": "the query took longer than {limit}: make it quicker, or raise `timeout`",
  "export.tooManyRows": "the query gives more than {limit:int} rows: a condition or a limit must bound it",
  "export.notWritable": "nothing can be written to {connector}",
  "export.longNumbers": '"{header}" has numbers with more digits than {system} keeps: they are written as text',
  "export.noRows": "the query gives no rows at all: those of the sheet stay as they are",
  "export.mostGone":
    "the query no longer gives {gone:int} of {rows:int} rows: more than half are not removed, look at the query",
  "export.writtenIn":
    "the query no longer gives the rows of {cells}: they stay, because somebody has written something there; delete them, or what was written",
  "export.unread": "{cells:reasons}: an error is nobody's key, so what stands there is left as it is",
  "export.cell": "{cell} is {error}",
  "export.moreCells": "{count:int} more {count|cell|cells}",
  "export.waits": "new rows wait until no key is loading: the next run puts them in",
  "export.parts": "more than one request holds: written in {count:int} parts, each of whole rows",
  "export.crossed": "somebody changed the tab in the moment it was written to: look at what stands around {cells}",
  "export.unseen": "written, but not looked at again: {why:reason}",
  "export.busy": "somebody is changing the tab all the time; nothing was written: run it again later",
  "export.busyPartly": "somebody is changing the tab all the time; a part was written, whole rows: run it again later",
  "export.partly": "a part was written before, whole rows: run it again",
  "export.open": "it may have been written: the next run looks"
} as const
