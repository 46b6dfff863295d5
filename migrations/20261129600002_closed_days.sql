-- migrate:up

create table closed_days (
    day        date not null,
    revision   integer not null check (revision > 0),
    definition integer not null,
    numbers    text not null,
    primary key (day, revision)
);
comment on table  closed_days is 'The numbers of days that are over, as they were first told. A later count that differs is another revision; none is ever changed.';
comment on column closed_days.day is 'The day, in the time zone that its numbers name.';
comment on column closed_days.revision is '1, and one more whenever rows that came late changed the count.';
comment on column closed_days.definition is 'What the numbers mean; a day is counted again only by the same definition.';
comment on column closed_days.numbers is 'All counts of the day as JSON, byte for byte.';
create trigger closed_days_are_final before update or delete on closed_days
    for each row execute function refuse_change();

create index agent_states_by_end on agent_states (ended_at);
create index calls_by_caller on calls (caller, entered_at) where caller <> '';
create index calls_by_end on calls (ended_at);
create index calls_seen on facts (at) where fact->>'fact' = 'call_entered';

-- migrate:down

drop index calls_seen;
drop index calls_by_end;
drop index calls_by_caller;
drop index agent_states_by_end;
drop table closed_days;
