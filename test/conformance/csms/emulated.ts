import { ProjectId, SecretName } from '../../../events/ids.ts';
import { wallClock } from '../../../lib/adapters/wall-clock.ts';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import type { Seed } from '../../../local/emulators/seed.ts';
import type { UnknownsDocument } from '../../../local/emulators/unknowns.ts';
import type { Opened } from '../case.ts';
import { openEmulated } from '../emulated.ts';
import { openCsms, OWN_PREFIX, type CsmsTarget } from './target.ts';

export const PROJECT = ProjectId.parse('0123456789abcdef0123456789abcdef');
const DISABLED = SecretName.parse(`${OWN_PREFIX}seed-d`);
const FROZEN = SecretName.parse(`${OWN_PREFIX}seed-e`);

const standing = (place: string, id: number, day: number): { name: string; projectId: string; id: string; createTime: number } => ({
  name: `${OWN_PREFIX}seed-${place}`,
  projectId: PROJECT,
  id: `00000000-0000-4000-8000-00000000000${id}`,
  createTime: Date.UTC(2026, 0, day),
});

/** Names, ids and times that stand in a different order each, so that a list tells which of them it follows. */
const SEED: Seed = {
  secrets: [
    standing('b', 4, 1),
    standing('c', 2, 2),
    standing('a', 3, 3),
    { ...standing('d', 5, 4), state: 'DISABLED' },
    { ...standing('e', 1, 5), state: 'FROZEN' },
  ],
};

/** CSMS and IAM on this machine, with every scene set that no API can set, and with these answers to what is unknown. */
export const emulateCsms = async (unknowns: UnknownsDocument = {}): Promise<Opened<CsmsTarget>> => {
  const emulator = await startCsmsEmulator({ seed: { ...SEED, unknowns } });
  return openEmulated(emulator, (transport) =>
    openCsms({
      transport,
      iam: transport,
      projectId: PROJECT,
      key: { accessKey: 'local-ak', secretKey: 'local-sk', securityToken: null },
      user: { domain: 'local-domain', user: 'local-user', password: 'local-password' },
      clock: wallClock,
      given: { disabledSecret: DISABLED, frozenSecret: FROZEN },
      allowed: 'whole-project',
      spacingMs: 0,
      looks: 1,
    }),
  );
};
