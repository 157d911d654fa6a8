import * as z from 'zod/mini';
import type { Outgoing } from '../wire.ts';
import { keyOf, wholeSeconds, type Secret } from './records.ts';
import { ok, refused } from './replies.ts';
import { isDeletable, isPending, withBody, withSecret, type Request } from './request.ts';
import { secretView } from './views.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const Days = z.int().check(z.minimum(7), z.maximum(30));
const Window = z.object({ recovery_window_in_days: Days });
const WindowOrThirtyDays = z.object({ recovery_window_in_days: z._default(Days, 30) });

/** DeleteSecretForSchedule: starts the recovery window; the secret can be cancelled back until its date. */
export const scheduleDeletion = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    if (isPending(secret)) return refused('CSMS.0107');
    if (!isDeletable(secret, request.unknowns)) return refused('CSMS.0109');
    return withBody(request, request.unknowns.missingWindow === 'refused' ? Window : WindowOrThirtyDays, ({ recovery_window_in_days: days }) => {
      const now = wholeSeconds(request.now);
      const scheduled: Secret = { ...secret, state: 'PENDING_DELETE', deleteAt: now + days * DAY_MS, updateTime: now };
      request.content.secrets.put(keyOf(secret), scheduled);
      return ok({ secret: secretView(scheduled, request.unknowns) }, { did: 'scheduled', names: [secret.name], note: null });
    });
  });

/** RestoreSecret: ends a recovery window before its date. */
export const cancelDeletion = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    if (!isPending(secret)) return refused('CSMS.0108');
    const restored: Secret = { ...secret, state: 'ENABLED', deleteAt: null, updateTime: wholeSeconds(request.now) };
    request.content.secrets.put(keyOf(secret), restored);
    const shown = request.unknowns.cancelledDate === 'kept' ? { ...restored, deleteAt: secret.deleteAt } : restored;
    return ok({ secret: secretView(shown, request.unknowns) }, { did: 'cancelled', names: [secret.name], note: null });
  });
