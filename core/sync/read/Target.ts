/** An entity as one read of its source loads it. */
import type { Entity } from "../../config/Entity.ts"
import type { RunTarget } from "../../config/RunTarget.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import type { CursorRule } from "./Cursor.ts"

export interface Target extends RunTarget {
  /** See `LoadVariant.within`. */
  readonly within: ReadonlyArray<string>
  /** The columns of its key that name the parent of `forEach`. */
  readonly parentKey: ReadonlyArray<string>
  /** For a child: the columns of its key that name the outermost record around it. */
  readonly recordKey: ReadonlyArray<string>
  /** Present for an incremental read. */
  readonly cursor?: CursorRule | undefined
  /** See `LoadVariant.misses`. */
  readonly misses?: string | undefined
  /** See `KnownFields.source`. */
  readonly source: string
  /** The read is of some records: only what they have is known of the source's fields. */
  readonly isPart?: true
  /** For a child: the entities whose records contain its own, the outermost first. */
  readonly ancestors?: ReadonlyArray<Entity>
  /** For a child: identifies the outermost record around it. */
  readonly containerOf?: ((record: SourceRecord) => string) | undefined
  /** Identifies the record that contains a child, if the child's key does not. */
  readonly parentOf?: ((parent: SourceRecord) => string) | undefined
  /** The fields that child entities take from its records. */
  readonly taken?: ReadonlyArray<ReadonlyArray<string>>
}
