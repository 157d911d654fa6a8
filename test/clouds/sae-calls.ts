import type { Answer, Clouds } from '../../lib/ports/clouds.ts';
import { NAMESPACE, noDeadline, REGION, SECRET } from './clients.ts';

/** Every SAE call, by name. */
export const saeCalls = (clouds: Clouds): Readonly<Record<string, { readonly changes: boolean; readonly make: () => Promise<Answer<unknown>> }>> => ({
  list: { changes: false, make: () => clouds.saeReader(REGION).list(NAMESPACE, noDeadline()) },
  namespaceResources: { changes: false, make: () => clouds.saeReader(REGION).namespaceResources(NAMESPACE, noDeadline()) },
  changeOrder: { changes: false, make: () => clouds.saeReader(REGION).changeOrder('co-1', noDeadline()) },
  delete: { changes: true, make: () => clouds.saeWriter(REGION).delete(NAMESPACE, SECRET, noDeadline()) },
});
