import { randomUUID } from 'node:crypto';
import type { Content as ReplyContent } from './formats.ts';
import { keyOf, type Dependent } from './records.ts';
import { changeRunning, invalidParameter, noSuchApplication, noSuchChangeOrder, success, type Answer } from './replies.ts';
import { withParameters, type Request } from './request.ts';

const DEFAULT_PAGE_SIZE = 20;

const regionOf = (namespaceId: string): string => namespaceId.split(':')[0] ?? namespaceId;

const view = ({ kind, id, name, namespaceId, goneAt }: Dependent): { readonly [name: string]: ReplyContent } => ({
  AppId: id,
  AppName: name,
  NamespaceId: namespaceId,
  RegionId: regionOf(namespaceId),
  ...(kind === 'application' ? { AppDeletingStatus: goneAt !== null, Instances: 1, RunningInstances: 1 } : { Suspend: false, Active: 0 }),
});

const isCount = (text: string): boolean => /^[0-9]{1,9}$/.test(text);

const listed = (request: Request, kind: Dependent['kind'], largestPage: number): Answer => {
  const { parameters, content } = request;
  const currentPage = parameters.get('CurrentPage') || '1';
  const pageSize = parameters.get('PageSize') || String(DEFAULT_PAGE_SIZE);
  if (!isCount(currentPage) || Number(currentPage) < 1) return invalidParameter('CurrentPage');
  if (!isCount(pageSize) || Number(pageSize) > largestPage) return invalidParameter('PageSize');
  const namespaceId = parameters.get('NamespaceId') || null;
  const name = parameters.get('AppName') || null;
  const rows = [...content.dependents.values()].filter(
    (dependent) => dependent.kind === kind && dependent.listed && (namespaceId === null || dependent.namespaceId === namespaceId) && (name === null || dependent.name.includes(name)),
  );
  const start = (Number(currentPage) - 1) * Number(pageSize);
  const paging = { CurrentPage: Number(currentPage), PageSize: Number(pageSize), TotalSize: rows.length };
  // These two operations repeat the paging beside Data and give no TraceId (section 1).
  return success({ ...paging, Applications: rows.slice(start, start + Number(pageSize)).map(view) }, null, { ...paging, TraceId: undefined });
};

export const listApplications = (request: Request): Answer => listed(request, 'application', 10_000);
export const listJobs = (request: Request): Answer => listed(request, 'job', 200);

const withDependent = (request: Request, kind: Dependent['kind'], carryOut: (dependent: Dependent) => Answer): Answer =>
  withParameters(request, ['AppId'], ({ AppId }) => {
    const found = [...request.content.dependents.values()].find((dependent) => dependent.kind === kind && dependent.id === AppId);
    return found === undefined ? noSuchApplication() : carryOut(found);
  });

/** DeleteApplication only starts a change order; the application holds its secrets until that has ended (section 0, item 4). */
export const deleteApplication = (request: Request): Answer =>
  withDependent(request, 'application', (application) => {
    const { content, now } = request;
    if (application.goneAt !== null) return changeRunning();
    const endsAt = now + content.applicationDeletionSeconds() * 1000;
    const id = randomUUID();
    content.changeOrders.put(id, { id, appId: application.id, appName: application.name, namespaceId: application.namespaceId, createTime: now, endsAt });
    content.dependents.put(keyOf(application), { ...application, goneAt: endsAt });
    return success({ ChangeOrderId: id }, { did: 'applicationDeletionStarted', names: [application.id], note: null });
  });

export const deleteJob = (request: Request): Answer =>
  withDependent(request, 'job', (job) => {
    request.content.dependents.remove(keyOf(job));
    // Here Data is a JSON text, not an object (section 1).
    return success('{"msg":"","code":200,"success":true}', { did: 'jobRemoved', names: [job.id], note: null });
  });

/** 1 running, 2 succeeded: a deletion here never fails (section 1, DescribeChangeOrder). */
export const changeOrderStatus = (endsAt: number, now: number): 1 | 2 => (endsAt <= now ? 2 : 1);

export const describeChangeOrder = (request: Request): Answer =>
  withParameters(request, ['ChangeOrderId'], ({ ChangeOrderId }) => {
    const order = request.content.changeOrders.get(ChangeOrderId);
    if (order === undefined) return noSuchChangeOrder();
    return success({
      ChangeOrderId: order.id,
      AppId: order.appId,
      AppName: order.appName,
      CoType: 'Delete Application',
      CoTypeCode: 'CoDeleteApp',
      CreateTime: new Date(order.createTime).toISOString().slice(0, 19).replace('T', ' '),
      Status: changeOrderStatus(order.endsAt, request.now),
      SubStatus: 0,
    });
  });
