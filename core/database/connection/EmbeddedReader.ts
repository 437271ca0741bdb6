/**
 * The plain role that reads for exports on the embedded server, whose only other user is the superuser. It logs in with
 * its own password, so no statement can switch back to that user. It reads every table outside the daemon's schema. It
 * cannot take advisory locks, which runs use to exclude each other, and its temporary files are bounded.
 */
import { createHmac } from "node:crypto"
import { PgConnection } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { literal } from "../tables/Identifier.ts"

const role = "tributary_export"

/** The same in every process that shares the server, and unknown to anyone without the other password. */
const passwordOf = (superuser: string): string =>
  createHmac("sha256", superuser).update(role).digest("base64url").slice(0, 32)

/** Revoked from all roles, because a right of PUBLIC cannot be revoked from one role. The superuser keeps it. */
const revoked = `p.proname ~ '^pg_(try_)?advisory_'
  or p.proname in ('pg_cancel_backend', 'pg_terminate_backend', 'pg_logical_emit_message', 'pg_notify')`

/** The limit of the files that sorts and joins write. */
const temporary = "2GB"

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
    if not exists (select from pg_db_role_setting where setrole = '${role}'::regrole) then
      alter role ${role} set temp_file_limit = '${temporary}';
    end if;
    for one in
      select p.oid::regprocedure as name from pg_proc as p
      where p.pronamespace = 'pg_catalog'::regnamespace and (${revoked})
        and has_function_privilege('${role}', p.oid, 'execute')
    loop
      execute format('revoke execute on function %s from public', one.name);
    end loop;
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
export const make = (superuser: Redacted.Redacted) => {
  const address = new URL(Redacted.value(superuser))
  const password = passwordOf(address.password)
  const grant = Effect.scoped(
    Effect.flatMap(PgConnection.make({ url: superuser }), (connection) => connection.query(statement(password), []))
  )
  address.username = role
  address.password = password
  return { url: Redacted.make(address.href), grant: Effect.asVoid(grant) }
}
