drop trigger forget_mails on ops.environments;
drop function ops.forget_mails();
drop table ops.mails, ops.egress;
