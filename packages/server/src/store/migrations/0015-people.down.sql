-- Tokens of people mean nothing without the people.
delete from ops.tokens where user_id is not null;
drop index ops.tokens_one_of_a_name;
alter table ops.tokens drop column user_id, drop column projects;
create unique index tokens_one_of_a_name on ops.tokens (organisation, lower(name)) where revoked_at is null;
drop table ops.one_time_links, ops.invitations, ops.memberships, ops.sign_in_failures, ops.rate_limits, ops.two_factors, ops.verifications,
  ops.accounts, ops.sessions, ops.users;
drop function ops.organisation_of_user();
