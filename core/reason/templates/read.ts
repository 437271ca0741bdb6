/** Why a read of an outside system is not known to be whole, with the key to declare. */
export const read = {
  "read.total":
    "read {count:int} {count|record|records}, the vendor counts {total:int}; if it counts something else: page.total: none",
  "read.pages":
    "{count:int} {count|page|pages} had records, the vendor counts {total:int}; if that is something else, remove page.totalPages",
  "read.totalFell":
    "the total fell from {before:int} to {after:int} during the read; if it counts something else: page.total: none",
  "read.hasMore": "the list ended although page.hasMore says that there is more",
  "read.hintedTotal":
    "read {count:int} {count|record|records}, and {pointer} of the answer says {total:int}; declare how it is paged, or page.total: none",
  "read.hintedPages":
    "read {count:int} {count|page|pages}, and {pointer} of the answer says {total:int}; declare how it is paged, or page.total: none",
  "read.pagedTotal":
    "read {count:int} {count|record|records}, and {pointer} of the answer says {total:int}; if that counts this list, it is paged otherwise than `page` declares; if something else: page.total: none",
  "read.pagedPages":
    "read {count:int} {count|page|pages}, and {pointer} of the answer says {total:int}; if those are of this list, it is paged otherwise than `page` declares; if something else: page.total: none",
  "read.pagedMore":
    "the pages ended, and {pointer} of the answer tells of more records; if that is about this list, it is paged otherwise than `page` declares; if something else: page.hasMore: none",
  "read.pastTotal":
    "there are records after the {total:int} that the vendor counts; if it counts something else: page.total: none",
  "read.pastPages":
    "there are records after page {pages:int}, the last one by page.totalPages; if that is something else, remove it",
  "read.pastHasMore":
    "there are records after the page that is the last one by page.hasMore; if the flag means something else: page.hasMore: none",
  "read.again":
    "records came twice, so rows moved between the pages and others were missed; the second read for their sake failed: {why:reason}",
  "read.pastEmpty": "there are records after page {page:int}, which was empty; declare page.total or page.hasMore",
  "read.pastEnd":
    "there are records after the page that was taken for the last one; declare page.total or page.hasMore",
  "read.beyond": "it could not be checked whether a page follows the last one: {why:reason}",
  "read.hintedMore": "{pointer} of the answer tells of more records; declare how it is paged, or page.hasMore: none",
  "read.hintedLink":
    "{pointer} of the answer names the next page; declare page: { type: link, next: {pointer} }, or page.hasMore: none",
  "read.hintedCursor":
    "{pointer} of the answer names the next page; declare page: { type: cursor, param: …, next: {pointer} }, or page.hasMore: none",
  "read.hintedHeader":
    "{pointer} of the answer names the next page; declare page: { type: link }, or page.hasMore: none",
  "read.hintedHeaderLink":
    "the header {pointer} of the answer names the next page; declare page: { type: link, header: {pointer} }, or page.hasMore: none",
  "read.hintedHeaderCursor":
    "the header {pointer} of the answer names the next page; declare page: { type: cursor, param: …, header: {pointer} }, or page.hasMore: none",
  "read.pagingIgnored":
    "page {page:int} repeats page {earlier:int}: the vendor ignores {param}; declare page: { type: none } if one answer holds all, or page.until: short",
  "read.circle":
    "page {page:int} repeats page {earlier:int}: the vendor goes in circles; declare page.total or page.until",
  "read.repeatedFull":
    "page {page:int} repeats page {earlier:int}, a full one: the end, or as far as the vendor lets read; declare page.total, page.totalPages or page.hasMore",
  "read.blank":
    "page {page:int} has no byte, not even the header that CSV begins with, which is no empty list; one would be that header, or 204",
  "read.emptyLinked": "an empty page names a next one; declare page: { type: link }",
  "read.stuck": "page {page:int} repeats page {earlier:int}, a full one: the end, or stuck there; declare page.hasMore",
  "read.namedRepeats": "page {page:int} repeats page {earlier:int}; is {key} right?",
  "read.longName":
    "the {what:reason} of page {page:int} is longer than {limit:int} characters: no server takes such an address",
  "read.nameRepeated": "the {what:reason} of page {page:int} came before; declare page.hasMore",
  "read.cursor": "cursor",
  "read.nextLink": "next link",
  "read.keysetMissing": "a record has no value at page.by ({by}) to go on from; what follows it may be missing",
  "read.keysetTwice":
    "two records one after the other have {key} at page.by ({by}): others with it may be missing where a page ended, or the vendor sends records from the last one on and not after it; name what is different in every record",
  "read.keysetOrder":
    "{key} comes after {before} although the list goes the other way by page.by ({by}): records between the pages may be missing; ask for that order, as in query: { sort: {by} }",
  "read.keysetIgnored": "page {page:int} repeats page {earlier:int}: the vendor ignores {param}; is page.param right?",
  "read.nextUndeclared": "the answer has a next page; declare page: { type: link }",
  "read.nextInvalid": "the next link is not an address",
  "read.nextForeign": "the next link leads to another host, {origin}",
  "read.cursorShape":
    "the next cursor is an object or a list, and it cannot be sent; declare where in it the text or number is (page.next)",
  "read.cursorMissing": "a full page without a cursor; is page.next right?",
  "read.range": "the answer is a part of something larger ({signs})",
  "read.ambiguous": "what the answer says beside its records may mean two things: {why:reason}",
  "read.noObject": "the answer is no object whose totals and cursors could be read",
  "read.unreadable": "{key} ({pointer}) is {value}, which is no plain number; name another place, or {key}: none",
  "read.refusal":
    "the answer says {pointer}: {value} beside its records; declare fail: { pointer: {pointer}, equals: … }, or fail: none",
  "read.parentGone":
    "{why:reason}; its rows are kept; if that is usual: forEach.onStatus: skip, if such a parent has no rows: empty",
  "read.parentsSkipped":
    "{count:int} of {parents:int} {parents|parent was|parents were} skipped, whose rows stay as they are: {why:reason}",
  "read.allSkipped": "{why:reason}, and so for every parent: is the path right?",
  "read.parentsGone":
    "{why:reason}, and so for {others:int} {others|other parent|other parents}; their rows are kept; if that is usual: forEach.onStatus: skip, if such parents have no rows: empty",
  "read.parentRefused":
    "{count:int} {count|parent was|parents were} not asked for, {parent}: {why:reason}; {count|its rows are|their rows are} kept",
  "read.parents": "{entity}, for whose rows it is asked, was not read whole: {why:reason}",
  "read.parentsUnread": "{entity}, for whose rows it is asked, has not been read yet",
  "read.noParents": "no requests were sent, because {table} has no rows to ask for",
  "read.namelessParents": "rows of {table} without a value for {names} were not asked for",
  "read.oldParents":
    "the requests were made from the rows of {table} as they stood, without a read of {entities} before",
  "read.pageCap": "page cap of {limit:int} reached (page.maxPages)",
  "read.byKey": "{count:int} {count|record was|records were} asked for by key",
  "read.noneByKey": "the source has no {keys} ({count:int} of them)",
  "read.otherKey": "the answer for {key} is not the record with that key",
  "read.period": "only the period from {from} to {to} was read",
  "read.begun": "there was no cursor yet: it begins behind {value}, the latest that the source has",
  "read.begunAfter":
    "there was no cursor yet: it begins behind {value}, the latest that the source had before all of {entity} was read",
  "read.startUnread": "the answer of incremental.start has {value} at {pointer}, which is no value of {column}",
  "read.led": "led to {count:int} {count|record|records} of {entity}, each read by its key",
  "read.unled": "{count:int} {count|row was|rows were} new or changed before any record of {entity} led to them",
  "read.wouldLead": "leads to {count:int} {count|record|records} of {entity}, each of which a sync reads by its key",
  "read.ledWarned": "{entity}, to which its records lead: {whys:reasons}",
  "read.noneFound":
    "the source has none of the {count:int} records that were asked for by key, so none counts as gone: is one.path right?",
  "read.ledFailed": "{entity}, to which its records lead, could not be loaded: {why:reason}",
  "read.limited":
    "at most {limit:int} {limit|record was|records were} to be read (--limit), and cursors stay where they are",
  "read.endless": "nothing in the answer tells a whole list from one that was cut off"
} as const
