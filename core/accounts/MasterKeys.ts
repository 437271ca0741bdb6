/**
 * The master keys, of which the keys of all sealed records are derived: `TRIBUTARY_MASTER_KEY`, Base64 of 32 bytes, several
 * separated by commas. The first seals, all open. The source is read again before each sealing and for a key that is not
 * known yet, so that a key which is added to `.env` counts without a restart.
 */
import { createHmac } from "node:crypto"
import { Array as Arr, Context, Effect, Layer, Redacted, Ref, Result } from "effect"
import { remember } from "../observe/Secrets.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"

export const masterKeyVariable = "TRIBUTARY_MASTER_KEY"

const keyLength = 32

/** Credentials cannot be sealed or opened. */
export class VaultError extends ReasonError("VaultError") {}

export interface MasterKey {
  /** Names the key in rows and messages; nothing about the key follows from it. */
  readonly id: string
  readonly bytes: Redacted.Redacted<Uint8Array>
}

/** The text of the variable as it is now. */
export type KeySource = Effect.Effect<string | undefined, VaultError>

export class MasterKeys extends Context.Service<
  MasterKeys,
  {
    /** All keys; the first one seals. */
    readonly current: Effect.Effect<Arr.NonEmptyReadonlyArray<MasterKey>, VaultError>
    readonly find: (id: string) => Effect.Effect<MasterKey, VaultError>
  }
>()("tributary/core/accounts/MasterKeys") {
  /** A missing or broken key fails what needs it, and nothing else: a daemon without accounts needs none. */
  static readonly layer = (source: KeySource) =>
    Layer.effect(
      MasterKeys,
      Effect.gen(function* () {
        const known = yield* Ref.make<ReadonlyArray<MasterKey>>([])
        const current = source.pipe(
          Effect.flatMap((text) => Effect.fromResult(parseMasterKeys(text))),
          Effect.tap((keys) => Ref.set(known, keys))
        )
        const among = (id: string) => (keys: ReadonlyArray<MasterKey>) => keys.find((key) => key.id === id)
        const find = Effect.fnUntraced(function* (id: string) {
          const found = among(id)(yield* Ref.get(known)) ?? among(id)(yield* current)
          return found ?? (yield* new VaultError({ reason: reason("account.otherKey", { key: id }) }))
        })
        return MasterKeys.of({ current, find })
      })
    )
}

export const parseMasterKeys = (
  text: string | undefined
): Result.Result<Arr.NonEmptyReadonlyArray<MasterKey>, VaultError> => {
  const parts = (text ?? "").split(",").map((part) => part.trim())
  if (parts.every((part) => part === "")) return refused(reason("account.keyMissing"))
  const keys: Array<MasterKey> = []
  for (const [at, part] of parts.entries()) {
    remember(part)
    if (!isBase64(part)) return refused(reason("account.keyBase64", { place: at + 1 }))
    const bytes = Buffer.from(part, "base64")
    if (bytes.length !== keyLength) {
      return refused(reason("account.keyLength", { place: at + 1, bytes: bytes.length }))
    }
    keys.push({ id: idOf(bytes), bytes: Redacted.make(bytes, { label: "master key" }) })
  }
  return Arr.isReadonlyArrayNonEmpty(keys) ? Result.succeed(keys) : refused(reason("account.keyMissing"))
}

/** `Buffer` reads on behind characters that are none of Base64. */
const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

const refused = (why: Reason) => Result.fail(new VaultError({ reason: why }))

const idOf = (bytes: Uint8Array): string =>
  createHmac("sha256", bytes).update("tributary id of master key").digest("hex").slice(0, 16)
