-- migrate:up

alter table agents add column role text not null default 'agent'
    check (role in ('agent', 'leader', 'supervisor', 'manager', 'admin'));
alter table agents add column leads text[] not null default '{}'
    check (array_position(leads, null) is null);
alter table agents drop constraint agents_groups_check;
alter table agents add constraint agents_groups_check check (
    array_position(groups, null) is null and (cardinality(groups) > 0 or role <> 'agent'));
comment on column agents.groups is 'Keys of the groups whose calls the agent takes; empty for the phone of somebody who takes none.';
comment on column agents.role is 'What the person may do; other than agent: it is the phone of a user of that role.';
comment on column agents.leads is 'Keys of the groups in which the role holds.';

create table users (
    name         text primary key
                     check (name <> '' and name = btrim(name) and name !~ '[[:cntrl:]]' and char_length(name) <= 64),
    role         text not null check (role in ('leader', 'supervisor', 'manager', 'admin')),
    groups       text[] not null check (array_position(groups, null) is null),
    phone        text references agents,
    token_sha256 bytea unique check (octet_length(token_sha256) = 32),
    created_at   timestamptz not null default now(),
    removed_at   timestamptz check (removed_at >= created_at),
    check (cardinality(groups) > 0 or role in ('manager', 'admin')),
    check ((token_sha256 is null) = (removed_at is not null))
);
create unique index users_by_phone on users (phone) where removed_at is null;
comment on table  users is 'Who may use the API: team leaders, supervisors, managers, admins. One who was removed keeps the row, for the audit trail names him.';
comment on column users.name is 'What the user is called, here and in the audit trail.';
comment on column users.role is 'What the user may do; the table of rights says what that is.';
comment on column users.groups is 'Keys of the groups in which the role holds; empty: in all.';
comment on column users.phone is 'The agent number of the user''s own phone; null if there is none.';
comment on column users.token_sha256 is 'SHA-256 of the bearer token, which itself is stored nowhere; null once removed.';
comment on column users.created_at is 'When the user was added, last if more than once.';
comment on column users.removed_at is 'When the user was removed; null while he works here.';

create function tell_of_users() returns trigger language plpgsql as $$
begin
    perform pg_notify('ccbot_users', '');
    return null;
end
$$;
comment on function tell_of_users() is 'Tells channel ccbot_users that a user''s row changed, whoever changed it.';
create trigger tell_of_users after insert or update or delete on users
    for each row execute function tell_of_users();

-- migrate:down

drop table users;
drop function tell_of_users();
-- The phones of users who take no calls have no place in the table as it was before.
delete from agents where cardinality(groups) = 0;
alter table agents drop constraint agents_groups_check;
alter table agents add constraint agents_groups_check check (
    cardinality(groups) > 0 and array_position(groups, null) is null);
alter table agents drop column leads;
alter table agents drop column role;
comment on column agents.groups is 'Keys of the groups whose calls the agent takes.';
