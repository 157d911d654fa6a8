/** A delivery: the row, the message in it (rows are used again) and its receive count at that delivery. */
export interface Delivery {
  readonly place: number;
  readonly id: string;
  readonly receiveCount: number;
}

export const receiptOf = ({ place, id, receiveCount }: Delivery): string => `${place}.${receiveCount}.${id}`;

/** null for a text that never was a receipt of ours, which like a receipt out of date names no delivery. */
export const deliveryOf = (receipt: string): Delivery | null => {
  const [, place, receiveCount, id] = /^(\d{1,15})\.(\d{1,15})\.(.+)$/.exec(receipt) ?? [];
  return place === undefined || receiveCount === undefined || id === undefined ? null : { place: Number(place), receiveCount: Number(receiveCount), id };
};
