import type { Command } from './command.ts';
import { auditList } from './commands/audit/list.ts';
import { backupAdopt } from './commands/backup/adopt.ts';
import { backupCreate } from './commands/backup/create.ts';
import { backupDrill } from './commands/backup/drill.ts';
import { backupKey } from './commands/backup/key.ts';
import { backupList } from './commands/backup/list.ts';
import { backupPrune } from './commands/backup/prune.ts';
import { backupRestore } from './commands/backup/restore.ts';
import { breakGlassClose } from './commands/break-glass/close.ts';
import { breakGlassList } from './commands/break-glass/list.ts';
import { breakGlassOpen } from './commands/break-glass/open.ts';
import { buildList } from './commands/build/list.ts';
import { buildLogs } from './commands/build/logs.ts';
import { buildShow } from './commands/build/show.ts';
import { ciInit } from './commands/ci/init.ts';
import { completion } from './commands/completion.ts';
import { configCheck } from './commands/config/check.ts';
import { connect } from './commands/connect.ts';
import { contract } from './commands/contract.ts';
import { cost } from './commands/cost.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { egressList } from './commands/egress/list.ts';
import { envDetails } from './commands/env/details.ts';
import { envList } from './commands/env/list.ts';
import { envRuns } from './commands/env/runs.ts';
import { envShow } from './commands/env/show.ts';
import { envTraffic } from './commands/env/traffic.ts';
import { envVariables } from './commands/env/variables.ts';
import { events } from './commands/events.ts';
import { evidenceBundle } from './commands/evidence/bundle.ts';
import { evidenceFile } from './commands/evidence/file.ts';
import { evidenceList } from './commands/evidence/list.ts';
import { evidenceShow } from './commands/evidence/show.ts';
import { evidenceVerify } from './commands/evidence/verify.ts';
import { guard } from './commands/guard.ts';
import { imageBuild } from './commands/image/build.ts';
import { init } from './commands/init.ts';
import { invariantsCompare } from './commands/invariants/compare.ts';
import { invariantsMeasure } from './commands/invariants/measure.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { mailDelete } from './commands/mail/delete.ts';
import { mailList } from './commands/mail/list.ts';
import { mailSave } from './commands/mail/save.ts';
import { mailShow } from './commands/mail/show.ts';
import { memberList } from './commands/member/list.ts';
import { memberRemove } from './commands/member/remove.ts';
import { memberSet } from './commands/member/set.ts';
import { neutraliseCheck } from './commands/neutralise/check.ts';
import { notifyList } from './commands/notify/list.ts';
import { notifyTest } from './commands/notify/test.ts';
import { postmortem } from './commands/postmortem.ts';
import { previewApprove } from './commands/preview/approve.ts';
import { previewClose } from './commands/preview/close.ts';
import { previewList } from './commands/preview/list.ts';
import { previewLogs } from './commands/preview/logs.ts';
import { previewOpen } from './commands/preview/open.ts';
import { previewRebuild } from './commands/preview/rebuild.ts';
import { previewShow } from './commands/preview/show.ts';
import { previewSleep } from './commands/preview/sleep.ts';
import { previewWake } from './commands/preview/wake.ts';
import { productionDescribe } from './commands/production/describe.ts';
import { productionOpen } from './commands/production/open.ts';
import { productionShow } from './commands/production/show.ts';
import { projectBoard } from './commands/project/board.ts';
import { projectList } from './commands/project/list.ts';
import { projectQueue } from './commands/project/queue.ts';
import { promote } from './commands/promote.ts';
import { promotionApprove } from './commands/promotion/approve.ts';
import { promotionList } from './commands/promotion/list.ts';
import { promotionRefuse } from './commands/promotion/refuse.ts';
import { promotionShow } from './commands/promotion/show.ts';
import { psql } from './commands/psql.ts';
import { rehearsalList } from './commands/rehearsal/list.ts';
import { rehearsalShow } from './commands/rehearsal/show.ts';
import { rehearse } from './commands/rehearse.ts';
import { rollback } from './commands/rollback.ts';
import { runCancel } from './commands/run/cancel.ts';
import { runList } from './commands/run/list.ts';
import { runLogs } from './commands/run/logs.ts';
import { runShow } from './commands/run/show.ts';
import { secretList } from './commands/secret/list.ts';
import { secretRemove } from './commands/secret/remove.ts';
import { secretRotate } from './commands/secret/rotate.ts';
import { secretSet } from './commands/secret/set.ts';
import { setup } from './commands/setup.ts';
import { shell } from './commands/shell.ts';
import { shellsEnd } from './commands/shells/end.ts';
import { shellsList } from './commands/shells/list.ts';
import { shellsRecording } from './commands/shells/recording.ts';
import { shellsShow } from './commands/shells/show.ts';
import { smoke } from './commands/smoke.ts';
import { snapshotCreate } from './commands/snapshot/create.ts';
import { snapshotDownload } from './commands/snapshot/download.ts';
import { snapshotList } from './commands/snapshot/list.ts';
import { snapshotPin } from './commands/snapshot/pin.ts';
import { snapshotRemove } from './commands/snapshot/remove.ts';
import { snapshotVerify } from './commands/snapshot/verify.ts';
import { stagingDeploy } from './commands/staging/deploy.ts';
import { stagingRefresh } from './commands/staging/refresh.ts';
import { status } from './commands/status.ts';
import { tokenCreate } from './commands/token/create.ts';
import { tokenList } from './commands/token/list.ts';
import { tokenRevoke } from './commands/token/revoke.ts';
import { up } from './commands/up.ts';
import { userInvite } from './commands/user/invite.ts';
import { userList } from './commands/user/list.ts';
import { userRemove } from './commands/user/remove.ts';
import { userResetPassword } from './commands/user/reset-password.ts';
import { userResetSecondFactor } from './commands/user/reset-second-factor.ts';
import { userRole } from './commands/user/role.ts';
import { version } from './commands/version.ts';
import { webhookAdd } from './commands/webhook/add.ts';
import { webhookDeliveries } from './commands/webhook/deliveries.ts';
import { webhookList } from './commands/webhook/list.ts';
import { webhookRemove } from './commands/webhook/remove.ts';
import { webhookReplay } from './commands/webhook/replay.ts';
import { webhookRotate } from './commands/webhook/rotate.ts';
import { webhookSet } from './commands/webhook/set.ts';
import { webhookTest } from './commands/webhook/test.ts';

