/** `docs/reference.md`: every key of every file, generated from the schemas that decode the files. */

import type { PluginSchema } from "../PluginDeclaration.ts"
import type { ConnectorSchema } from "../schema/ConnectorYaml.ts"
import { jsonSchemas } from "../schema/JsonSchemas.ts"
import { describeKey, meaningIn } from "./Key.ts"
import { anchorOf, valuesTitle } from "./Page.ts"
import { type Json, listOf, literalOf, objectOf, type Section, Sections } from "./Sections.ts"

const head = `# Configuration reference

Every key of every file below \`config/\`, with its meaning, its default and an example. \`tributary check\` names the part
of this page that its errors are about. This page is generated from the schemas that read the files
(\`npm run tributary -- schema --reference FILE\`), so it is never older than they are.

## ${valuesTitle}

Any plain value may be \`{ env: NAME, default: x }\`, read from the environment or \`.env\`; a secret is
\`{ secret: NAME }\`, with \`optional: true\` if it may be unset. Durations are \`500ms\`, \`30s\`, \`10m\`, \`1h\`, \`1d\`.
`

/** Every type has them, with something of its own in them. */
const varying = new Set(["type", "entities"])

/** The keys that all types have, in the same form. */
const shared = (types: ReadonlyArray<Json>): ReadonlySet<string> => {
  const [first = {}, ...others] = types.map((type) => objectOf(type.properties))
  return new Set(
    Object.keys(first).filter((name) =>
      others.every((other) => varying.has(name) || JSON.stringify(other[name]) === JSON.stringify(first[name]))
    )
  )
}

const pick = (schema: Json, isWanted: (name: string) => boolean): Json => ({
  type: "object",
  properties: Object.fromEntries(Object.entries(objectOf(schema.properties)).filter(([name]) => isWanted(name))),
  required: listOf(schema.required).filter((name) => isWanted(String(name)))
})

/** With every type in place of the one. */
const withType = (schema: Json, types: ReadonlyArray<string>): Json => ({
  ...schema,
  properties: { ...objectOf(schema.properties), type: { enum: types, description: "What it reads." } }
})

const entityOf = (schema: Json, definitions: Json): unknown => {
  const { additionalProperties } = objectOf(objectOf(schema.properties).entities)
  const { $ref } = objectOf(additionalProperties)
  return typeof $ref === "string" ? definitions[$ref.slice("#/$defs/".length)] : additionalProperties
}

const typeOf = (schema: Json): string => String(literalOf(objectOf(schema.properties).type))

export interface Chapter {
  readonly title: string
  readonly description: string
  readonly sections: ReadonlyArray<Section>
}

export const chapters = (
  types: ReadonlyArray<ConnectorSchema>,
  plugins: ReadonlyArray<PluginSchema>
): ReadonlyArray<Chapter> => {
  const documents = new Map(jsonSchemas(types, plugins).map(({ file, schema }) => [file, objectOf(schema)]))
  const document = (name: string): Json => documents.get(`${name}.schema.json`) ?? {}
  const found: Array<Chapter> = []
  const chapter = (title: string, description: string, sections: Sections, fill: () => void) => {
    const before = sections.all.length
    fill()
    found.push({ title, description, sections: sections.all.slice(before) })
  }
  const of = (file: string, before?: Sections) => new Sections(document(file).$defs, before)

  const daemon = of("daemon")
  chapter("daemon.yaml", "", daemon, () => daemon.add("daemon", document("daemon")))

  const connector = document("connector")
  const sections = of("connector", daemon)
  const each = listOf(connector.allOf).map((one) => objectOf(objectOf(one).then))
  const common = shared(each)
  const definitions = objectOf(connector.$defs)
  // One whose entities have no keys of the type's own.
  const usual = each.find((type) => entityOf(type, definitions) === definitions.Entity) ?? each[0] ?? {}
  chapter("connectors/NAME.yaml", "The file's name is the connector's.", sections, () => {
    sections.add(
      "connector",
      withType(
        pick(usual, (name) => common.has(name)),
        each.map(typeOf)
      )
    )
  })
  for (const type of each) {
    const name = typeOf(type)
    chapter(`type: ${name}`, String(objectOf(objectOf(type.properties).type).description ?? ""), sections, () => {
      sections.add(
        name,
        pick(type, (key) => !common.has(key))
      )
      if (entityOf(type, definitions) === entityOf(usual, definitions)) return
      const entity = objectOf(entityOf(type, definitions))
      const other = objectOf(objectOf(entityOf(usual, definitions)).properties)
      const own = pick(entity, (key) => !(key in other))
      sections.add(`${name} entity`, own, ownEntity(entity, other))
    })
  }

  const jobs = of("jobs", sections)
  chapter("jobs.yaml", "", jobs, () =>
    jobs.add("job", document("jobs"), "An entry of the file; its name is the job's.")
  )
  for (const { description, name } of plugins) {
    const plugin = of(name, jobs)
    chapter(`${name}.yaml`, description, plugin, () => plugin.add(name, document(name)))
  }
  return found
}

