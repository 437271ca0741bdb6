/** Finds the fields of records that hold personal data, by their names in English and Russian. */
import { pointerText, snakeCase } from "../../config/Pointer.ts"
import { isJsonObject } from "../../upstream/records/Json.ts"
import type { SourceRecord } from "../../upstream/Source.ts"

/** Names in words that are joined by `_`. */
const inEnglish =
  /(?:^|_)(?:e_?mail|phone|telephone|mobile|passport|ssn|snils|pesel|national_id|personal_(?:id|identity|code|number)|birth(?:day|date|_date)?|date_of_birth|iban|address|(?:first|last|middle|full|family|given)_name|surname|patronymic|fio|familiya|otchestvo|telefon|pasport)(?:$|_)/
const inRussian =
  /(?:^|_)(?:фио|ф_и_о|фамили[яи]|имя|отчеств[оа]|тел|(?:моб)?телефон[аы]?|мобильный|почт[аы]|адреса?|паспорта?|снилс|(?:дата|день)_рождения)(?:$|_)/

/** A taxpayer's number: that of a person has twelve digits, that of a company ten. */
const taxpayer = /(?:^|_)(?:инн|inn)(?:$|_)/

/** How deep objects inside a record are looked into. */
const maxDepth = 3

/** The places of such fields, as `drop` names them. */
export const personalPlaces = (records: ReadonlyArray<SourceRecord>): ReadonlyArray<string> => placesIn(records, [])

const placesIn = (objects: ReadonlyArray<SourceRecord>, above: ReadonlyArray<string>): ReadonlyArray<string> => {
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))].filter((name) => !/^#|^\.\.\//.test(name))
  return names.flatMap((name) => {
    const values = objects.map((one) => one[name])
    const tokens = [...above, name]
    if (isPersonal(snakeCase(name), values)) return [pointerText(tokens)]
    return tokens.length > maxDepth ? [] : placesIn(values.filter(isJsonObject), tokens)
  })
}

const isPersonal = (name: string, values: ReadonlyArray<unknown>): boolean =>
  inEnglish.test(name) ||
  inRussian.test(name) ||
  (taxpayer.test(name) && values.some((value) => /^\s*\d{12}\s*$/.test(String(value))))
