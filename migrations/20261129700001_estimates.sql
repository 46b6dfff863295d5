-- migrate:up

create table estimates (
    call_id   text not null references calls,
    no        integer not null check (no > 0),
    group_key text,
    told_at   timestamptz not null,
    minutes   integer not null check (minutes > 0),
    waited_ms bigint check (waited_ms >= 0),
    hit       boolean,
    primary key (call_id, no)
);
create index estimates_by_time on estimates (told_at);
comment on table  estimates is 'What waiting callers were told of how long it takes, and whether it was true. Written with the call''s row.';
comment on column estimates.call_id is 'The call.';
comment on column estimates.no is 'Place among those that the call heard.';
comment on column estimates.group_key is 'The group in whose queue it was told.';
comment on column estimates.told_at is 'When the sentence had ended.';
comment on column estimates.minutes is 'About so many minutes; the band is half of them to both sides, and one minute at least.';
comment on column estimates.waited_ms is 'From then to the talk; null if there was none.';
comment on column estimates.hit is 'Whether the talk began within the band, or false if she waited longer in vain; null if she left before.';

create view estimate_hits as
select e.group_key,
       (e.told_at at time zone 'Asia/Shanghai')::date as day,
       count(*) as told,
       count(e.hit) as judged,
       count(*) filter (where e.hit) as hits,
       round(100.0 * count(*) filter (where e.hit) / nullif(count(e.hit), 0), 1) as hit_percent
from estimates e join calls c using (call_id)
where not c.test
group by e.group_key, day;
comment on view estimate_hits is 'How often an estimate was true, by group and day in Asia/Shanghai; test calls are left out.';

-- migrate:down

drop view estimate_hits;
drop table estimates;
