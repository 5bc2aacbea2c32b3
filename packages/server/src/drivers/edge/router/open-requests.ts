/** What was sent to each upstream and is not answered yet: whoever stops an Odoo waits for it. Websockets do not count, since they never end. */
export interface OpenRequests {
  /** Returns what to call at its end. */
  begin(address: string): () => void;
  count(addresses: readonly string[]): number;
}

export function createOpenRequests(): OpenRequests {
  const open = new Map<string, number>();
  const change = (address: string, by: number): void => {
    const left = (open.get(address) ?? 0) + by;
    if (left === 0) open.delete(address);
    else open.set(address, left);
  };
  return {
    begin: (address) => {
      change(address, 1);
      return () => change(address, -1);
    },
    count: (addresses) => addresses.reduce((all, address) => all + (open.get(address) ?? 0), 0),
  };
}
