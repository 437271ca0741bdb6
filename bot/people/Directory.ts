/**
 * The people who may talk to the bot, in memory, so that an update needs no query to find its sender. They are read
 * when first needed, after each sync of the people, and periodically; a dismissed employee is a stranger from the next
 * read on. Without a connector that lists employees, nobody is one.
 */
import { Context, DateTime, Duration, Effect, Layer, Stream } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { Control } from "../../core/control/Control.ts"
import type { Department, Employee, PeopleSource } from "../../core/plugin/chat/People.ts"
import * as StaleWhileRevalidate from "../../core/plugin/StaleWhileRevalidate.ts"
import { ConnectorModule } from "../kernel/ConnectorModule.ts"
import { Settings } from "../Settings.ts"
import * as PeopleStore from "./PeopleStore.ts"
import { actorOf, isStaff, type Person, telegramIdOf } from "./Person.ts"

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

export class Directory extends Context.Service<
  Directory,
  {
    /** Returns `undefined` for a person who has no access. */
    readonly find: (telegramId: number) => Answer<Person | undefined>
    /** All who work here and did not block the bot. */
    readonly everybody: Answer<ReadonlyArray<Person>>
    /** The owners of accounts who are no admins. */
    readonly owners: Answer<ReadonlyArray<Person>>
    readonly admins: Answer<ReadonlyArray<Person>>
    /** Reads them from the database: another daemon may have added one since the last read. */
    readonly storedAdmins: Answer<ReadonlyArray<Person>>
    /** Whether `bot.yaml` names the person, who then stays an admin whatever happens in the bot. */
    readonly isNamed: (telegramId: number) => boolean

    /** Returns the current employees with that phone. */
    readonly withPhone: (phone: string) => Answer<ReadonlyArray<Employee>>
    /** Returns the current employees with that last name, ignoring case and «ё». */
    readonly withLastName: (name: string) => Answer<ReadonlyArray<Employee>>
    readonly employee: (id: string) => Answer<Employee | undefined>
    readonly departments: Answer<ReadonlyArray<Department>>

    readonly signIn: (person: PeopleStore.NewPerson) => Answer<void>
    /** Stores the Telegram name of an admin whom the configuration names only by number. */
    readonly meet: (telegramId: number, name: string) => Answer<void>
    readonly setDepartment: (telegramId: number, department: string) => Answer<void>
    readonly setLocale: (telegramId: number, locale: string) => Answer<void>
    readonly setBlocked: (telegramId: number, blocked: boolean) => Answer<void>
    /** Returns whether the person was no admin before. */
    readonly addAdmin: (telegramId: number, by: number) => Answer<boolean>
    /** Never removes the last one; returns whether the person is no admin now. */
    readonly removeAdmin: (telegramId: number) => Answer<boolean>
  }
>()("tributary/bot/people/Directory") {
  static readonly layer = Layer.effect(
    Directory,
    Effect.suspend(() => make)
  )
}

interface Snapshot {
  readonly people: ReadonlyMap<number, PeopleStore.StoredPerson>
  readonly admins: ReadonlySet<number>
  /** Those of them whom the configuration names. */
  readonly namedAdmins: ReadonlySet<number>
  readonly owners: ReadonlySet<number>
  readonly employees: ReadonlyMap<string, Employee>
  readonly departments: ReadonlyArray<Department>
}

/** An older copy still answers while it is read again: another process may have synced. */
const maxAge = Duration.minutes(10)

const nobody: PeopleSource = {
  entities: [],
  read: () => Effect.succeed({ employees: [], departments: [] }),
  normalisePhone: () => undefined
}

/** Returns a name in the form in which names are compared. */
export const foldName = (name: string): string => name.trim().toLowerCase().replaceAll("ё", "е")

const snapshotOf = Effect.fnUntraced(function* (
  source: PeopleSource,
  connector: string,
  timezone: string,
  namedAdmins: ReadonlySet<number>
) {
  const today = DateTime.formatIsoDate(DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone))
  const [stored, { departments, employees }] = yield* Effect.all(
    [PeopleStore.everybody, source.read(connector, today)],
    { concurrency: "unbounded" }
  )
  return {
    people: new Map(
      stored.people.map((person) => [person.telegram_id, { ...person, telegram_id: BigInt(person.telegram_id) }])
    ),
    admins: new Set([...stored.admins, ...namedAdmins]),
    namedAdmins,
    owners: new Set(stored.owners.flatMap((owner) => telegramIdOf(owner) ?? [])),
    employees: new Map(employees.map((employee) => [employee.id, employee])),
    departments
  } satisfies Snapshot
})

