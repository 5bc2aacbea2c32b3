/** Pure: the walls around the bridges of an installation, as iptables wants them. */
import { DATABASE_PORT, MAIL_PORT, PROXY_PORT } from '../../../domain/egress.ts';
import { bridgePrefix } from '../../shared/bridge-name.ts';

const DNS_PORT = 53;

export type Family = 'iptables' | 'ip6tables';

export interface Rule {
  readonly chain: string;
  readonly rule: readonly string[];
}

export const chainName = (instance: string): string => `SLIPWAY-${bridgePrefix(instance).toUpperCase()}`;

const fromBridges = (instance: string): readonly string[] => ['-i', `${bridgePrefix(instance)}+`];

/** The jump into our chain, first of all that comes in to this machine. */
export const inputJump = (instance: string): Rule => ({
  chain: 'INPUT',
  rule: [...fromBridges(instance), '-j', chainName(instance)],
});

/** TCP is told by a reset: the kernel sends one ICMP message a second at most, and code would wait for the next. */
const RESET = ['-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'];

/** What would be forwarded is refused at once, so that code that tries does not hang for two minutes. Docker itself would drop it. */
export const forwardRejects = (instance: string): readonly Rule[] =>
  [RESET, ['-j', 'REJECT']].map((rule) => ({ chain: 'DOCKER-USER', rule: [...fromBridges(instance), ...rule] }));

/**
 * From behind a bridge one reaches the gateway's own ports, at the bridge's own address, and nothing else of this machine: not what listens
 * on all addresses, not ports that Docker publishes, not another bridge's gateway. `limit-iface-in` is what ties the address to the bridge.
 * Answers to what the edge asked go back.
 */
export const chainText = (instance: string, family: Family, relay: boolean): string => {
  const chain = chainName(instance);
  const tcp = [DNS_PORT, MAIL_PORT, PROXY_PORT, ...(relay ? [DATABASE_PORT] : [])].join(',');
  const own = '-m addrtype --dst-type LOCAL --limit-iface-in';
  const open = [
    `-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A ${chain} -p tcp ${own} -m multiport --dports ${tcp} -j ACCEPT`,
    `-A ${chain} -p udp ${own} -m udp --dport ${DNS_PORT} -j ACCEPT`,
    `-A ${chain} ${RESET.join(' ')}`,
    `-A ${chain} -j REJECT`,
  ];
  // Nothing of ours speaks IPv6 with containers.
  const rules = family === 'iptables' ? open : [`-A ${chain} -j DROP`];
  return ['*filter', `:${chain} - [0:0]`, ...rules, 'COMMIT', ''].join('\n');
};
