-- migrate:up

alter table agents add column token_sha256 bytea unique check (octet_length(token_sha256) = 32);
comment on column agents.token_sha256 is 'SHA-256 of the agent''s bearer token for the API, which itself is stored nowhere; null if he has none.';

-- migrate:down

alter table agents drop column token_sha256;
