-- The second wall: who reads as slipway_app with `slipway.projects` set to a list with commas sees rows of these projects only, whatever the
-- statement says. Without the setting it is every project of the organisation, as before.
do $$
declare
  found record;
  sees constant text := $sees$coalesce(current_setting('slipway.projects', true), '') = ''
    or %s = any (string_to_array(current_setting('slipway.projects', true), ','))$sees$;
begin
  for found in
    select c.relname as name, case
        when c.relname = 'projects' then 'id'
        when bool_or(a.attname = 'project') then 'project'
        when bool_or(a.attname = 'environment') then $of$split_part(environment, '/', 1)$of$
        when c.relname = 'audit_log' then $of$split_part(target, '/', 1)$of$
        -- What belongs to a run or a deployment is seen by whoever sees that: its own policy holds here, too.
        when bool_or(a.attname = 'run') then '(select r.project from ops.runs r where r.id = run)'
        when bool_or(a.attname = 'deployment') then $of$(select split_part(d.environment, '/', 1) from ops.deployments d where d.id = deployment)$of$
      end as project
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'ops'::regnamespace and c.relkind in ('r', 'p')
    group by c.relname
  loop
    if found.project is not null then
      execute format('create policy own_projects on ops.%I as restrictive for select using (' || sees || ')', found.name, found.project);
    end if;
  end loop;
end $$;

-- The control plane reads as that role for people. A superuser may anyway; where roles cannot be granted it goes without the second wall.
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app' and not
      case when current_setting('server_version_num')::int >= 160000 then pg_has_role(oid, 'SET') else pg_has_role(oid, 'MEMBER') end) then
    execute format('grant slipway_app to %I', current_user);
  end if;
exception
  when others then null;
end $$;