/** Every verb, in the order of the help. A test compares this list with the files. */
export const COMMANDS: readonly Command[] = [
  up,
  down,
  status,
  login,
  logout,
  doctor,
  init,
  contract,
  ciInit,
  version,
  completion,
  configCheck,
  guard,
  cost,
  smoke,
  previewOpen,
  previewList,
  previewShow,
  previewLogs,
  previewRebuild,
  previewSleep,
  previewWake,
  previewApprove,
  previewClose,
  snapshotCreate,
  snapshotList,
  snapshotVerify,
  snapshotDownload,
  snapshotPin,
  snapshotRemove,
  stagingRefresh,
  stagingDeploy,
  productionOpen,
  productionDescribe,
  productionShow,
  rollback,
  rehearse,
  rehearsalList,
  rehearsalShow,
  promote,
  promotionList,
  promotionShow,
  promotionApprove,
  promotionRefuse,
  backupCreate,
  backupList,
  backupRestore,
  backupDrill,
  backupPrune,
  backupKey,
  backupAdopt,
  projectList,
  projectBoard,
  projectQueue,
  envList,
  envShow,
  envRuns,
  envDetails,
  envTraffic,
  envVariables,
  mailList,
  mailShow,
  mailSave,
  mailDelete,
  egressList,
  buildList,
  buildShow,
  buildLogs,
  runList,
  runShow,
  runLogs,
  runCancel,
  events,
  postmortem,
  evidenceList,
  evidenceShow,
  evidenceFile,
  evidenceBundle,
  evidenceVerify,
  auditList,
  notifyList,
  notifyTest,
  webhookList,
  webhookAdd,
  webhookSet,
  webhookTest,
  webhookDeliveries,
  webhookReplay,
  webhookRotate,
  webhookRemove,
  neutraliseCheck,
  invariantsMeasure,
  invariantsCompare,
  imageBuild,
  secretSet,
  secretList,
  secretRemove,
  secretRotate,
  memberList,
  memberSet,
  memberRemove,
  tokenCreate,
  tokenList,
  tokenRevoke,
  setup,
  userList,
  userInvite,
  userRole,
  userRemove,
  userResetPassword,
  userResetSecondFactor,
  connect,
  shell,
  psql,
  shellsList,
  shellsShow,
  shellsEnd,
  shellsRecording,
  breakGlassOpen,
  breakGlassList,
  breakGlassClose,
];
