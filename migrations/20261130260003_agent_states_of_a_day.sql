-- migrate:up

-- Of a day long ago neither its end nor its beginning alone finds few rows.
create index agent_states_by_span on agent_states using gist (tstzrange(started_at, ended_at, '[]'))
where ended_at is not null;
drop index agent_states_by_end;

-- migrate:down

create index agent_states_by_end on agent_states (ended_at);
drop index agent_states_by_span;
