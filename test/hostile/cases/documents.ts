/** What JSON, NDJSON and CSV alone can do, around their records and in their own syntax. */
import { good, repeated } from "../Formats.ts"
import type { Case } from "../table.ts"
import { held, texts } from "./texts.ts"

export const documents: ReadonlyArray<Case> = [
  {
    name: "json_number_without_end",
    format: "json",
    answer: {
      get body() {
        return texts('{"items":[{"id":', repeated("7"))
      }
    },
    status: "failed",
    message: /a number has more than 32768 digits/
  },
  {
    name: "ndjson_number_without_end",
    format: "ndjson",
    answer: {
      get body() {
        return texts('{"id":1}\n{"id":-0.', repeated("0"))
      }
    },
    status: "failed",
    message: /a number has more than 32768 digits/
  },
  {
    name: "json_huge_numbers",
    format: "json",
    answer: { body: ['{"items":[{"id":1,"name":1e999999},{"id":2,"name":-0},{"id":3,"name":1e-999999999}]}'] },
    status: "ok"
  },
  {
    name: "json_text_around",
    format: "json",
    answer: {
      get body() {
        return texts('{"before":"', repeated("x"))
      }
    },
    status: "failed",
    message: /the answer is larger than/
  },
  {
    name: "json_escapes_around",
    format: "json",
    answer: {
      get body() {
        return texts('{"before":"', repeated("\\\\"))
      }
    },
    status: "failed",
    message: /the answer is larger than/
  },
  {
    name: "json_values_around",
    format: "json",
    answer: {
      get body() {
        return texts('{"before":[0', repeated(",{}"))
      }
    },
    status: "failed",
    message: /the answer is larger than/
  },
  {
    name: "json_values_behind",
    format: "json",
    answer: {
      get body() {
        return texts('{"items":[{"id":1}],"after":[0', repeated(",[]"))
      }
    },
    status: "failed",
    message: /the answer is larger than/
  },
  {
    name: "json_name_without_end",
    format: "json",
    answer: {
      get body() {
        return texts('{"', repeated("x"))
      }
    },
    status: "failed",
    message: /a name or a number beside the records is longer than 65536 characters/
  },
  {
    name: "json_list_around",
    format: "json",
    answer: {
      get body() {
        return texts('{"before":[0', repeated(",{}", held), `],${good("json").slice(1)}`)
      }
    },
    status: "ok"
  },
  {
    name: "json_broken_around",
    format: "json",
    answer: { body: [`{"before":[1,{"a":[2,,3]}],${good("json").slice(1)}`] },
    status: "failed",
    message: /not valid JSON after character/
  },
  {
    name: "json_keys_around",
    format: "json",
    answer: {
      get body() {
        return (function* () {
          yield '{"before":1'
          for (let at = 0; ; at += 4_000) {
            yield Array.from({ length: 4_000 }, (_, more) => `,"key${at + more}":1`).join("")
          }
        })()
      }
    },
    status: "failed",
    message: /the answer is larger than/
  },
  {
    name: "json_deep",
    format: "json",
    answer: {
      get body() {
        return texts('{"items":[{"id":1,"name":', repeated("["))
      }
    },
    status: "failed",
    message: /a record holds more than 262144 values/
  },
  {
    name: "json_deep_and_closed",
    format: "json",
    answer: { body: [`{"items":[{"id":1,"name":${"[".repeat(100_000)}${"]".repeat(100_000)}},{"id":2,"name":"x"}]}`] },
    status: "warning",
    message: /rejected|1 record/
  },
  {
    name: "json_deep_around",
    format: "json",
    answer: {
      get body() {
        return texts('{"before":', repeated('{"a":'))
      }
    },
    status: "failed",
    message: /the answer is larger than/
  },
  {
    name: "json_names_of_objects",
    format: "json",
    answer: {
      body: [
        '{"constructor":1,"__proto__":{"items":[]},"items":[{"id":1,"name":"a","__proto__":{"id":5},"constructor":{"prototype":{}}},{"id":2,"toString":1},{"id":3,"hasOwnProperty":null,"name":"c"}]}'
      ]
    },
    status: "warning",
    message: /not declared: __proto__, constructor/
  },
  {
    name: "json_only_proto",
    format: "json",
    answer: { body: ['{"__proto__":{"items":[{"id":1}]}}'] },
    status: "failed",
    message: /no value at/
  },
  {
    name: "json_twice_the_same_key",
    format: "json",
    answer: { body: ['{"items":[{"id":1}],"items":[]}'] },
    status: "failed",
    message: /the key "items" stands there twice/
  },
  {
    name: "json_two_documents",
    format: "json",
    answer: { body: [good("json") + good("json")] },
    status: "failed",
    message: /unexpected content after the JSON/
  },
  {
    name: "json_error_envelope",
    format: "json",
    answer: { body: ['{"error":{"code":500,"message":"no \\u001b[2J luck"}}'] },
    status: "failed",
    message: /no value at/
  },
  {
    name: "json_records_of_nothing",
    format: "json",
    answer: {
      get body() {
        return texts('{"items":[null', repeated(",null", 5 * 100_000), "]}")
      }
    },
    status: "warning",
    message: /rejected/
  },
  {
    name: "json_cursor_of_megabytes",
    format: "json",
    entity: { page: { type: "cursor", param: "after", next: ["next"], maxPages: 20 } },
    answer: {
      get body() {
        return texts('{"items":[{"id":1,"name":"a"}],"next":"', "c".repeat(1 << 20), '"}')
      }
    },
    limits: "much",
    status: "warning",
    message: /the cursor of page 1 is longer than/
  },
  {
    name: "csv_header_without_end",
    format: "csv",
    answer: {
      get body() {
        return (function* () {
          for (let at = 0; ; at += 4_000)
            yield Array.from({ length: 4_000 }, (_, more) => `column ${at + more},`).join("")
        })()
      }
    },
    status: "failed",
    message: /holds more than 262144 values|longer than/
  },
  {
    name: "csv_quote_without_end",
    format: "csv",
    answer: {
      get body() {
        return texts('id,name\n1,"', repeated("a\n,"))
      }
    },
    status: "failed",
    message: /a record is longer than/
  },
  {
    name: "csv_cells_and_quoted_lines",
    format: "csv",
    answer: {
      get body() {
        return texts("id,name\n1", repeated(`,"\n"${",".repeat(1_000)}`))
      }
    },
    status: "failed",
    message: /holds more than 262144 values|longer than/
  },
  {
    name: "csv_quotes_in_one_cell",
    format: "csv",
    answer: {
      get body() {
        return texts('id,name\n1,"', repeated('""'))
      }
    },
    status: "failed",
    message: /a record holds more than 1048576 quotation marks/
  },
  {
    name: "csv_names_of_objects",
    format: "csv",
    answer: { body: ["id,name,__proto__,constructor\n1,a,b,c\n2,a,b,c\n3,a,b,c\n"] },
    status: "warning",
    message: /not declared: __proto__, constructor/
  },
  {
    name: "csv_same_header_twice",
    format: "csv",
    answer: { body: ["id,name,id\n1,a,2\n"] },
    status: "failed",
    message: /its header has id 2 times; declare which is meant, as in `from: id_1`/
  },
  {
    name: "csv_error_in_words",
    format: "csv",
    answer: { body: ["Error: the export was not finished in time\n"] },
    status: "failed",
    message: /the header, has none of the declared fields \(id, name\)/
  },
  {
    name: "ndjson_error_between",
    format: "ndjson",
    answer: { body: ['{"id":1,"name":"a"}\nERROR 500\n'] },
    status: "failed",
    message: /a line is not JSON/
  }
]
