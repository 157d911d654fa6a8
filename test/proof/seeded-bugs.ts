import { prove } from './command.ts';
import { SEEDED_BUGS } from './bugs/all.ts';

/** `npm run seeded-bugs`: makes slips that a good engineer could make, one at a time, and shows what catches each. */
await prove(SEEDED_BUGS, 'caught');
