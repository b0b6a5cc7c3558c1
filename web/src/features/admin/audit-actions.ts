/** Every action that this page has a name for, with how it is marked. */
export const auditActions = {
  registered: 'plain',
  signed_in: 'plain',
  sign_in_failed: 'warn',
  signed_out: 'plain',
  session_ended: 'plain',
  refresh_reused: 'bad',
  password_changed: 'accent',
  password_reset: 'accent',
  webhook_created: 'accent',
  webhook_changed: 'plain',
  identity_linked: 'accent',
  data_taken_out: 'accent',
  account_renamed: 'plain',
  account_closed: 'warn',
  account_kept: 'accent',
  account_erased: 'warn',
  api_token_created: 'accent',
  api_token_revoked: 'plain',
  api_key_saved: 'accent',
  api_key_revoked: 'plain',
  invite_created: 'accent',
  reset_created: 'accent',
  link_revoked: 'plain',
  user_created: 'accent',
  role_changed: 'accent',
  user_disabled: 'warn',
  user_enabled: 'accent',
  service_created: 'accent',
  service_changed: 'accent',
  service_tested: 'accent',
  service_deleted: 'warn',
  exam_begun: 'plain',
  setting_changed: 'accent',
  queue_changed: 'accent',
  budget_changed: 'accent',
  administered: 'accent',
  master_key_rotated: 'warn',
} as const;

type AuditAction = keyof typeof auditActions;

export const auditActionNames = Object.keys(auditActions) as AuditAction[];

/** Whether the page has a name for it; a newer server may know more. */
export function isAuditAction(action: string): action is AuditAction {
  return Object.hasOwn(auditActions, action);
}
