/** What a reload changed, by name. */
import type { Change, ConfigVersion } from "../../plugin/ConfigVersion.ts"
import type { Tone, View } from "./Style.ts"
import * as Text from "./Text.ts"

export const render = ({ changes, status }: ConfigVersion, view: View): string => {
  if (changes === null || status === "unchanged") return "Nothing has changed; everything goes on as it was."
  const { connectors, entities, jobs, plugins, restart } = changes
  return [
    "The new configuration is live; runs that were going on end on the old one.",
    ...section("connectors", connectors, view),
    ...section("entities", entities, view),
    ...section("jobs", jobs, view),
    ...section("plugins", plugins, view),
    ...(restart.length === 0
      ? []
      : [`${restart.join(" and ")} in daemon.yaml: takes effect when the daemon is started again`])
  ].join("\n")
}

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