/** Undefined for a person who has no access: a stranger, or an employee who left and owns no account. */
const personIn = (snapshot: Snapshot, telegramId: number): Person | undefined => {
  const { admins, departments, employees, namedAdmins, owners, people } = snapshot
  const stored = people.get(telegramId)
  const employee = stored?.employee_id == null ? undefined : employees.get(stored.employee_id)
  const isDismissed = stored?.employee_id != null && employee?.active !== true
  const own = employee?.departments ?? []
  const isAdmin = admins.has(telegramId) && (!isDismissed || namedAdmins.has(telegramId))
  const ownsAccounts = owners.has(telegramId)
  const works = isAdmin || employee?.active === true
  if (!works && !ownsAccounts) return undefined
  return {
    telegramId,
    name: employee?.name ?? stored?.name ?? String(telegramId),
    employeeId: employee?.active === true ? employee.id : null,
    position: employee?.position ?? null,
    // An employee who moved chooses again, because the old choice is no longer theirs.
    department:
      departments.find(
        ({ id }) => works && id === stored?.department_id && (isAdmin || own.length === 0 || own.includes(id))
      ) ?? null,
    isAdmin,
    ownsAccounts,
    locale: stored?.locale ?? null,
    blocked: stored?.blocked ?? false
  }
}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { admins: named, connector = "", timezone } = yield* Settings
  const { events } = yield* Control
  const { people: source = nobody } = yield* ConnectorModule
  const namedAdmins = new Set(named.filter((id) => id !== 0))
  const provided = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.provideService(effect, SqlClient.SqlClient, sql)

  const concerned = new Set(source.entities.map((entity) => `${connector}.${entity}`))
  const { get: now, renew } = yield* StaleWhileRevalidate.make({
    what: "the people of the bot",
    read: provided(snapshotOf(source, connector, timezone, namedAdmins)),
    news: Stream.filter(events, (event) => event._tag === "Finished" && concerned.has(event.entity)),
    maxAge
  })

  const everybodyIn = (snapshot: Snapshot) =>
    [...new Set([...snapshot.people.keys(), ...snapshot.admins, ...snapshot.owners])].flatMap(
      (id) => personIn(snapshot, id) ?? []
    )
  const all = Effect.map(now, everybodyIn)
  const employees = Effect.map(now, (snapshot) => [...snapshot.employees.values()].filter(({ active }) => active))

  /** A change is known before the next question. */
  const written = <A>(effect: Effect.Effect<A, SqlError.SqlError, SqlClient.SqlClient>) =>
    Effect.tap(provided(effect), () => renew)

  /** A stranger may have become an owner since the last read. */
  const find = Effect.fnUntraced(function* (telegramId: number) {
    const known = personIn(yield* now, telegramId)
    if (known !== undefined || !(yield* provided(PeopleStore.isOwner(actorOf(telegramId))))) return known
    return personIn(yield* renew, telegramId)
  })

  return Directory.of({
    find,
    everybody: Effect.map(all, (people) => people.filter((person) => isStaff(person) && !person.blocked)),
    owners: Effect.map(all, (people) => people.filter(({ isAdmin, ownsAccounts }) => ownsAccounts && !isAdmin)),
    admins: Effect.map(all, (people) => people.filter(({ isAdmin }) => isAdmin)),
    storedAdmins: Effect.map(renew, (snapshot) => everybodyIn(snapshot).filter(({ isAdmin }) => isAdmin)),
    isNamed: (telegramId) => namedAdmins.has(telegramId),
    withPhone: Effect.fn("Directory.withPhone")(function* (phone: string) {
      const wanted = source.normalisePhone(phone)
      if (wanted === undefined) return []
      return (yield* employees).filter(({ phones }) => phones.includes(wanted))
    }),
    withLastName: (name) =>
      Effect.map(employees, (found) => found.filter(({ lastName }) => foldName(lastName ?? "") === foldName(name))),
    employee: (id) =>
      Effect.map(now, (snapshot) => {
        const employee = snapshot.employees.get(id)
        return employee?.active === true ? employee : undefined
      }),
    departments: Effect.map(now, ({ departments }) => departments),
    signIn: (person) => written(PeopleStore.signIn(person)),
    meet: (telegramId, name) =>
      Effect.flatMap(now, ({ people }) =>
        people.has(telegramId)
          ? Effect.void
          : written(PeopleStore.signIn({ telegramId, name, phone: null, employeeId: null }))
      ),
    setDepartment: (telegramId, department) => written(PeopleStore.change(telegramId, { department_id: department })),
    setLocale: (telegramId, locale) => written(PeopleStore.change(telegramId, { locale })),
    setBlocked: (telegramId, blocked) => written(PeopleStore.change(telegramId, { blocked })),
    addAdmin: (telegramId, by) => written(PeopleStore.addAdmin(telegramId, actorOf(by))),
    removeAdmin: (telegramId) => written(PeopleStore.removeAdmin(telegramId, namedAdmins.size))
  })
})
