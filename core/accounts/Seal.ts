/**
 * Seals what is secret in a row: AES-256-GCM under a key that HKDF-SHA256 derives of a master key and a salt made for this one
 * sealing. Connector, id and kind are authenticated with it, so that a sealed text in another row does not open.
 * Opening takes some tenths of a millisecond; neither keys nor texts are kept.
 */
import { Context, Effect, Layer, Redacted } from "effect"
import { Aead, Kdf, SecureRandom } from "effect/crypto"
import { reason } from "../reason/Reason.ts"
import { type MasterKey, MasterKeys, VaultError } from "./MasterKeys.ts"

/** The row that a sealed text belongs to. */
export interface SealedPlace {
  readonly kind: "account" | "task"
  readonly connector: string
  readonly id: string
}

export interface Sealed {
  /** A byte for the layout, the salt, the nonce, the ciphertext with its tag. */
  readonly bytes: Uint8Array
  /** The id of the master key. */
  readonly by: string
}

export class Seal extends Context.Service<
  Seal,
  {
    readonly seal: (place: SealedPlace, text: Redacted.Redacted) => Effect.Effect<Sealed, VaultError>
    readonly open: (place: SealedPlace, sealed: Sealed) => Effect.Effect<Redacted.Redacted, VaultError>
  }
>()("tributary/core/accounts/Seal") {
  static readonly layer = Layer.effect(
    Seal,
    Effect.gen(function* () {
      const keys = yield* MasterKeys
      const [aead, kdf, random] = [yield* Aead.Aead, yield* Kdf.Kdf, yield* SecureRandom.SecureRandom]

      const keyOf = ({ bytes }: MasterKey, salt: Uint8Array) =>
        kdf
          .derive(Kdf.hkdfSha256, Redacted.value(bytes), { salt, length: 32, info })
          .pipe(Effect.flatMap((derived) => Aead.key(Aead.aes256Gcm, derived)))

      const seal = Effect.fn("Seal.seal")(function* (place: SealedPlace, text: Redacted.Redacted) {
        const [first] = yield* keys.current
        const [salt, nonce] = yield* Effect.orDie(
          Effect.all([random.randomBytes(saltLength), random.randomBytes(nonceLength)])
        )
        const plain = new TextEncoder().encode(Redacted.value(text))
        const sealed = yield* keyOf(first, salt).pipe(
          Effect.flatMap((key) => aead.encrypt(key, plain, { nonce, aad: boundTo(place) })),
          Effect.orDie
        )
        return { bytes: Buffer.concat([Uint8Array.of(layout), salt, nonce, sealed]), by: first.id }
      })

      const open = Effect.fn("Seal.open")(function* (place: SealedPlace, { by, bytes }: Sealed) {
        const key = yield* keys.find(by)
        if (bytes[0] !== layout || bytes.length < nonceEnd) return yield* altered
        const [salt, nonce] = [bytes.subarray(1, saltEnd), bytes.subarray(saltEnd, nonceEnd)]
        const plain = yield* keyOf(key, salt).pipe(
          Effect.flatMap((derived) => aead.decrypt(derived, bytes.subarray(nonceEnd), { nonce, aad: boundTo(place) })),
          Effect.catchTag("CryptoError", (error) =>
            error.reason._tag === "DecryptionFailed" ? altered : Effect.die(error)
          )
        )
        return Redacted.make(new TextDecoder().decode(plain))
      })

      return Seal.of({ seal, open })
    })
  ).pipe(Layer.provide([Aead.layerWebCrypto, Kdf.layerWebCrypto]), Layer.provide(SecureRandom.layerWebCrypto))
}

const layout = 1
const saltLength = 32
const nonceLength = 12
const saltEnd = 1 + saltLength
const nonceEnd = saltEnd + nonceLength

const info = new TextEncoder().encode("tributary sealed row")

/** As JSON, so that no two places are written alike. */
const boundTo = ({ connector, id, kind }: SealedPlace): Uint8Array =>
  new TextEncoder().encode(JSON.stringify([kind, connector, id]))

const altered = Effect.fail(new VaultError({ reason: reason("account.altered") }))
