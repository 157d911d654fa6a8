import type { Mutant } from '../mutant.ts';
import { HOLD_RAILS } from './holds.ts';
import { LIMIT_RAILS } from './limits.ts';
import { PLAN_HELD_RAILS } from './plan-held.ts';
import { PLAN_RAILS } from './plan-rails.ts';
import { SCOPE_RAILS } from './scopes.ts';
import { SELECTOR_RAILS } from './selectors.ts';

/** The rails of the design, each taken away by one patch. */
export const RAILS_TAKEN_AWAY: readonly Mutant[] = [...PLAN_RAILS, ...SELECTOR_RAILS, ...SCOPE_RAILS, ...LIMIT_RAILS, ...PLAN_HELD_RAILS, ...HOLD_RAILS];
