-- migrate:up

alter table calls drop constraint calls_greeting_variant_check;
alter table calls add constraint calls_greeting_variant_check check (
    greeting_variant in ('announce_id', 'neutral', 'live', 'name', 'own_voice'));
comment on column calls.greeting_variant is 'The greeting at the last pick-up: with the agent''s name, in his own voice, with his number, neutral, or live: he speaks it himself; null if it never came to one.';
comment on column calls.greeting_completed is 'Whether that greeting was played to its end; false for live, which nobody plays.';

-- migrate:down

-- Rows that are there keep what they say.
alter table calls drop constraint calls_greeting_variant_check;
alter table calls add constraint calls_greeting_variant_check check (
    greeting_variant in ('announce_id', 'neutral', 'live')) not valid;
comment on column calls.greeting_variant is 'The greeting played at the last pick-up; null if none was.';
comment on column calls.greeting_completed is 'Whether that greeting was played to its end.';
