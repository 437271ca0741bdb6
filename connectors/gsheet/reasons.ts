/** The reason codes of a spreadsheet alone. Translations are in `locales/`. */
import { define } from "../../core/sdk.ts"

export const gsheet = define({
  // Faults of the file.
  "gsheet.spreadsheetId": "the id of a spreadsheet or its address, https://docs.google.com/spreadsheets/d/…",
  "gsheet.emailAddress": "an e-mail address",
  "gsheet.rangeText": "a range such as Остатки!A1:F, 'Мой лист'!A:C or Остатки",
  "gsheet.tabTitle": "the title of a tab",
  "gsheet.headers": "a header or a list of headers",
  "gsheet.goneRows": "keep, remove, or a map such as { mark: { Статус: снято } }",
  "gsheet.constantField": '"{field}" has a value of its own already',
  "gsheet.twiceFilled": '"{field}" is filled twice: one header for one field',
  "gsheet.noColumn": '"{header}" is not among the columns of this export',
  "gsheet.noGroup": '"{column}" is not among the groups: say in which row it stands',
  "gsheet.groupRow": "a group stands above the headers, which are in row {row:int}",
  "gsheet.ownColumn": '"{header}" is a column of the daemon already',

  // Parts that a tab lacks, or has twice.
  "gsheet.noHeader": '{cell} begins the headers, and none is "{header}"; {there:reason}',
  "gsheet.noHeaderOf":
    '{cell} begins the headers, and none is "{header}", which the field {field} looks for; {there:reason}',
  "gsheet.blankRow": "the row is blank",
  "gsheet.headersAre": "there are {headers}",
  "gsheet.sameHeader": '{cell} and {other} both say "{header}": rename one of them',
  "gsheet.noHeading": '"{header}" stands under no heading: {cell} is blank',
  "gsheet.headingError": "{cell} is {error} and no heading",
  "gsheet.twiceUnder": '"{header}" stands twice under "{heading}", at {cell} and {other}: rename one of them',
  "gsheet.anyHeader": "any header",
  "gsheet.noneOf": "no column has as its header: {wanted:list}",
  "gsheet.notEachOf": 'under "{heading}" at {cell} there is not each of: {wanted:list}',
  "gsheet.rowsLeft": "rows left out: {cells:list}",
  "gsheet.sameKey": '{cell} and {other} both have the key "{key}": delete one of the rows',
  "gsheet.sameGroup": '{cell} and {other} both say "{group}": delete one of the groups',
  "gsheet.inNoGroup": '{cell} says "{header}" and stands in no group: {head} is blank',

  // Results of a query that fit no tab.
  "gsheet.noSuchColumn": 'the query gives no column "{column}"; it gives {columns}',
  "gsheet.longText": 'the query gives a text of {length:int} characters for "{header}"; a cell holds {most:int}',
  "gsheet.emptyKey": "the query gives a row whose key is empty: {headers} must be there",
  "gsheet.twiceGiven": 'the query gives "{key}" twice: a key is of one row',
  "gsheet.twiceFor": 'the query gives "{key}" twice for {group}: a key is of one row',
  "gsheet.twoWays": 'the query gives "{key}" in two ways: its columns must be the same for every {column}',
  "gsheet.groupTwoWays": "the query gives {column} {group} in two ways",

  // Google's answers.
  "gsheet.noKey":
    "privateKey is no private key: take private_key from the JSON file of the service account, from {begin} to the last {dashes}",
  "gsheet.tokenAnswer": "expected a token answer, JSON with access_token",
  "gsheet.notJson": "expected JSON with {expected:reason}; the answer begins {begins:reason}",
  "gsheet.notJsonPage":
    "expected JSON with {expected:reason}; the answer is an HTML page: a proxy or a restart; the answer begins {begins:reason}",
  "gsheet.properties": "the properties of a spreadsheet",
  "gsheet.cells": "the cells of a tab",
  "gsheet.ranges": "{count:int} valueRanges",
  "gsheet.rangesInstead": "{count:int} valueRanges, and there are {found:int}",
  "gsheet.otherTab": 'asked for the tab "{sheet}", and was answered "{title}"',
  "gsheet.remedied": "{why:reason}; {remedy:reason}",
  "gsheet.clock": "the clock of this machine is wrong: set it by NTP",
  "gsheet.otherKey":
    "privateKey is not, or no longer, a key of {email}: make a new key for it in the Google Cloud console",
  "gsheet.noAccount": "there is no service account {email}, or it is disabled: check `email`",
  "gsheet.noTab":
    "there is no such tab, or this is no A1 notation: check `range`, or `sheet` of an export, against the titles of the tabs",
  "gsheet.outside": "`range` begins outside of the tab: rows or columns were deleted",
  "gsheet.office": "this is an Office file: in Google Sheets choose File, Save as Google Sheets, and name the new id",
  "gsheet.protected": "the cells are protected: under Data, Protected sheets and ranges, let {email} edit them",
  "gsheet.full": "the spreadsheet is full: delete tabs, or rows and columns that nobody uses",
  "gsheet.apiOff": "enable the Google Sheets API in the Google Cloud project of the service account",
  "gsheet.scope": "the access token does not cover this call",
  "gsheet.share": "share the spreadsheet with {email} (Viewer is enough to read, an export needs Editor)",
  "gsheet.noSpreadsheet":
    "there is no such spreadsheet: `spreadsheet` is what stands between /d/ and /edit in its address",

  // Meanings of the keys.
  "gsheet.spreadsheet": "The spreadsheet: its id or its address. An entity may name another.",
  "gsheet.email": "The service account, as in tributary@project.iam.gserviceaccount.com; sheets are shared with it.",
  "gsheet.privateKey":
    "Its private key, as in {example}: the private_key of the JSON file, line ends as they are or as \\n.",
  "gsheet.range": "The cells, in A1 notation, as in Остатки!A1:F; a title alone is the whole sheet.",
  "gsheet.groups":
    "The fields that tell the groups of columns apart, each with the row of the range its values stand in, as in {example}.",
  "gsheet.values": 'The headers that every group repeats and the fields they fill, as in {example}; "*" is any header.',
  "gsheet.sheet": "The tab, by its title.",
  "gsheet.key": "The header, or the headers, by which a row is found again; among `columns`.",
  "gsheet.columns": "Headers and the columns of the query that are written below them; every other cell is left alone.",
  "gsheet.mark": "Headers and what is written there, as in {example}; it is taken back when the row returns.",
  "gsheet.pivotKey": "The column of the query that tells the groups apart, as in department_id.",
  "gsheet.pivotGroups":
    "Columns of the query, that key among them, each with the row of the sheet it stands in, as in {example}.",
  "gsheet.pivotHeaders":
    "The headers that every group repeats. What stands below them is typed by people and never written."
})
