-- migrate:up

alter table calls drop constraint calls_outcome_check;
alter table calls add constraint calls_outcome_check check (outcome in (
    'answered', 'abandoned_menu', 'abandoned_waiting', 'abandoned_ringing', 'waited_too_long',
    'queue_full', 'no_agents', 'voicemail', 'callback', 'after_hours', 'blocked', 'system_error',
    'not_reached', 'settled'));
comment on column calls.outcome is 'How the call ended; a call that came to a talk is answered, whatever followed. not_reached is a callback that nobody answered; settled is one whose customer called herself meanwhile, and was served.';

-- migrate:down

-- Rows that are there keep what they say.
alter table calls drop constraint calls_outcome_check;
alter table calls add constraint calls_outcome_check check (outcome in (
    'answered', 'abandoned_menu', 'abandoned_waiting', 'abandoned_ringing', 'waited_too_long',
    'queue_full', 'no_agents', 'voicemail', 'callback', 'after_hours', 'blocked', 'system_error',
    'not_reached')) not valid;
comment on column calls.outcome is 'How the call ended; a call that came to a talk is answered, whatever followed. not_reached is a callback that nobody answered.';
