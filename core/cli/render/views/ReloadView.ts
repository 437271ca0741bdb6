/** The changes of a reload, or of a start with other files, by name. */
import type { DateTime } from "effect"
import { type Change, type Changes, type ConfigVersion, nothingChanged } from "../../../plugin/ConfigVersion.ts"
import { ago } from "../terminal/Format.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"

export const render = ({ changes, status }: Pick<ConfigVersion, "changes" | "status">, view: View): string => {
  if (changes === null || status === "unchanged") return "Nothing has changed; everything goes on as it was."
  const { restart } = changes
  return [
    "The new configuration is live; runs that were going on end on the old one.",
    ...sections(changes, view),
    ...(restart.length === 0
      ? []
      : [`${restart.join(" and ")} in daemon.yaml: takes effect when the daemon is started again`])
  ].join("\n")
}

/** The live version's changes, if it came with a start and differs from what ran before. */
export const renderStart = (
  { changes, loadedAt, status, trigger }: ConfigVersion,
  now: DateTime.Utc,
  view: View
): string | undefined =>
  trigger !== "start" || status !== "ok" || changes === null
    ? undefined
    : [
        `The daemon was started ${ago(loadedAt, now)} with other files than ran before.`,
        ...(nothingChanged(changes) ? ["  They mean the same."] : sections(changes, view))
      ].join("\n")

const sections = ({ connectors, daemon, entities, jobs, plugins }: Changes, view: View): ReadonlyArray<string> => [
  ...section("connectors", connectors, view),
  ...section("entities", entities, view),
  ...section("jobs", jobs, view),
  ...section("plugins", plugins, view),
  ...section("daemon.yaml", { added: [], changed: daemon, removed: [] }, view)
]

const signs = { added: ["+", "good"], changed: ["~", "warn"], removed: ["-", "bad"] } as const satisfies Record<
  keyof Change,
  readonly [string, Tone]
>

const section = (title: string, change: Change, view: View): ReadonlyArray<string> => {
  const lines = (["added", "changed", "removed"] as const).flatMap((kind) => {
    const [sign, tone] = signs[kind]
    if (change[kind].length === 0) return []
    return Text.wrap(change[kind].join(", "), view.width - 6).map(
      (line, at) => `  ${at === 0 ? view.style(tone, sign) : " "} ${line}`
    )
  })
  return lines.length === 0 ? [] : [title, ...lines]
}
