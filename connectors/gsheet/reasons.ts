/** Why something of a spreadsheet is as it is: the codes that concern nobody else. Translations are in `locales/`. */
import { define } from "../../core/reason/Reason.ts"

export const gsheet = define({
  // What is wrong with the file.
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

  // What the keys mean.
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
  "gsheet.pivotKey": "The column of the query that tells the groups apart.",
  "gsheet.pivotGroups":
    "Columns of the query, that key among them, each with the row of the sheet it stands in, as in {example}.",
  "gsheet.pivotHeaders":
    "The headers that every group repeats. What stands below them is typed by people and never written."
})
