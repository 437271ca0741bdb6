/**
 * A TCP proxy that puts a server at a distance: every byte leaves as long after it came as the distance says, in order,
 * however much is under way, so pipelining stays what it is. It keeps the times of what passed and counts round trips.
 */
import * as net from "node:net"
import { Effect, type Scope } from "effect"
import * as Statements from "./Statements.ts"

export interface LatencyProxyOptions {
  readonly host: string
  readonly port: number
  /** Milliseconds in each direction; half a round trip. */
  readonly oneWay: number
  /** Whether what clients send is read as PostgreSQL's protocol. */
  readonly statements?: boolean
}

export interface Traffic {
  /** Connections that were opened. */
  readonly connections: number
  /**
   * The most round trips that can have waited for one another: windows of one round trip each, none overlapping, that
   * began as the client sent something and are over. Never fewer than the client really waited for.
   */
  readonly rounds: number
  /** From the first byte of the client to the last byte it was given, in milliseconds. */
  readonly elapsed: number
  /** In the order they were sent, where they are read. */
  readonly statements: ReadonlyArray<string>
}

export interface LatencyProxy {
  readonly port: number
  readonly traffic: () => Traffic
  /** Begins counting anew. */
  readonly reset: () => void
}

export const start = Effect.fn("LatencyProxy.start")(function* (
  options: LatencyProxyOptions
): Effect.fn.Return<LatencyProxy, never, Scope.Scope> {
  const counter = makeCounter(2 * options.oneWay)
  const sockets = new Set<net.Socket>()
  const server = yield* Effect.acquireRelease(
    Effect.callback<net.Server>((resume) => {
      const listening = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
        counter.connected()
        const upstream = net.connect({ host: options.host, port: options.port, noDelay: true, allowHalfOpen: true })
        for (const socket of [client, upstream]) {
          sockets.add(socket)
          socket.on("close", () => sockets.delete(socket))
        }
        client.on("data", counter.sent)
        if (options.statements === true) client.on("data", Statements.makeReader(counter.executed))
        carry(client, upstream, options.oneWay, () => {})
        carry(upstream, client, options.oneWay, counter.answered)
      })
      listening.on("error", (cause) => resume(Effect.die(cause)))
      listening.listen(0, "127.0.0.1", () => resume(Effect.succeed(listening)))
    }),
    (listening) =>
      Effect.callback<void>((resume) => {
        listening.close(() => resume(Effect.void))
        for (const socket of sockets) socket.destroy()
      })
  )
  // A TCP server that listens has an AddressInfo; the union is for pipes.
  const { port } = server.address() as net.AddressInfo
  return { port, traffic: counter.traffic, reset: counter.reset }
})

/** Timers of equal length fire in the order they were set, so nothing overtakes. */
const carry = (from: net.Socket, to: net.Socket, oneWay: number, delivered: () => void): void => {
  const later = (step: () => void) => (oneWay === 0 ? step() : setTimeout(step, oneWay))
  from.on("data", (bytes) =>
    later(() => {
      to.write(bytes)
      delivered()
    })
  )
  from.on("end", () => later(() => to.end()))
  from.on("error", () => to.destroy())
  from.on("close", (failed) => (failed ? to.destroy() : undefined))
}

/** Timers may fire a millisecond early; a round trip that is a little short is still one. */
const tolerance = 0.98

const makeCounter = (roundTrip: number) => {
  const nothing = { connections: 0, rounds: 0, first: 0, last: 0, roundEnds: 0 }
  let seen = { ...nothing }
  let statements: Array<string> = []
  return {
    connected: () => {
      seen.connections++
    },
    sent: () => {
      const now = performance.now()
      if (seen.first === 0) seen.first = now
      if (now < seen.roundEnds) return
      seen.rounds++
      seen.roundEnds = now + roundTrip * tolerance
    },
    answered: () => {
      seen.last = performance.now()
    },
    executed: (statement: string) => {
      statements.push(statement)
    },
    traffic: (): Traffic => ({
      statements,
      connections: seen.connections,
      rounds: performance.now() < seen.roundEnds ? seen.rounds - 1 : seen.rounds,
      elapsed: Math.max(0, seen.last - seen.first)
    }),
    reset: () => {
      seen = { ...nothing }
      statements = []
    }
  }
}