const ownEntity = (entity: Json, usual: Json): string => {
  const names = Object.keys(objectOf(entity.properties)).filter((key) => key in usual)
  return `An entry of \`entities:\`. Beside these keys it has ${names.map((key) => `\`${key}\``).join(", ")} of [entity](#entity).`
}

/** The text below a heading, if it is not the meaning of the key. */
const intros: Readonly<Record<string, string>> = {
  entity: "An entry of `entities:`; its name is the entity's."
}

/** Signs that Markdown would read as its own. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("*", "\\*")

/** In a span of code only the bar of the table counts. */
const code = (text: string): string => {
  if (text === "") return ""
  const around = text.includes("`") ? "``" : "`"
  return `${around}${text.replaceAll("|", "\\|")}${around}`
}

const rowsOf = (
  title: string,
  { keys }: Section["forms"][number],
  sections: ReadonlyMap<string, Section>
): ReadonlyArray<string> =>
  keys
    .filter(({ schema }) => literalOf(schema) === undefined)
    .map((key) => {
      const { default: usual, example, meaning, name } = describeKey(title, key, sections)
      const more = key.section === undefined ? "" : ` Keys: [${key.section}](#${anchorOf(key.section)}).`
      return `| ${code(name)} | ${cell(meaning)}${more} | ${cell(usual)} | ${code(example)} |`
    })

const labelOf = ({ description, label }: Section["forms"][number], section: Section): ReadonlyArray<string> => {
  if (label === undefined) return []
  return [
    description === undefined || description === section.description ? code(label) : `${code(label)}: ${description}`
  ]
}

const renderSection = (section: Section, sections: ReadonlyMap<string, Section>): string => {
  const { aliases, description, forms, title } = section
  const anchors = aliases.map((alias) => `<a id="${anchorOf(alias)}"></a>`)
  const tables = forms.flatMap((form) => {
    const rows = rowsOf(title, form, sections)
    const table = ["| key | meaning | default | example |", "|---|---|---|---|", ...rows].join("\n")
    return [...labelOf(form, section), ...(rows.length === 0 ? [] : [table])]
  })
  const intro = intros[title] ?? meaningIn(description)
  return [anchors.join("\n"), `### ${title}`, intro, ...tables].filter((part) => part !== "").join("\n\n")
}

export const renderReference = (
  types: ReadonlyArray<ConnectorSchema>,
  plugins: ReadonlyArray<PluginSchema>
): string => {
  const all = chapters(types, plugins)
  const byTitle = new Map(all.flatMap(({ sections }) => sections.map((section) => [section.title, section])))
  const parts = all.flatMap(({ description, sections, title }) => [
    `## ${title}`,
    ...(description === "" ? [] : [description]),
    ...sections.map((section) => renderSection(section, byTitle))
  ])
  return `${[head.trim(), ...parts].join("\n\n")}\n`
}
