import type { Incoming } from '../wire.ts';

const ROUTES = {
  ListSecrets: 'GET /pop/v1/sam/secret/secrets',
  DescribeSecret: 'GET /pop/v1/sam/secret/secret',
  CreateSecret: 'POST /pop/v1/sam/secret/secret',
  UpdateSecret: 'PUT /pop/v1/sam/secret/secret',
  DeleteSecret: 'DELETE /pop/v1/sam/secret/secret',
  DescribeNamespaceResources: 'GET /pop/v1/sam/namespace/describeNamespaceResources',
  ListApplications: 'GET /pop/v1/sam/app/listApplications',
  DeleteApplication: 'DELETE /pop/v1/sam/app/deleteApplication',
  DescribeChangeOrder: 'GET /pop/v1/sam/changeorder/DescribeChangeOrder',
  ListJobs: 'GET /pop/v1/sam/job/listJobs',
  DeleteJob: 'DELETE /pop/v1/sam/job/deleteJob',
} as const;
export type Operation = keyof typeof ROUTES;

const isOperation = (name: string): name is Operation => name in ROUTES;
export const OPERATIONS: readonly Operation[] = Object.keys(ROUTES).filter(isOperation);

/** Which operation a request is (contracts/alibaba-sae.md, section 1), or null: the gateway has no such API. */
export const route = ({ method, path }: Pick<Incoming, 'method' | 'path'>): Operation | null =>
  OPERATIONS.find((operation) => ROUTES[operation] === `${method} ${path}`) ?? null;
