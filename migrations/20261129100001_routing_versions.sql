-- migrate:up

create table routing_versions (
    version     integer primary key check (version > 0),
    at          timestamptz not null default now(),
    who         text not null,
    why         text not null,
    yaml        text not null,
    document    json not null,
    sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    rollback_to integer references routing_versions
);
comment on table  routing_versions is 'Every routing document that was published; the one with the highest number is live. Rows are final.';
comment on column routing_versions.version is 'Counted from 1, without gaps.';
comment on column routing_versions.at is 'When it was published.';
comment on column routing_versions.who is 'Who published it.';
comment on column routing_versions.why is 'Why, in his words.';
comment on column routing_versions.yaml is 'The text as it was published, comments included.';
comment on column routing_versions.document is 'The same as the centre reads it: every field, the usual values included.';
comment on column routing_versions.sha256 is 'Of the text.';
comment on column routing_versions.rollback_to is 'The earlier version whose text this is, if it was rolled back to.';

create trigger routing_versions_are_final before update or delete on routing_versions
    for each row execute function refuse_change();

create function tell_of_routing() returns trigger language plpgsql as $$
begin
    perform pg_notify('ccbot_routing', new.version::text);
    return null;
end
$$;
comment on function tell_of_routing() is 'Tells channel ccbot_routing the number of a version that was published.';
create trigger tell_of_routing after insert on routing_versions
    for each row execute function tell_of_routing();

-- migrate:down

drop table routing_versions;
drop function tell_of_routing();
