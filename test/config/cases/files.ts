/** Broken connector files, `config/connectors/shop.yaml`, and where and how each must be told; nothing else may be. */

export interface Broken {
  readonly name: string
  readonly yaml: string
  /** `line:column`, and a part of the message. */
  readonly expected: ReadonlyArray<readonly [at: string, message: string]>
}

export const head = "type: rest\nbaseUrl: https://api.test\n"

/** An entity that is well but for the lines given; they begin in line 5 of the file. */
export const entity = (...lines: ReadonlyArray<string>): string =>
  `${head}entities:\n  deal:\n${["path: /v1/deal", ...lines].map((line) => `    ${line}\n`).join("")}`

export const syntax: ReadonlyArray<Broken> = [
  {
    name: "a tab as indentation",
    yaml: `${head}entities:\n\tdeal: {}\n`,
    expected: [["4:1", "a tab may not indent YAML"]]
  },
  { name: "a bracket left open", yaml: `${head}entities: { deal: [\n`, expected: [["4:1", "not valid YAML"]] },
  {
    name: "a duplicate key",
    yaml: entity("key: id", "fields: { id: bigint }", "key: id"),
    expected: [["8:5", 'duplicate key "key": it already stands in line 6']]
  },
  { name: "a second document", yaml: `${head}---\ntype: rest\n`, expected: [["3:1", "a second document begins here"]] },
  { name: "a list instead of a map", yaml: "- type: rest\n", expected: [["1:1", "expected a map of keys"]] },
  { name: "a text instead of a map", yaml: "rest\n", expected: [["1:1", "expected a map of keys"]] },
  { name: "an empty file", yaml: "# nothing yet\n", expected: [["1:1", '"type" is missing']] },
  { name: "an alias without anchor", yaml: `${head}depth: *deep\n`, expected: [["3:8", "deep"]] },
  {
    name: "an alias within its anchor",
    yaml: `${head}entities: &all { deal: *all }\n`,
    expected: [["3:24", "stands inside the value"]]
  },
  {
    name: "a merge key",
    yaml: `x: &x { type: rest }\n<<: *x\n`,
    expected: [
      ["2:1", "merge keys"],
      ["1:1", '"type" is missing']
    ]
  },
  {
    name: "a number that cannot be exact",
    yaml: `${head}depth: 12345678901234567890\n`,
    expected: [["3:8", "loses its last digits"]]
  },
  {
    name: "aliases that multiply",
    yaml: [
      "a: &a [x, x, x, x, x, x, x, x, x, x]",
      ...["b", "c", "d", "e", "f"].map((name, index) => {
        const last = "abcde"[index]
        return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${last}`).join(", ")}]`
      })
    ].join("\n"),
    expected: [
      ["5:20", "expand to more than 50000 values"],
      ["1:1", '"type" is missing']
    ]
  },
  {
    name: "aliases of a long text",
    yaml: `${head}body:\n  a: &a ${"x".repeat(60_000)}\n  b: [${Array.from({ length: 17 }, () => "*a").join(", ")}]\n`,
    expected: [
      ["5:71", "expand to more than 1000000 characters"],
      ["3:1", 'unknown key "body"']
    ]
  },
  {
    name: "a long value where another kind belongs",
    yaml: `${head}limits: ${"x".repeat(60_000)}\n`,
    expected: [["3:9", `${"x".repeat(200)}…"`]]
  }
]

