/** Examples of keys whose schema and description give none, by section. */
export const examples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  daemon: {
    name: "kitchen",
    timezone: "Europe/Kaliningrad",
    database: "{ url: { secret: DATABASE_URL } }",
    http: "{ port: 8080, adminToken: { secret: ADMIN_TOKEN } }",
    log: "{ level: info, format: json }",
    alerts: "{ webhook: { secret: ALERT_WEBHOOK } }"
  },
  "daemon database": { exports: "{ role: tributary_exports }" },
  "daemon database exports": { role: "tributary_exports" },
  "daemon log": { file: "{ path: data/logs/tributary.log }" },
  connector: {
    timezone: "Europe/Kaliningrad",
    limits: "{ rate: 300/min, concurrency: 4 }",
    retry: "{ times: 5, first: 2s, factor: 2 }",
    entities: "{ deal: { path: /v1/deal, key: id, fields: { id: bigint } } }"
  },
  "connector limits": { burst: "20" },
  "connector limits perAccount": { burst: "20" },
  "connector retry": { times: "5", attempts: "3", first: "2s", max: "1m" },
  entity: {
    query: "{ include: items, since: { date: today-30d } }",
    headers: '{ X-Version: "2" }',
    body: "{ filter: { open: true } }",
    form: "{ status: open }",
    graphql: '{ query: "query { deals { id } }" }',
    format: "csv",
    records: "/items",
    skipRows: "2",
    page: "{ type: page, size: 100 }",
    parent: "order",
    table: "crm_deal",
    key: "[id, shop]",
    scope: "{ shop: north }",
    fields: "{ id: bigint, amount: decimal }",
    deletedWhen: "{ deleted_at: { exists: true }, mark: is_deleted }",
    guard: "{ maxDelete: 20% }",
    incremental: "{ cursor: updated_at, param: updated_since }",
    forEach: "{ entity: deal, params: { deal: id } }",
    one: '{ path: "/v1/deal/{id}" }',
    leads: "{ to: deal, by: deal_id }",
    history: "crm_deal_history",
    versions: "crm_deal_versions",
    indexes: "[partner_id, [shop, closed_on]]",
    examples: '[{ record: { id: 1 }, row: { id: "1" } }]'
  },
  "entity query": { date: "today-30d", format: "dd.MM.yyyy" },
  "entity graphql": { query: '"query { deals { id } }"', variables: "{ first: 100 }" },
  "entity page": { param: "page", sizeParam: "per_page", size: "100" },
  "entity windows": { from: "today-1y", to: "today", step: "7d" },
  "entity where": { gt: "0", gte: "1", lt: "100", lte: "99" },
  "entity deletedWhen": { mark: "is_deleted", gt: "0", gte: "1", lt: "100", lte: "99" },
  "entity fields": {
    from: "/customer/name",
    type: "decimal",
    format: "dd.MM.yyyy",
    default: "0",
    value: "north",
    lookup: "{ table: crm_partner, key: id, value: name }"
  },
  "entity fields transform": {
    split: '","',
    extract: "'\\d+'",
    replace: "'\\s+'",
    with: '" "',
    map: "{ A: active, C: closed }",
    otherwise: "unknown",
    join: "[first_name, last_name]"
  },
  "entity fields lookup": { table: "crm_partner", key: "id", value: "name" },
  "entity incremental": {
    cursor: "updated_at",
    from: "/meta/next_since",
    param: "updated_since",
    overlap: "10m",
    format: "dd.MM.yyyy",
    initial: "2024-01-01",
    start: "{ path: /v1/events/latest, pointer: /latest/id }",
    maxAge: "30d"
  },
  "entity incremental start": { path: "/v1/events/latest", pointer: "/latest/id" },
  "entity forEach": { entity: "deal", params: "{ deal: id }", values: "[riga, bonn]", as: "city" },
  "entity one": { path: '"/v1/deal/{id}"', query: "{ include: items }", records: "/result", gone: "[404, 410]" },
  "entity leads": { to: "deal", by: "deal_id", at: "processed_at" },
  "entity examples": {
    record: '{ id: 1, amount: "2,50" }',
    params: "{ deal: 7 }",
    row: '{ amount: "2.50" }',
    reject: "no decimal number"
  },
  job: {
    schedule: '"0 7 * * *"',
    timezone: "Europe/Kaliningrad",
    misfire: "{ grace: 1h, policy: once }",
    jitter: "5m",
    steps: '[{ sync: ["crm.*"] }]'
  },
  "job steps": {
    period: "3d",
    parallel: "[{ sync: [crm.deal] }, { sync: [crm.partner] }]",
    trim: "{ table: sync_log, maxAge: 180d }",
    input: "{ date: today }"
  },
  "job steps trim": { maxAge: "180d", maxRows: "500000" }
}
