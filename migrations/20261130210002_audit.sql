-- migrate:up

create table audit (
    id      bigint primary key,
    at      timestamptz not null default clock_timestamp(),
    who     text not null check (who <> ''),
    what    text not null check (what ~ '^[a-z_]+([.][a-z_]+)*$'),
    call_id text,
    agent   text,
    why     text not null default '',
    detail  json not null default '{}',
    source  text unique,
    hash    bytea not null
);
create index audit_of_call on audit (call_id) where call_id is not null;
comment on table  audit is 'The audit trail: who did what to whom, and why. Rows are final; each bears a hash over itself and the hash before, so that none can be changed or taken out unseen.';
comment on column audit.id is 'Counted from 1 without gaps, by the trigger.';
comment on column audit.at is 'When it was done. Facts may come late to Postgres: it need not rise with id.';
comment on column audit.who is 'The user''s name, the number of the agent whose phone it was, or the operating system''s user at the command line.';
comment on column audit.what is 'The deed, such as routing.publish.';
comment on column audit.call_id is 'The call that it was done to; null if none.';
comment on column audit.agent is 'The agent whom it concerned; null if none.';
comment on column audit.why is 'The reason, in the words of who did it.';
comment on column audit.detail is 'What else belongs to it; never a customer''s number or words.';
comment on column audit.source is 'Outbox and place of the fact that tells of it; null if it came from the command line.';
comment on column audit.hash is 'SHA-256 over the hash of the row before and over this row, by the trigger.';

create function audit_body(a audit) returns bytea language sql stable as $$
    select convert_to(string_agg(coalesce(octet_length(part) || ':' || part, '~'), ',' order by n), 'UTF8')
    from unnest(array[a.id::text, (extract(epoch from a.at) * 1000000)::bigint::text, a.who, a.what,
                      a.call_id, a.agent, a.why, a.detail::text, a.source]) with ordinality as parts (part, n)
$$;
comment on function audit_body(audit) is 'The bytes of a row of the audit trail: each field with its length, null as ~, with commas between.';

create function audit_chain() returns trigger language plpgsql as $$
declare last audit%rowtype;
begin
    -- One appends at a time: centre and command line may both do. Held until commit.
    perform pg_advisory_xact_lock(4207849484);
    select * into last from audit order by id desc limit 1;
    new.id := coalesce(last.id, 0) + 1;
    new.hash := sha256(coalesce(last.hash, ''::bytea) || audit_body(new));
    return new;
end
$$;
comment on function audit_chain() is 'Gives a new row of the audit trail its place and its hash, whatever the insert says.';
create trigger audit_chain before insert on audit
    for each row execute function audit_chain();
create trigger audit_is_final before update or delete on audit
    for each row execute function refuse_change();
create trigger audit_stays before truncate on audit
    for each statement execute function refuse_change();
revoke update, delete, truncate on audit from public;

-- migrate:down

drop function audit_body(audit);
drop table audit;
drop function audit_chain();
