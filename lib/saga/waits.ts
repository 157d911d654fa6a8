/** Whether a wait for that reason goes on only after a person acted, or may not without that. */
export const awaitsPerson = (why: string): boolean => /^(paused|held|approval|credentials-refused|not-cancelled)/.test(why);

/** Whether somebody may have ended that wait before its date: a person, or the generation before. */
export const mayBeOver = (why: string): boolean => awaitsPerson(why) || why.startsWith('previous-generation');
