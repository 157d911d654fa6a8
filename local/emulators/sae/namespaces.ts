import { changeOrderStatus } from './applications.ts';
import type { ChangeOrder } from './records.ts';
import { noSuchNamespace, success, type Answer } from './replies.ts';
import { withNamespace, withParameters, type Request } from './request.ts';

const resources = (request: Request, namespaceId: string): Answer =>
  withNamespace(request, namespaceId, () => {
    const { content, now } = request;
    const applications = [...content.dependents.values()].filter((dependent) => dependent.kind === 'application' && dependent.listed && dependent.namespaceId === namespaceId);
    const last: ChangeOrder | undefined = [...content.changeOrders.values()].findLast((order) => order.namespaceId === namespaceId);
    const running = last !== undefined && changeOrderStatus(last.endsAt, now) === 1;
    const [region, shortId = region] = namespaceId.split(':');
    return success({
      NamespaceId: namespaceId,
      NameSpaceShortId: shortId,
      NamespaceName: shortId,
      BelongRegion: region,
      AppCount: applications.length,
      LastChangeOrderId: last?.id,
      LastChangeOrderRunning: running,
      LastChangeOrderStatus: last === undefined ? 'READY' : running ? 'RUNNING' : 'SUCCESS',
    });
  });

/** DescribeNamespaceResources: by either id, the long one first; whether anything still changes in the namespace. */
export const describeNamespaceResources = (request: Request): Answer => {
  const shortId = request.parameters.get('NameSpaceShortId') ?? '';
  if ((request.parameters.get('NamespaceId') ?? '') !== '' || shortId === '') {
    return withParameters(request, ['NamespaceId'], ({ NamespaceId }) => resources(request, NamespaceId));
  }
  const long = [...request.content.namespaces.values()].find((id) => id.split(':')[1] === shortId);
  return long === undefined ? noSuchNamespace() : resources(request, long);
};
