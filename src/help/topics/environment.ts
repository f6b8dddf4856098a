import type { HelpTopic } from '../page.js';

export const environment: HelpTopic = {
  name: 'environment',
  describe: 'The environment variables that natsctl reads and sets',
  blocks: [
    'A flag wins over its variable, the variable over the context, the context over the default. An empty variable counts as none.',
    {
      rows: [
        ['NATS_URL', '--server: addresses with commas between them'],
        ['NATS_CONTEXT', '--context'],
        ['NATS_USER, NATS_PASSWORD', '--user, --password'],
        ['NATS_TOKEN', '--token'],
        ['NATS_CREDS, NATS_NKEY', '--creds, --nkey: paths of files'],
        ['NATS_JWT, NATS_SEED', '--jwt, --seed: the texts, or paths of files'],
        ['NATS_CERT, NATS_KEY, NATS_CA', '--tlscert, --tlskey, --tlsca: paths of files'],
        ['NATS_TIMEOUT', '--timeout'],
        ['NATS_SOCKS_PROXY', 'refused where it is set: natsctl speaks to no proxy'],
      ],
    },
    {
      rows: [
        ['XDG_CONFIG_HOME, HOME', 'contexts stand in $XDG_CONFIG_HOME/nats, else ~/.config/nats'],
        ['NO_COLOR', 'set: no colours; --no-color is the same'],
        ['FORCE_COLOR', 'colours in a pipe too, 0: none; wins over NO_COLOR, not over --no-color'],
        ['TERM', 'dumb: no colours, no spinner'],
        ['XDG_RUNTIME_DIR', 'pools listen for natsctl pool in natsctl there, else in natsctl-UID in TMPDIR'],
        ['NATSCTL_RUNTIME_DIR', 'a folder for that instead, of this user alone (mode 0700)'],
        ['NATSCTL_EMBEDDED', '0: serve starts no development server'],
        ['NODE_ENV', 'production: the same'],
        ['KUBERNETES_SERVICE_HOST', 'set: the same'],
        ['NATSCTL_COMPLETION_TIMEOUT', 'how long completion waits for a server or a pool; default 300ms'],
        ['XDG_CACHE_HOME', 'compiled code is kept in natsctl there, else in ~/.cache'],
        ['NODE_COMPILE_CACHE', 'a folder for that instead'],
        ['NODE_DISABLE_COMPILE_CACHE', 'set: none is kept'],
      ],
    },
    'Set for the program that natsctl run starts: NATS_URL, and no other of the variables above that start with NATS_. For the programs of sub --exec and serve --exec: NATS_SUBJECT, NATS_REPLY, and NATS_HEADER_ with the name of each header.',
  ],
};