export const connector: ReadonlyArray<Broken> = [
  {
    name: "an unknown connector type",
    yaml: "type: rset\nbaseUrl: x\n",
    expected: [["1:7", 'there is no connector type "rset" — did you mean "rest"?']]
  },
  { name: "a missing key of the type", yaml: "type: rest\n", expected: [["1:1", '"baseUrl" is missing']] },
  {
    name: "an unknown key near a common one",
    yaml: `${head}limit: { rate: 2/s }\n`,
    expected: [["3:1", 'unknown key "limit" — did you mean "limits"?']]
  },
  {
    name: "an unknown key near one of the type",
    yaml: "type: rest\nbaseURI: x\n",
    expected: [["2:1", 'unknown key "baseURI" — did you mean "baseUrl"?']]
  },
  { name: "an unknown key near none", yaml: `${head}colour: red\n`, expected: [["3:1", 'unknown key "colour"']] },
  {
    name: "a key by the name it has elsewhere",
    yaml: "type: rest\nendpoint: https://api.test\n",
    expected: [["2:1", 'unknown key "endpoint" — did you mean "baseUrl"?']]
  },
  {
    name: "an unknown key further in",
    yaml: `${head}limits:\n  rate: 2/s\n  concurency: 2\n`,
    expected: [["5:3", 'did you mean "concurrency"?']]
  },
  {
    name: "a duration without unit",
    yaml: `${head}limits: { timeout: 60 }\n`,
    expected: [["3:20", "expected a duration such as 500ms"]]
  },
  {
    name: "a duration of nothing",
    yaml: `${head}limits: { timeout: 0s }\n`,
    expected: [["3:20", 'expected more than zero, found "0s"']]
  },
  {
    name: "a rate in words",
    yaml: `${head}limits: { rate: 300 per minute }\n`,
    expected: [["3:17", "expected a rate such as 300/min"]]
  },
  {
    name: "a size in words",
    yaml: `${head}limits: { maxBytes: 64 megs }\n`,
    expected: [["3:21", "expected a size such as 64MB"]]
  },
  {
    name: "no concurrency",
    yaml: `${head}limits: { concurrency: 0 }\n`,
    expected: [["3:24", "expected a number from 1 to 1000, found 0"]]
  },
  {
    name: "half a request",
    yaml: `${head}limits: { concurrency: 1.5 }\n`,
    expected: [["3:24", "expected a whole number, found 1.5"]]
  },
  {
    name: "a retry of neither form",
    yaml: `${head}retry: 3\n`,
    expected: [["3:8", "expected a list such as [1s, 3s, 7s], or a map"]]
  },
  {
    name: "a slip in the map form of retry",
    yaml: `${head}retry: { times: 3, first: soon }\n`,
    expected: [["3:27", "expected a duration"]]
  },
  {
    name: "a slip in the list form of retry",
    yaml: `${head}retry: [1s, 3]\n`,
    expected: [["3:13", "expected a duration such as 500ms, 30s, 10m, 1h or 1d, found 3"]]
  },
  {
    name: "an unknown time zone",
    yaml: `${head}timezone: Europe/Kenigsberg\n`,
    expected: [["3:11", "expected a time zone"]]
  },
  {
    name: "entities that are a list",
    yaml: `${head}entities: [deal]\n`,
    expected: [["3:11", "expected a map of entities"]]
  },
  {
    name: "an entity that is nothing",
    yaml: `${head}entities:\n  deal:\n`,
    expected: [["4:3", "expected a map of keys"]]
  },
  {
    name: "a name no selector could hold",
    yaml: `${head}entities:\n  a.b: {}\n`,
    expected: [
      ["4:3", '"a.b" is no name for an entity'],
      ["4:3", '"key" is missing'],
      ["4:3", '"fields" is missing']
    ]
  },
  {
    name: "an unset secret",
    yaml: `${head}token: { secret: SHOP_TOKEN }\n`,
    expected: [["3:8", "the secret SHOP_TOKEN is not set"]]
  },
  {
    name: "an unset variable",
    yaml: "type: rest\nbaseUrl: { env: SHOP_URL }\n",
    expected: [["2:10", "the variable SHOP_URL is not set and has no default"]]
  },
  {
    name: "a slip in a secret",
    yaml: `${head}token: { secret: SET, optonal: true }\n`,
    expected: [["3:23", 'unknown key "optonal" — did you mean "optional"?']]
  },
  {
    name: "a secret where none belongs",
    yaml: "type: rest\nbaseUrl: { secret: SET }\n",
    expected: [["2:10", "a secret may not stand here"]]
  },
  {
    name: "a secret in place of a map of optional keys",
    yaml: `${head}limits: { secret: SET }\n`,
    expected: [["3:9", "a secret may not stand here"]]
  },
  {
    name: "a variable that is a text where a number belongs",
    yaml: `${head}depth: { env: SET }\n`,
    expected: [["3:8", 'expected a number, found "set"']]
  }
]
