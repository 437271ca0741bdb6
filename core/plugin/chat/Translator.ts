/**
 * Texts in the language of a person. `say` returns HTML for messages, with all variables escaped; `t` returns plain text, for
 * buttons.
 */
import type { DateTime, Duration } from "effect"

export type Variables = Readonly<Record<string, string | number>>

export interface Translator {
  readonly locale: string
  readonly t: (key: string, variables?: Variables) => string
  readonly say: (key: string, variables?: Variables) => string
  /** Decimal text as people write it: `1234.50` is `1 234,50` in Russian. */
  readonly number: (decimal: string) => string
  /** `27.11, 14:05`, in the daemon's zone. */
  readonly moment: (at: DateTime.DateTime | Date) => string
  /** `14:05`. */
  readonly time: (at: DateTime.DateTime | Date) => string
  /** `35 мин`, `2 ч 5 мин`, `3 дн 4 ч`; a minute at least. */
  readonly span: (lasted: Duration.Duration) => string
  /** `27 ноября` for `2026-11-27`. */
  readonly day: (isoDate: string) => string
}
