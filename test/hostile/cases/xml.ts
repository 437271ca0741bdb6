/** What XML alone can do: entities, prologs, attributes, depth. */
import { good, repeated } from "../Formats.ts"
import type { Case } from "../table.ts"
import { held, texts } from "./texts.ts"

export const xml: ReadonlyArray<Case> = [
  {
    name: "xml_laughs",
    format: "xml",
    answer: {
      body: [
        `<!DOCTYPE list [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, at) => `<!ENTITY ${"abcdefghijklmnopqrstuvwxyz"[at + 1]} "${`&${"abcdefghijklmnopqrstuvwxyz"[at]};`.repeat(10)}">`).join("")}]>`,
        "<list><item><id>1</id><name>&u;</name></item></list>"
      ]
    },
    status: "failed",
    message: /expected XML with elements at list\/item/
  },
  {
    name: "xml_outside_entity",
    format: "xml",
    answer: {
      body: [
        '<!DOCTYPE list [<!ENTITY a SYSTEM "file:///etc/passwd">]><list><item><id>1</id><name>&a;</name></item></list>'
      ]
    },
    status: "failed",
    message: /expected XML with elements at list\/item/
  },
  {
    name: "xml_doctype_without_end",
    format: "xml",
    answer: {
      get body() {
        return texts("<!DOCTYPE list [", repeated('<!ENTITY a "x">'))
      }
    },
    status: "failed",
    message: /longer than|larger than/
  },
  {
    name: "xml_comments",
    format: "xml",
    answer: {
      get body() {
        return texts(repeated("<!-- a -->", 60_000), good("xml"))
      }
    },
    status: "ok"
  },
  {
    name: "xml_comments_and_nothing",
    format: "xml",
    answer: {
      get body() {
        return texts(repeated("<!---->", 14_000))
      }
    },
    status: "failed",
    message: /no root element/
  },
  {
    name: "xml_comment_without_end",
    format: "xml",
    answer: {
      get body() {
        return texts("<!--", repeated("- "))
      }
    },
    status: "failed",
    message: /longer than|larger than/
  },
  {
    name: "xml_long_prolog",
    format: "xml",
    answer: { body: ['<?xml version="1.0"?>\n', `<!--${"x".repeat(40_000)}-->`, good("xml")] },
    status: "ok"
  },
  {
    name: "xml_instruction_without_end",
    format: "xml",
    answer: {
      get body() {
        return texts("<?", repeated("x"))
      }
    },
    status: "failed",
    message: /longer than|larger than|expected XML/
  },
  {
    name: "xml_cdata_without_end",
    format: "xml",
    answer: {
      get body() {
        return texts("<list><item><id>1</id><name><![CDATA[", repeated("]] >"))
      }
    },
    status: "failed",
    message: /a record is longer than/
  },
  {
    name: "xml_attributes",
    format: "xml",
    answer: {
      get body() {
        return (function* () {
          yield "<list><item"
          for (let at = 0; ; at += 4_000) yield Array.from({ length: 4_000 }, (_, more) => ` a${at + more}=""`).join("")
        })()
      }
    },
    status: "failed",
    message: /holds more than 16384 values/
  },
  {
    name: "xml_elements_around",
    format: "xml",
    answer: {
      get body() {
        return texts("<list>", repeated("<a/>", held), good("xml").slice("<list>".length))
      }
    },
    status: "ok"
  },
  {
    name: "xml_names_of_objects",
    format: "xml",
    answer: {
      body: [
        "<list><constructor/><__proto__><id>5</id></__proto__><item><id>1</id><name>a</name><constructor>x</constructor></item><item><id>2</id><__proto__>x</__proto__><__proto__>y</__proto__></item><item><id>3</id><toString/></item></list>"
      ]
    },
    status: "warning",
    message: /not declared: __proto__, constructor/
  },
  {
    name: "xml_deep",
    format: "xml",
    answer: {
      get body() {
        return texts("<list><item><id>1</id>", repeated("<a>"))
      }
    },
    status: "failed",
    message: /nest deeper than 1024 levels/
  },
  {
    name: "xml_deep_around",
    format: "xml",
    answer: {
      get body() {
        return texts("<list>", repeated("<a>"))
      }
    },
    status: "failed",
    message: /nest deeper than 1024 levels/
  },
  {
    name: "xml_other_root",
    format: "xml",
    answer: { body: ["<error><code>5</code></error>"] },
    status: "failed",
    message: /the root is <error>/
  },
  {
    name: "xml_root_with_a_long_name",
    format: "xml",
    answer: {
      get body() {
        return texts("<", repeated("x"))
      }
    },
    status: "failed",
    message: /longer than|expected XML/
  }
]
