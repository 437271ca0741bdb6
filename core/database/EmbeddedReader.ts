/**
 * The plain role that reads for exports on the embedded server, whose only other user is the superuser. It logs in with
 * its own password, so no statement can switch back to that user. It reads every table outside the daemon's schema.
 */
import { createHmac } from "node:crypto"
import { PgConnection } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { literal } from "./Identifier.ts"

const role = "tributary_export"

/** The same in every process that shares the server, and unknown to anyone without the other password. */
const passwordOf = (superuser: string): string =>
  createHmac("sha256", superuser).update(role).digest("base64url").slice(0, 32)

/** Grants only what is missing, because an existing grant would be written again. Two processes take turns. */
const statement = (password: string): string => `
  do $do$
  declare
    one record;
  begin
    perform pg_advisory_xact_lock(hashtextextended('${role}', 0));
    if not exists (select from pg_roles where rolname = '${role}') then
      create role ${role} login nosuperuser nocreatedb nocreaterole noinherit password ${literal(password)};
    end if;
    for one in
      select n.oid, n.oid::regnamespace as name from pg_namespace as n
      where n.nspname not in ('tributary', 'information_schema') and n.nspname !~ '^pg_'
        and not has_schema_privilege('${role}', n.oid, 'usage')
    loop
      execute format('grant usage on schema %s to ${role}', one.name);
    end loop;
    for one in
      select c.oid::regclass as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('tributary', 'information_schema')
        and n.nspname !~ '^pg_' and not has_table_privilege('${role}', c.oid, 'select')
    loop
      execute format('grant select on %s to ${role}', one.name);
    end loop;
  end
  $do$`

/** Returns its address, and an effect that grants it the tables created meanwhile. */
export const of = (superuser: Redacted.Redacted) => {
  const address = new URL(Redacted.value(superuser))
  const password = passwordOf(address.password)
  const grant = Effect.scoped(
    Effect.flatMap(PgConnection.make({ url: superuser }), (connection) => connection.query(statement(password), []))
  )
  address.username = role
  address.password = password
  return { url: Redacted.make(address.href), grant: Effect.asVoid(grant) }
}
