-- migrate:up

create or replace view estimate_hits as
select e.group_key,
       (e.told_at at time zone coalesce(live.time_zone, 'Asia/Shanghai'))::date as day,
       count(*) as told,
       count(e.hit) as judged,
       count(*) filter (where e.hit) as hits,
       round(100.0 * count(*) filter (where e.hit) / nullif(count(e.hit), 0), 1) as hit_percent
from estimates e join calls c using (call_id)
left join (select document->>'time_zone' as time_zone from routing_versions
           order by version desc limit 1) live on true
where not c.test
group by e.group_key, day;
comment on view estimate_hits is 'How often an estimate was true, by group and day in the time zone of the live routing document; test calls are left out.';

-- migrate:down

create or replace view estimate_hits as
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
