import { prove } from './command.ts';
import { RAILS_TAKEN_AWAY } from './rails/all.ts';

/** `npm run rails`: takes each rail away in turn and shows what goes red (H65). */
await prove(RAILS_TAKEN_AWAY, 'red');
