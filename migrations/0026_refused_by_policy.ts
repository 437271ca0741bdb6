import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // As before, and a policy of row security may refuse a row; its code is that of a missing right.
  yield* sql`
    create or replace function tributary.refusals(before text, attempt text, total bigint, most integer)
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
        set constraints all immediate;
        while cardinality(froms) > 0 and jsonb_array_length(refused) <= most loop
          low := froms[cardinality(froms)];
          high := tos[cardinality(tos)];
          froms := trim_array(froms, 1);
          tos := trim_array(tos, 1);
          begin
            execute attempt using low, high;
          exception when data_exception or integrity_constraint_violation or program_limit_exceeded or raise_exception
            or insufficient_privilege then
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
