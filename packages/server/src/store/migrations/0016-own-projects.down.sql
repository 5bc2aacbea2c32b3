do $$
declare
  found record;
begin
  for found in select tablename from pg_policies where schemaname = 'ops' and policyname = 'own_projects' loop
    execute format('drop policy own_projects on ops.%I', found.tablename);
  end loop;
end $$;
