import * as z from 'zod/mini';

/** For a parse whose issues are shown as zod puts them: zod/mini says of each only that the input is invalid, unless it is told how. */
export const IN_ENGLISH = { error: z.locales.en().localeError };
