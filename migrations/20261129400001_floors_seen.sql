-- migrate:up

create index floors_seen on facts (outbox_id, seq) where fact->>'fact' = 'floor_seen';
comment on index floors_seen is 'Where a replay of a journal may begin.';

-- migrate:down

drop index floors_seen;
