import { NamespaceId, SecretId } from '../../../events/ids.ts';
import { wallClock } from '../../../lib/adapters/wall-clock.ts';
import { startSaeEmulator } from '../../../local/emulators/sae/server.ts';
import type { Seed } from '../../../local/emulators/seed.ts';
import type { UnknownsDocument } from '../../../local/emulators/unknowns.ts';
import type { Opened } from '../case.ts';
import { openEmulated } from '../emulated.ts';
import { openSae, type SaeTarget } from './target.ts';

export const NAMESPACE = NamespaceId.parse('cn-beijing:conf');
const OTHER = NamespaceId.parse('cn-beijing:other');

const FAR_OFF_SECONDS = 86_400;

const user = (name: string, uses: readonly string[]): { name: string; namespaceId: string; uses: string[]; id: string } => ({ name, namespaceId: NAMESPACE, uses: [...uses], id: `id-of-${name}` });

/** The last id is above 2^53: it must come through whole. */
const SEED: Seed = {
  secrets: ['101', '102', '103', '9007199254740993'].map((id) => ({ name: `held-${id}`, namespaceId: NAMESPACE, id })),
  applications: [
    user('first-app', ['101']),
    user('second-app', ['101', '103']),
    { ...user('leaving-app', ['9007199254740993']), goneAfterSeconds: FAR_OFF_SECONDS },
    user('passing-app', []),
  ],
  jobs: [user('night-job', ['102']), user('day-job', ['103'])],
  namespaces: [OTHER],
};

/** SAE on this machine, with every scene set that needs an application, and with these answers to what is unknown. */
export const emulateSae = async (unknowns: UnknownsDocument = {}): Promise<Opened<SaeTarget>> => {
  const emulator = await startSaeEmulator({ seed: { ...SEED, unknowns } });
  const emulated = openEmulated(emulator, (transport) =>
    openSae({
      transport,
      namespaceId: NAMESPACE,
      key: { accessKeyId: 'local-ak', accessKeySecret: 'local-sk', securityToken: null },
      clock: wallClock,
      given: {
        applicationSecret: SecretId.parse('101'),
        jobSecret: SecretId.parse('102'),
        bothSecret: SecretId.parse('103'),
        leavingSecret: SecretId.parse('9007199254740993'),
        otherNamespace: OTHER,
      },
      allowed: 'whole-project',
      spacingMs: 0,
      looks: 1,
    }),
  );
  // Leaves a change order behind, as a namespace in use has one.
  await emulated.target.send(emulated.target.signed({ action: 'DeleteApplication', method: 'DELETE', path: '/pop/v1/sam/app/deleteApplication', query: [['AppId', 'id-of-passing-app']] }));
  return emulated;
};
