-- migrate:up

-- Facts come nearly in order of time, so a small index finds a day.
create index facts_at on facts using brin (at);

-- migrate:down

drop index facts_at;
