/** Options of a sync that a person starts, and tasks that sync. */
export const sync = {
  "sync.sinceFull": "{full} reads everything, and {since} from a value on: leave out one of them",
  "sync.keysPeriod": "{keys} and {from} name different records: leave out one of them",
  "sync.partAlone": "{part} reads the named records, and nothing from a cursor or up to a limit: leave out the others",
  "sync.noKeys": "{keys} names no record: write their keys, as in {example}",
  "sync.toAlone": "{to} is the end of a period: say where it begins, as in {example}",
  "sync.bound": "{name} {text} is no day: write 2026-01-01, or a moment such as today-3d",
  "sync.failedRuns": "{failed:int} of {runs:int} {runs|run|runs} failed; {entity}: {why:reason}",
  "sync.interrupted":
    "it was begun {times:int} times, and each time the program ended before it; start it again, or less at a time"
} as const
