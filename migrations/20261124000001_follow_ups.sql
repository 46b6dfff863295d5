-- migrate:up

create table follow_ups (
    id         bigint generated always as identity primary key,
    call_id    text not null references calls,
    kind       text not null check (kind in ('low_score')),
    created_at timestamptz not null,
    due_at     timestamptz not null check (due_at >= created_at),
    reason     text check (reason <> ''),
    done_at    timestamptz check (done_at >= created_at),
    note       text not null default '',
    unique (call_id, kind)
);
create index follow_ups_open on follow_ups (due_at) where done_at is null;
comment on table  follow_ups is 'What somebody has to see to after a call, such as calling a dissatisfied customer back. Written with the call''s row.';
comment on column follow_ups.id is 'The task''s number.';
comment on column follow_ups.call_id is 'The call that left it behind.';
comment on column follow_ups.kind is 'Why: low_score is a survey score of 2 or 1.';
comment on column follow_ups.created_at is 'When the customer gave the cause.';
comment on column follow_ups.due_at is 'By when it is to be done.';
comment on column follow_ups.reason is 'The recording in which the customer says why, without .wav; null if there is none.';
comment on column follow_ups.done_at is 'When it was done; null while it is open.';
comment on column follow_ups.note is 'What came of it.';

create view survey_by_agent as
select last_agent as agent,
       (entered_at at time zone 'Asia/Shanghai')::date as day,
       count(*) as offered,
       count(*) filter (where survey_status = 'answered') as answered,
       count(*) filter (where survey_status = 'no_input') as no_input,
       count(*) filter (where survey_status = 'invalid') as invalid,
       count(*) filter (where survey_status = 'hung_up') as hung_up,
       round(avg(survey_score), 2) as average_score,
       count(*) filter (where survey_resolved) as resolved_yes,
       count(*) filter (where not survey_resolved) as resolved_no
from calls
where survey_status in ('answered', 'no_input', 'invalid', 'hung_up')
  and last_agent is not null and not test
group by last_agent, day;
comment on view survey_by_agent is 'Surveys by last serving agent and day in Asia/Shanghai, always counted from the calls; a score of 5 is best. Those not offered and test calls are left out.';

-- migrate:down

drop view survey_by_agent;
drop table follow_ups;
