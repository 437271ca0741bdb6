import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // What a plan would write, to see what refuses it. It waits for nobody's lock as long as a deadlock takes to be found, so
  // that no load is ever ended for its sake.
  yield* sql`
    create function tributary.undone(attempt text, inserts json, updates json, deletes json) returns void language plpgsql as $undone$
    begin
      perform set_config('lock_timeout', '300ms', true);
      begin
        execute attempt using inserts, updates, deletes;
        raise exception using errcode = 'TRB00';
      exception when sqlstate 'TRB00' then
        null;
      end;
    end $undone$`
  // As before, with the constraint that was violated.
  yield* sql`drop function tributary.refusals(text, text, bigint, integer)`
  yield* sql`
    create function tributary.refusals(before text, attempt text, total bigint, most integer)
    returns table (n bigint, code text, message text, detail text, field text, rule text) language plpgsql as $refusals$
    declare
      froms bigint[] := array[1::bigint];
      tos bigint[] := array[total];
      low bigint;
      high bigint;
      refused jsonb := '[]';
      state text;
      words text;
      more text;
      named text;
      ruled text;
    begin
      begin
        execute before;
        while cardinality(froms) > 0 and jsonb_array_length(refused) <= most loop
          low := froms[cardinality(froms)];
          high := tos[cardinality(tos)];
          froms := trim_array(froms, 1);
          tos := trim_array(tos, 1);
          begin
            execute attempt using low, high;
          exception when data_exception or integrity_constraint_violation or program_limit_exceeded or raise_exception then
            get stacked diagnostics state = returned_sqlstate, words = message_text, more = pg_exception_detail,
              named = column_name, ruled = constraint_name;
            if low < high then
              froms := froms || ((low + high) / 2 + 1) || low;
              tos := tos || high || ((low + high) / 2);
            else
              refused := refused || jsonb_build_object('n', low, 'code', state, 'message', words, 'detail', more,
                'field', named, 'rule', ruled);
            end if;
          end;
        end loop;
        raise exception using errcode = 'TRB00';
      exception when sqlstate 'TRB00' then
        null;
      end;
      return query select * from jsonb_to_recordset(refused)
        as r(n bigint, code text, message text, detail text, field text, rule text);
    end $refusals$`
})
