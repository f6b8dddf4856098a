/** A pool in `natsctl.config.ts`: the fields are the flags of `natsctl serve`, in camel case. */
export interface PoolConfig {
  /** A module, its path from the file's folder, or a service that comes with natsctl; several are served together. */
  readonly service?: string | readonly string[];
  /** Runs `command` for each request: its stdin is the body, its stdout the reply. */
  readonly exec?: boolean;
  /** Keeps `command` running in each worker, and speaks to it in lines of JSON. */
  readonly stdio?: boolean;
  /** The program of `exec` or `stdio`, and its arguments; no shell. */
  readonly command?: readonly string[];
  /** What `command` answers on. */
  readonly subject?: string | readonly string[];
  /** The service's name where `command` serves; by default the program's. */
  readonly name?: string;
  /** How many, 1 to 256, or `auto`: one a processor. Default 1. */
  readonly workers?: number | string;
  /** Queue group that the workers join; by default the service's own. */
  readonly queue?: string;
  /** A caller is told error 504 after so long. Default `30s`. */
  readonly handlerTimeout?: string;
  /** Requests at a time in each worker. Default: no limit; with `exec` one a processor. */
  readonly concurrency?: number | string;
  /** Requests that wait for `concurrency`. Default: no limit. */
  readonly maxQueued?: number | string;
  /** Past that: error 429 at once, or left unread. Default `reject`. */
  readonly overload?: 'reject' | 'queue';
  /** A worker that is silent for so long is killed and replaced. Default `10s`. */
  readonly watchdog?: string;
  /** A worker is replaced before it uses so much: `256MB`. */
  readonly memoryLimit?: string;
  /** A worker is replaced once it has taken so many. */
  readonly maxRequests?: number | string;
  /** How long requests in hand may take at the end. Default `10s`. */
  readonly grace?: string;
  /** Replaces the workers where a module, or what it imports, changes. */
  readonly watch?: boolean;
  /** Keeps each instance registered with the registry. */
  readonly register?: boolean;
  /** How long the registry knows one that has died. Default `30s`. */
  readonly registerTtl?: string;
}

/** What `natsctl serve` runs where it is told no service: several pools, and what they share. No secrets. */
export interface Config {
  /** For editors, in JSON. */
  readonly $schema?: string;
  /** The pools by their names: letters, digits, `-` and `_`, not only digits. */
  readonly pools: Readonly<Record<string, PoolConfig>>;
  /** Servers; NATS_URL, a context that is named elsewhere, and flags win. */
  readonly server?: string | readonly string[];
  /** A context of the `nats` command: it has the credentials. */
  readonly context?: string;
  /** File with a user JWT and its seed. */
  readonly creds?: string;
  /** File with an nkey seed. */
  readonly nkey?: string;
  /** Client certificate file. */
  readonly tlscert?: string;
  /** The certificate's key file. */
  readonly tlskey?: string;
  /** File of the authority to trust. */
  readonly tlsca?: string;
  /** TLS before the server's greeting. */
  readonly tlsfirst?: boolean;
  /** Bounds one try to connect. Default `5s`. */
  readonly timeout?: string;
  /** Keeps trying this long while no server answers. */
  readonly waitServer?: string;
  /** Prefix of reply subjects. Default `_INBOX`. */
  readonly inboxPrefix?: string;
  /** Name in the server's list of connections, before that of the worker. */
  readonly connectionName?: string;
  /** Log of requests on stderr. Default `text`. */
  readonly log?: 'text' | 'json' | 'off';
  /** Written once all pools serve; removed at the end. */
  readonly readyFile?: string;
  /** `[HOST:]PORT` of /livez, /readyz and /metrics. */
  readonly health?: number | string;
  /** `true`: start a development server if none answers, even in production; `false`: never. */
  readonly embedded?: boolean;
}

/** Lets an editor see what may stand in `natsctl.config.ts`; gives back what it is given. */
export function defineConfig<const C extends Config>(config: C): C {
  return config;
}
