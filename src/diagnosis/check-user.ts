import type { Connection } from '../connection/index.js';
import type { Finding } from './finding.js';
import { askPermissions, type Permissions, type SubjectLists, type UserReport } from './permissions.js';

/** A clock that goes wrong by more makes tokens and certificates look too old, or not valid yet. */
const TOLERATED_OFFSET_MS = 5_000;

/** Asks the server who it takes us for, what we may do, and what time it has. */
export async function checkUser(connection: Connection, timeoutMs: number): Promise<readonly Finding[]> {
  return describePermissions(await askPermissions(connection, timeoutMs));
}

/** What the server reports, or why it does not. Pure. */
export function describePermissions(permissions: Permissions): readonly Finding[] {
  if (permissions.kind === 'reported') {
    const { report, askedMs } = permissions;
    return [describeReport(report), ...describeClock(report.serverTime, askedMs)];
  }
  if (permissions.kind === 'unknown') {
    const message = 'unknown: the server does not report them; nats-server 2.10 and later do';
    return [{ check: 'permissions', status: 'unknown', message }];
  }
  const { operation, subject } = permissions.denial;
  if (operation === 'publish') {
    const message = `unknown: the server denies asking for them (publishing to ${subject})`;
    return [{ check: 'permissions', status: 'unknown', message, facts: { denied: subject } }];
  }
  return [
    {
      check: 'permissions',
      status: 'warning',
      message: `requests will fail: the server denies subscribing to ${subject}, where replies go`,
      hint: 'name a prefix that the user may subscribe to with --inbox-prefix, or ask for it in its permissions',
      facts: { denied: subject },
    },
  ];
}

function describeReport({ user, account, publish, subscribe, expiresInMs }: UserReport): Finding {
  const rules = [`publish ${describeLists(publish)}`, `subscribe ${describeLists(subscribe)}`].join('; ');
  const who = user === undefined ? 'nobody by name' : `user ${user}`;
  return {
    check: 'permissions',
    status: 'ok',
    message: `${who}, account ${account ?? 'unknown'}; ${rules}`,
    facts: {
      user,
      account,
      publish_allow: publish?.allow,
      publish_deny: publish?.deny,
      subscribe_allow: subscribe?.allow,
      subscribe_deny: subscribe?.deny,
      expires_in_s: expiresInMs === undefined ? undefined : Math.round(expiresInMs / 1_000),
    },
  };
}

/** `everything`, `a.>, b`, `everything but c`. */
export function describeLists(lists: SubjectLists | undefined): string {
  const allowed = lists?.allow?.length ? lists.allow.join(', ') : 'everything';
  const denied = lists?.deny?.length ? ` but ${lists.deny.join(', ')}` : '';
  return `${allowed}${denied}`;
}

function describeClock(serverTime: Date | undefined, askedMs: number): readonly Finding[] {
  if (serverTime === undefined) return [];
  const offsetMs = Math.round(serverTime.getTime() - askedMs);
  const facts = { offset_ms: offsetMs };
  const seconds = (Math.abs(offsetMs) / 1_000).toFixed(1);
  if (Math.abs(offsetMs) <= TOLERATED_OFFSET_MS) {
    return [{ check: 'clock', status: 'ok', message: `the server's clock and this machine's agree`, facts }];
  }
  const message = `the server's clock is ${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  return [{ check: 'clock', status: 'warning', message, hint: 'set both by NTP: expiries depend on them', facts }];
}
