/** `follow_up_clerk` as `follow-up clerk`. */
export const roleWords = (role: string): string => role.replace('follow_up', 'follow-up').replaceAll('_', ' ');
