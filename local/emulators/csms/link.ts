import * as z from 'zod/mini';

/** What rotation_config holds (contracts/huawei-csms.md, section 3, Carrier). */
const RotationConfig = z.object({ InstanceId: z.string().check(z.minLength(1)) });

/** The vendor's GaussDB-FG is TaurusDB; batch-delete's GaussDB is another product (section 0, item 4). */
const PRODUCT_OF: ReadonlyMap<string, string> = new Map([
  ['RDS', 'RDS'],
  ['RDS-FG', 'RDS'],
  ['GaussDB-FG', 'TaurusDB'],
]);

export interface Link {
  readonly id: string;
  readonly type: string;
}

export const linkIn = (secretType: string, rotationConfig: string | null): Link | null => {
  const type = PRODUCT_OF.get(secretType);
  if (type === undefined || rotationConfig === null) return null;
  try {
    const config = RotationConfig.safeParse(JSON.parse(rotationConfig));
    return config.success ? { id: config.data.InstanceId, type } : null;
  } catch {
    return null;
  }
};
